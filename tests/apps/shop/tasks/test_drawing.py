"""Draws: goals say what terms say, equal seeds give equal tasks, what is asked for is unambiguous."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.shop.models import Address, Card, Customer, Product, Variant
from gristmill.apps.shop.services.facets import Filters
from gristmill.apps.shop.services.listing import find
from gristmill.apps.shop.tasks import add_to_cart, checkout, find_and_buy
from gristmill.apps.world.builder import stream
from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.world import World
from gristmill.plugins import installed

WORDINGS = {
    "Shop-AddToCart-v0": add_to_cart.WORDINGS,
    "Shop-Checkout-v0": checkout.WORDINGS,
    "Shop-FindAndBuy-v0": find_and_buy.WORDINGS,
}
SPLITS = {"train": 1, "test": 2}
CHEAPEST = re.compile(r"the cheapest (.+?) that is in stock and rated 4 stars or more")
BEST = re.compile(r'the highest-rated (product of the type ".+?"|\S+ product) among those in stock')
TYPE = re.compile(r'product of the type "(.+)"')
DRAW_AND_DIGEST = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed
runtime, drawn = Runtime(cache=Path(sys.argv[1])), []
for family in [installed().family(name) for name in sys.argv[2:]]:
    for seed in range(2):
        episode = Episode.draw(runtime, family, seed=seed, split="train")
        drawn.append([asdict(episode.task), episode.state_digest()])
        episode.close()
print(json.dumps(drawn, default=dict))
"""

FEW_AND_MANY = [30, pytest.param(150, marks=pytest.mark.sweep)]

DrawMany = Callable[..., list[Task]]


@pytest.fixture(scope="module")
def draw_many(runtime: Any) -> DrawMany:
    """The first tasks of a family and split, each drawn once in an untouched world: a draw is rolled back."""
    drawn: dict[tuple[str, ...], list[Task]] = {}

    def draw(family_id: str, split: str, count: int, wordings: str | None = None) -> list[Task]:
        key = family_id, split, wordings or split
        tasks = drawn.setdefault(key, [])
        tasks += draw_range(runtime, *key, range(len(tasks), count))
        return tasks[:count]

    return draw


def draw_range(runtime: Any, family_id: str, split: str, wordings: str, seeds: range) -> Iterator[Task]:
    family = installed().family(family_id)
    session = runtime.sessions.open(runtime.world(family, WorldChoice(seed=SPLITS[split])).data, family.apps)
    for seed in seeds:
        with session.orm_session() as db:
            rng = stream(seed, family_id, split)
            yield family.draw(World(db), rng, seed=seed, split=split, wordings=wordings)
    runtime.sessions.close(session)


@pytest.fixture(scope="module")
def world_db(runtime: Any) -> Any:
    family = installed().family("Shop-Checkout-v0")
    session = runtime.sessions.open(runtime.world(family, WorldChoice()).data, family.apps)
    with session.orm_session() as db:
        yield db
    runtime.sessions.close(session)


def fits(wording: str, goal: str) -> bool:
    parts = re.split(r"\{\w+\}", wording)
    return re.fullmatch(".*".join(map(re.escape, parts)), goal, re.IGNORECASE | re.DOTALL) is not None


@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("family_id", WORDINGS)
def test_at_least_three_wordings_appear_and_each_goal_is_one(
    family_id: str, split: str, draw_many: DrawMany
) -> None:
    goals = [task.goal for task in draw_many(family_id, split, 50)]
    used = Counter(w for goal in goals for w in WORDINGS[family_id][split] if fits(w, goal))
    assert len(used) >= 3
    assert sum(used.values()) >= len(goals)
    assert not set(WORDINGS[family_id]["train"]) & set(WORDINGS[family_id]["test"])
    assert all("{" not in goal and goal[0].isupper() for goal in goals)


@pytest.mark.parametrize("family_id", WORDINGS)
def test_wordings_are_chosen_apart_from_the_world(family_id: str, draw_many: DrawMany) -> None:
    own, others = (draw_many(family_id, "train", 20, wordings) for wordings in ("train", "test"))
    assert {task.wordings for task in own} == {"train"}
    assert [replace(task, goal="", wordings="") for task in own] == [
        replace(task, goal="", wordings="") for task in others
    ]
    for task in others:
        assert any(fits(wording, task.goal) for wording in WORDINGS[family_id]["test"])
        assert not any(fits(wording, task.goal) for wording in WORDINGS[family_id]["train"])


