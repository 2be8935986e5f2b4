"""Prices of a brand's products: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Product

pytestmark = pytest.mark.slow

TASK = "Shop-PriceRange-v0"
SEEN = "the page with the fact was opened"


def dollars(cents: int) -> str:
    return f'answer "{cents / 100:.2f}"'


def first(play, fits) -> int:
    return next(n for n in range(150) if fits(play(TASK, n).terms))


@pytest.fixture(scope="module")
def by_cards(play) -> int:
    """A task in which what listings show is wrong."""
    return first(play, lambda terms: terms["cents"] and terms["cards_cents"] != terms["cents"])


@pytest.fixture(scope="module")
def on_sale(play) -> int:
    return first(play, lambda terms: terms["cents"] and terms["old_cents"] != terms["cents"])


@pytest.fixture(scope="module")
def none(play) -> int:
    return first(play, lambda terms: terms["cents"] is None)


def test_the_answer_is_what_the_pages_of_all_products_say(play, shop, by_cards: int) -> None:
    episode = play(TASK, by_cards)
    terms = episode.terms
    for slug in terms["slugs"]:
        episode.act(f"goto /p/{slug}")
    products = shop.look(
        episode,
        lambda db: [
            [v.price_cents for v in db.query(Product).filter_by(slug=slug).one().variants]
            for slug in terms["slugs"]
        ],
    )
    prices = [cents for each in products for cents in each]
    assert terms["cents"] in {min(prices), max(prices), max(prices) - min(prices)}
    assert episode.failed(dollars(terms["cents"])) == set()


def test_an_answer_from_listings_alone_fails_by_name(play, by_cards: int) -> None:
    episode = play(TASK, by_cards)
    terms = episode.terms
    episode.act(f"goto /search?q={terms['query'].replace(' ', '+')}")
    checkpoint = episode.env.checkpoint()
    assert episode.failed(dollars(terms["cards_cents"])) == {"right answer", "over all options", SEEN}
    episode.env.reset(options={"checkpoint": checkpoint})
    assert episode.failed(dollars(terms["cents"])) == {SEEN}


def test_the_price_before_a_sale_fails_by_name(play, on_sale: int) -> None:
    episode = play(TASK, on_sale)
    episode.oracle()
    assert {"right answer", "at the prices of today"} <= episode.failed(dollars(episode.terms["old_cents"]))


def test_other_forms_of_the_amount_are_right(play, by_cards: int) -> None:
    episode = play(TASK, by_cards)
    episode.oracle()
    text = f"{episode.terms['cents'] / 100:.2f}".replace(".", ",")
    assert episode.failed(f'answer "{text} $"') == set()


def test_something_put_into_the_cart_meanwhile_fails(play, by_cards: int) -> None:
    episode = play(TASK, by_cards)
    episode.oracle()
    for slug in episode.terms["slugs"]:
        episode.act(f"goto /p/{slug}")
        if episode.env.runner.outline().find("spinbutton", "Quantity"):
            episode.click("button", "Add to cart")
            break
    assert episode.failed(dollars(episode.terms["cents"])) <= {"nothing else changed"}


def test_a_brand_that_sells_nothing_of_the_type_is_looked_up_and_given_up(play, none: int) -> None:
    episode = play(TASK, none)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "nothing of this type"').success
    assert play(TASK, none).failed('give_up "no"') == {SEEN}
    episode = play(TASK, none)
    episode.oracle()
    assert episode.failed('answer "0.00"') == {"given up"}


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_types_nothing_that_neither_goal_nor_page_shows(play, seed: int) -> None:
    episode = play(TASK, seed)
    searched = []
    for _ in range(40):
        action = episode.env.oracle()
        if action.startswith(("answer", "give_up")):
            break
        searched += [action.split('"')[1]] if action.startswith("fill") else []
        episode.act(action)
    assert searched == [episode.terms["query"]]
    assert episode.failed(action) == set()
