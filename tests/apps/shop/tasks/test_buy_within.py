"""The best within a price: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Address, Card, Product, Variant
from gristmill.apps.shop.tasks.buy_within import best_within, offers_within

pytestmark = pytest.mark.slow

TASK = "Shop-BuyWithin-v0"


def first(play, fits) -> int:
    return next(n for n in range(120) if fits(play(TASK, n).terms))


@pytest.fixture(scope="module")
def ordinary(play) -> int:
    return first(play, lambda terms: len(terms["variant_ids"]) > 1)


@pytest.fixture(scope="module")
def none(play) -> int:
    return first(play, lambda terms: not terms["variant_ids"])


def choices(shop, episode) -> dict[str, str]:
    terms = episode.terms
    return {
        "address": shop.look(episode, lambda db: db.get_one(Address, terms["address_id"]).label),
        "delivery": "Standard",
        "card": shop.look(episode, lambda db: db.get_one(Card, terms["card_id"]).label),
    }


def buy(shop, episode, key: int) -> set[str]:
    episode.act(f"goto {shop.address_of(episode, key)}").click("button", "Add to cart")
    return shop.order(episode, **choices(shop, episode))


def in_stock(shop, episode, product_ids: list[int], budget: int) -> int | None:
    def find(db):
        variants = [v for key in product_ids for v in db.get_one(Product, key).variants]
        return next((v.id for v in variants if v.stock and v.price_cents <= budget * 100), None)

    return shop.look(episode, find)


def test_any_option_within_the_price_is_right(play, shop, ordinary: int) -> None:
    for place in (0, -1):
        episode = play(TASK, ordinary)
        assert buy(shop, episode, episode.terms["variant_ids"][place]) == set()


def test_an_option_above_the_price_fails_by_name(play, shop) -> None:
    for seed in range(80):
        episode = play(TASK, seed)
        terms = episode.terms
        if not terms["variant_ids"]:
            continue
        dear = shop.look(
            episode,
            lambda db, terms=terms: [
                v.id
                for v in db.get_one(Variant, terms["variant_ids"][0]).product.variants
                if v.stock and v.price_cents > terms["budget"] * 100
            ],
        )
        if dear:
            break
    assert {"not above the price", "product and options"} <= buy(shop, episode, dear[0])


def test_a_tie_goes_to_more_reviews_and_the_sponsored_one_is_no_better(play, shop) -> None:
    names = {
        "tied": "of those rated the same, the one with more reviews", "sponsored": "not the sponsored one"
    }  # fmt: skip
    found = set()
    for seed in range(200):
        episode = play(TASK, seed)
        for key, name in names.items():
            other = in_stock(shop, episode, episode.terms[key], 10_000) if key not in found else None
            if other and episode.terms["variant_ids"]:
                assert {name, "product and options"} <= buy(shop, episode, other)
                found.add(key)
                break
        if len(found) == len(names):
            return
    raise AssertionError(found)


def test_where_nothing_fits_a_listing_is_opened_and_nothing_ordered(play, shop, none: int) -> None:
    episode = play(TASK, none)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "nothing within it"').success
    assert play(TASK, none).failed('give_up "no"') == {"a listing was opened"}


def test_the_oracle_empties_a_cart_with_something_else(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    other = in_stock(shop, episode, list(range(1, 30)), 10_000)
    episode.act(f"goto {shop.address_of(episode, other)}").click("button", "Add to cart")
    episode.oracle(until=lambda _: episode.env.runner.observation()["url"].endswith("/checkout/review"))
    assert shop.press(episode, "button", "Place order") == set()


def test_a_product_of_which_only_a_dear_option_is_in_stock_does_not_count() -> None:
    def product(key: int, tenths: int, *variants: tuple[int, int]) -> Product:
        made = [Variant(price_cents=cents, stock=stock) for cents, stock in variants]
        return Product(id=key, rating_tenths=tenths, review_count=5, variants=made)

    gone, dear = product(1, 50, (1000, 0)), product(2, 49, (1000, 0), (9000, 3))
    good, worse = product(3, 41, (1500, 2)), product(4, 40, (1500, 1))
    offers = offers_within([gone, dear, good, worse], 2000)
    assert [offer.product for offer in offers] == [good, worse]
    within = best_within([gone, dear, good, worse], 2000), best_within([gone, dear, good, worse], 9000)
    assert [best.product for best in within if best] == [good, dear]