@pytest.mark.slow
@pytest.mark.parametrize("count", FEW_AND_MANY)
@pytest.mark.parametrize("family_id", WORDINGS)
def test_goals_read_as_sentences(family_id: str, count: int, draw_many: DrawMany) -> None:
    assert {split: len(texts) for split, texts in WORDINGS[family_id].items()}["train"] >= 4
    for task in (t for split in SPLITS for t in draw_many(family_id, split, count)):
        assert not re.search(r"  | [.,;:?)]|[.,;]{2}|\) \(|\b(\w+) \1\b", task.goal, re.IGNORECASE), task.goal
        assert task.goal.endswith(".")
        assert all(sentence[0].isupper() for sentence in re.split(r"(?<=[.?]) ", task.goal)), task.goal
        assert task.goal.count('"') % 2 == 0


@pytest.mark.parametrize("count", FEW_AND_MANY)
@pytest.mark.parametrize("family_id", ["Shop-AddToCart-v0", "Shop-Checkout-v0"])
def test_the_goal_names_product_options_quantity_address_and_card(
    family_id: str, count: int, draw_many: DrawMany, world_db: Any
) -> None:
    for task in draw_many(family_id, "train", count):
        terms = task.terms
        variant = world_db.get_one(Variant, (terms.get("variant_ids") or [terms.get("variant_id")])[0])
        said = task.goal.replace(variant.product.name, "", 1)
        assert said != task.goal
        assert "size Size" not in said
        for option in (f"colour {variant.colour}", f"size {variant.size}".replace("size Size", "Size")):
            assert (option in said) == ("None" not in option)
            said = said.replace(option, "", 1)
        digits = re.findall(r"\b\d+\b", said)
        expected = [str(terms["quantity"])]
        if "card_id" in terms:
            card = world_db.get_one(Card, terms["card_id"])
            assert f"{card.network} card ending in {card.last4}" in said
            assert world_db.get_one(Address, terms["address_id"]).label in said
            assert terms["delivery"] in said
            assert ({"express", "standard"} - {terms["delivery"]}).pop() not in said
            expected.append(card.last4)
        assert sorted(digits) == sorted(expected)


@pytest.mark.slow
def test_quantities_deliveries_leftovers_and_customers_vary(stages: Any) -> None:
    seen = list(stages("Shop-Checkout-v0"))
    assert {stage.task.terms["quantity"] for stage in seen} == {1, 2, 3}
    assert {stage.task.terms["delivery"] for stage in seen} == {"standard", "express"}
    assert len({stage.task.person_id for stage in seen}) > 7
    leftovers = 0
    for stage in seen:
        with stage.clerk() as clerk:
            leftovers += len(clerk.in_cart())
            assert all(line.variant.product_id != clerk.wanted.product_id for line in clerk.in_cart())
    assert 2 <= leftovers <= 14
    assert {s.task.terms["quantity"] for s in stages("Shop-AddToCart-v0")} == {1, 2, 3, 4}


@pytest.mark.parametrize("family_id", WORDINGS)
def test_different_seeds_and_splits_are_different_tasks(family_id: str, draw_many: DrawMany) -> None:
    train, test = (draw_many(family_id, split, 30) for split in SPLITS)
    assert len({(task.goal, task.person_id) for task in train}) == len(train)
    assert not {task.goal for task in train} & {task.goal for task in test}


@pytest.mark.slow
def test_what_is_drawn_can_be_had_and_paid_for(stages: Any) -> None:
    for stage in (*stages("Shop-Checkout-v0"), *stages("Shop-FindAndBuy-v0")):
        with stage.clerk() as clerk:
            assert all(variant.stock >= clerk.quantity for variant in clerk.fitting)
            assert stage.task.terms["address_id"] in [a.id for a in clerk.customer.addresses]
            card = next(c for c in clerk.customer.cards if c.id == stage.task.terms["card_id"])
            assert not card.is_expired(clerk.world.now.date())
            assert clerk.world.person.id == stage.task.person_id == clerk.customer.person_id


@pytest.mark.parametrize("split", SPLITS)
def test_labels_card_digits_and_defaults_are_unambiguous_for_every_customer(split: str, runtime: Any) -> None:
    family = installed().family("Shop-Checkout-v0")
    session = runtime.sessions.open(runtime.world(family, WorldChoice(seed=SPLITS[split])).data, family.apps)
    with session.orm_session() as db:
        today = World(db).now.date()
        for customer in db.scalars(select(Customer)):
            labels, digits = [a.label for a in customer.addresses], [c.last4 for c in customer.cards]
            assert len(set(labels)) == len(labels)
            assert len(set(digits)) == len(digits)
            assert sum(a.is_default for a in customer.addresses) == 1
            (default,) = [c for c in customer.cards if c.is_default]
            assert not default.is_expired(today)
    runtime.sessions.close(session)


