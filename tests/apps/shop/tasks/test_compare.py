"""Which of three products has something: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Product

pytestmark = pytest.mark.slow

TASK = "Shop-Compare-v0"
SEEN = "the page with the fact was opened"


@pytest.fixture(scope="module")
def ordinary(play) -> int:
    return next(n for n in range(40) if play(TASK, n).terms["name"])


@pytest.fixture(scope="module")
def none(play) -> int:
    return next(n for n in range(80) if not play(TASK, n).terms["name"])


def names(shop, episode) -> list[str]:
    return [
        shop.look(episode, lambda db, key=key: db.get_one(Product, key).name)
        for key in episode.terms["product_ids"]
    ]


def test_the_pages_of_the_products_do_as_well_as_the_comparison(play, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    for slug in episode.terms["must_open"]:
        episode.act(f"goto /p/{slug}")
    assert episode.failed(f'answer "{episode.terms["name"].upper()}."') == set()


def test_what_is_in_the_comparison_already_stays_there_or_not(play, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    episode.oracle()
    episode.click("button", "Take all out")
    assert episode.failed(f'answer "{episode.terms["name"]}"') == set()


def test_another_product_or_an_unseen_one_fails(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    assert episode.failed(f'answer "{episode.terms["name"]}"') == {SEEN}
    episode = play(TASK, ordinary)
    episode.oracle()
    other = next(name for name in names(shop, episode) if name != episode.terms["name"])
    assert "right answer" in episode.failed(f'answer "{other}"')


@pytest.mark.parametrize("seed", range(6))
def test_a_second_look_at_the_rows_finds_the_same(play, shop, seed: int) -> None:
    episode = play(TASK, seed)
    goal = episode.goal
    if '"' not in goal:
        return
    wanted = goal.split('"')[1]

    def have(db):
        products = [db.get_one(Product, key) for key in episode.terms["product_ids"]]
        return [
            p.name for p in products if wanted in p.highlights or wanted in {v.colour for v in p.variants}
        ]

    assert shop.look(episode, have) == ([episode.terms["name"]] if episode.terms["name"] else [])


def test_bare_numbers_fail_by_name(play) -> None:
    episode = next(e for e in (play(TASK, seed) for seed in range(60)) if e.terms["by_numbers"])
    episode.oracle()
    failed = episode.failed(f'answer "{episode.terms["by_numbers"]}"')
    assert failed == {"right answer", "units counted"}


def test_where_none_has_it_all_three_are_looked_at_and_it_is_given_up(play, none: int) -> None:
    episode = play(TASK, none)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "none has it"').success
    episode = play(TASK, none).act(f"goto /p/{play(TASK, none).terms['slugs'][0]}")
    assert episode.failed('give_up "no"') == {SEEN}


def test_the_oracle_makes_room_in_a_full_comparison(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    own = episode.terms["product_ids"]
    others = shop.look(
        episode, lambda db: [p.slug for p in db.query(Product).limit(8) if p.id not in own][:4]
    )
    for slug in others:
        episode.act(f"goto /p/{slug}").click("button", "Compare")
    assert episode.oracle().startswith("answer")
