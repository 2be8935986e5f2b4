"""Exactly this or nothing: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Address, Card, Product

pytestmark = pytest.mark.slow

TASK = "Shop-NoSuch-v0"


@pytest.fixture(scope="module")
def seeds(play) -> dict[str, int]:
    """The first seed of each case."""
    found: dict[str, int] = {}
    for seed in range(80):
        found.setdefault(play(TASK, seed).terms["case"], seed)
        if len(found) == 4:
            break
    return found


def in_stock(shop, episode) -> list[int]:
    key = episode.terms["product_id"]
    return shop.look(episode, lambda db: [v.id for v in db.get_one(Product, key).variants if v.stock])


def choices(shop, episode) -> dict[str, str]:
    terms = episode.terms
    return {
        "address": shop.look(episode, lambda db: db.get_one(Address, terms["address_id"]).label),
        "delivery": terms["delivery"].capitalize(),
        "card": shop.look(episode, lambda db: db.get_one(Card, terms["card_id"]).label),
    }


def buy(shop, episode, key: int) -> set[str]:
    episode.act(f"goto {shop.address_of(episode, key)}").click("button", "Add to cart")
    return shop.order(episode, **choices(shop, episode))


def test_what_can_be_had_is_ordered_and_nothing_near_it(play, shop, seeds) -> None:
    episode = play(TASK, seeds["buy"])
    [[key, _]] = episode.terms["lines"]
    assert buy(shop, episode, key) == set()
    episode = play(TASK, seeds["buy"])
    near = next(each for each in in_stock(shop, episode) if each != key)
    assert buy(shop, episode, near) == {
        "products, options and quantities", "not the same thing in another option"
    }  # fmt: skip
    episode = play(TASK, seeds["buy"])
    assert episode.failed('give_up "too dear"') >= {"not given up", "one order placed"}


@pytest.mark.parametrize("case", ["not made", "sold out", "too dear"])
def test_what_cannot_be_had_is_given_up_after_a_look_at_it(play, shop, seeds, case: str) -> None:
    seed = seeds[case]
    episode = play(TASK, seed)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "not to be had"').success
    assert play(TASK, seed).failed('give_up "no"') == {"a page that shows why was opened"}
    episode = play(TASK, seed)
    key = in_stock(shop, episode)[0]
    assert {"nothing ordered", "not the same thing in another option"} <= buy(shop, episode, key)


def listed_seeds(play) -> list[int]:
    """Seeds of products of which all options are above the budget."""
    return [seed for seed in range(60) if "search" in play(TASK, seed).terms["proof"]]


def test_a_search_for_a_product_above_the_budget_is_enough(play) -> None:
    for seed in listed_seeds(play):
        episode = play(TASK, seed)
        name = episode.terms["slug"].replace("-", "+")
        assert episode.act(f"goto /search?q={name}").failed('give_up "too dear"') == set()


@pytest.mark.parametrize(
    "where", ["/search?q=zzz", "/search?q={first}", "/search?q={last}", "/d/{department}"]
)
def test_a_list_counts_as_a_look_only_if_it_shows_the_product(play, shop, where: str) -> None:
    for seed in listed_seeds(play):
        episode = play(TASK, seed)
        key = episode.terms["product_id"]
        name, slug, department = shop.look(
            episode, lambda db, key=key: ((p := db.get_one(Product, key)).name, p.slug, p.department.slug)
        )
        words = slug.split("-")
        path = where.format(first=words[0], last=words[-1], department=department)
        is_shown = name in episode.act(f"goto {path}").env.runner.observation()["aria"]
        missing = set() if is_shown else {"a page that shows why was opened"}
        assert episode.failed('give_up "too dear"') == missing


def test_another_thing_instead_fails_by_name(play, shop, seeds) -> None:
    episode = play(TASK, seeds["not made"])
    key = shop.look(
        episode,
        lambda db: next(
            variant.id
            for product in db.query(Product).order_by(Product.id)
            for variant in product.variants
            if product.id != episode.terms["product_id"] and variant.stock
        ),
    )
    assert {"not another thing instead", "nothing ordered"} <= buy(shop, episode, key)


def test_looking_into_the_cart_for_the_price_is_no_mistake(play, shop, seeds) -> None:
    episode = play(TASK, seeds["too dear"])
    episode.act(f"goto {shop.address_of(episode, episode.terms['variant_id'])}")
    episode.click("button", "Add to cart")
    assert episode.failed('give_up "too dear"') == set()