def described(goal: str, rows: list[Any]) -> set[int]:
    """By brute force, the ids of the products that a goal's description fits.

    A row is a product: id, brand, kind, lowest price, rating, whether any of it is in stock.
    """
    cheapest, best = CHEAPEST.search(goal), BEST.search(goal)
    what = (cheapest or best)[1]
    kind = TYPE.fullmatch(what)
    subject = kind[1] if kind else what.removesuffix(" product")
    among = [row for row in rows if row[5] and subject == (row[2].lower() if kind else row[1])]
    if cheapest:
        among = [row for row in among if row[4] >= 40]
        return {row[0] for row in among if row[3] == min(r[3] for r in among)}
    return {row[0] for row in among if row[4] == max(r[4] for r in among)}


PRODUCTS = """
    SELECT p.id, b.name, p.kind,
        (SELECT min(price_cents) FROM shop_variant v WHERE v.product_id = p.id),
        (SELECT cast(round(10.0 * avg(stars)) AS INTEGER) FROM shop_review r WHERE r.product_id = p.id),
        (SELECT max(stock) > 0 FROM shop_variant v WHERE v.product_id = p.id)
    FROM shop_product p JOIN shop_brand b ON b.id = p.brand_id
"""


@pytest.mark.parametrize("count", FEW_AND_MANY)
@pytest.mark.parametrize("split", SPLITS)
def test_a_description_fits_one_product_and_the_listing_shows_it_first(
    split: str, count: int, runtime: Any, draw_many: DrawMany
) -> None:
    tasks = draw_many("Shop-FindAndBuy-v0", split, count)
    family = installed().family("Shop-FindAndBuy-v0")
    session = runtime.sessions.open(runtime.world(family, WorldChoice(seed=SPLITS[split])).data, family.apps)
    with session.connection() as connection:
        rows = [(*row[:4], row[4] or 0, row[5]) for row in connection.execute(PRODUCTS).fetchall()]
    wrong = []
    with session.orm_session() as db:
        for task in tasks:
            terms = task.terms
            wanted = {db.get_one(Variant, key).product_id for key in terms["variant_ids"]}
            sort = "price-asc" if terms["sort"].startswith("Price") else "rating"
            filters = Filters(
                query=terms["query"], in_stock=True, sort=sort, rating="4" if terms["is_rated_4"] else ""
            )
            listed = find(db, filters, 1).product_ids
            product = db.get_one(Product, next(iter(wanted)))
            in_stock = [v for v in product.variants if v.stock]
            if sort == "price-asc":
                in_stock = [v for v in in_stock if v.price_cents == product.from_cents]
            ok = wanted == described(task.goal, rows) == {listed[0] if listed else None}
            if not ok or sorted(terms["variant_ids"]) != sorted(v.id for v in in_stock):
                wrong.append(
                    (task.seed, task.goal, product.name, [db.get(Product, i).name for i in listed[:2]])
                )
    runtime.sessions.close(session)
    assert wrong == []


def test_descriptions_vary(draw_many: DrawMany) -> None:
    tasks = draw_many("Shop-FindAndBuy-v0", "train", 50)
    assert {task.terms["sort"] for task in tasks} == {"Price: low to high", "Customer rating"}
    assert {TYPE.search(task.goal) is None for task in tasks} == {True, False}
    assert len({task.terms["query"] for task in tasks}) > 25


OF_THE_SHOP = [each.id for each in installed().families.values() if each.apps == ("shop",)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "family_ids",
    [OF_THE_SHOP[::8], pytest.param(OF_THE_SHOP, marks=pytest.mark.sweep)],
    ids=["some", "all"],
)
def test_a_fresh_process_draws_the_same_tasks_and_states(
    family_ids: list[str], worlds: Path, stages: Any
) -> None:
    here = []
    for family_id in family_ids:
        for stage in stages(family_id, count=2):
            here.append([asdict(stage.task), stage.episode.state_digest()])
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    command = [sys.executable, "-c", DRAW_AND_DIGEST, str(worlds), *family_ids]
    environ = os.environ | {"PYTHONHASHSEED": other}
    there = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    assert json.loads(there) == json.loads(json.dumps(here, default=dict))


@pytest.mark.sweep
@pytest.mark.parametrize("family_id", WORDINGS)
def test_no_seed_of_many_fails_to_draw(family_id: str, draw_many: DrawMany) -> None:
    assert len(draw_many(family_id, "train", 400)) == 400


@pytest.mark.slow
def test_a_product_is_found_by_its_own_name_whatever_its_punctuation(world_db: Any) -> None:
    for name in world_db.scalars(select(Product.name).where(~Product.is_discontinued)):
        if "'" in name or "-" in name:
            assert world_db.get(Product, find(world_db, Filters(query=name), 1).product_ids[0]).name == name
