"""The lowest price per unit: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Product, Variant
from gristmill.apps.shop.services.units import unit_price
from gristmill.apps.shop.tasks.unit_price import unit_cents

pytestmark = pytest.mark.slow

TASK = "Shop-UnitPrice-v0"


@pytest.fixture(scope="module")
def ordinary(play) -> int:
    """A task with things in the cart, and a best pack that is not the one with the lowest price."""
    for seed in range(60):
        terms = play(TASK, seed).terms
        if terms["variant_ids"] and terms["kept"] and terms["lowest_price_id"]:
            return seed
    raise AssertionError


@pytest.fixture(scope="module")
def sold_out(play) -> int:
    return next(n for n in range(60) if not play(TASK, n).terms["variant_ids"])


def put(shop, episode, key: int, quantity: int) -> None:
    episode.act(f"goto {shop.address_of(episode, key)}").fill("Quantity", str(quantity), "spinbutton")
    episode.click("button", "Add to cart")


def test_the_best_pack_is_the_one_whose_page_says_the_lowest_price(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)

    def shown(db):
        products = [db.get_one(Product, key) for key in episode.terms["product_ids"]]
        packs = [variant for product in products for variant in product.variants if variant.stock]
        return {variant.id: (unit_cents(variant), unit_price(variant)) for variant in packs}

    prices = shop.look(episode, shown)
    lowest = min(cents for cents, _ in prices.values())
    assert {key for key, (cents, _) in prices.items() if cents == lowest} == set(episode.terms["variant_ids"])
    assert all(f"${cents / 100:.2f} per" in text for cents, text in prices.values())


@pytest.mark.parametrize("place", [0, -1])
def test_any_colour_will_do_and_a_cart_line_may_be_put_back(play, shop, ordinary: int, place: int) -> None:
    episode = play(TASK, ordinary)
    [key, quantity] = episode.terms["kept"][0]
    episode.act("goto /cart").click("button", f"Remove {shop.name(episode, key)}")
    put(shop, episode, episode.terms["variant_ids"][place], episode.terms["quantity"])
    put(shop, episode, key, quantity)
    assert episode.failed() == set()


def test_the_lowest_price_of_a_pack_fails_by_name(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    put(shop, episode, episode.terms["lowest_price_id"], 1)
    assert {"not just the lowest price", "the cart"} <= episode.failed()


def test_a_cart_that_is_emptied_fails_by_name(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    episode.oracle()
    name = shop.name(episode, episode.terms["kept"][0][0])
    episode.act("goto /cart").click("button", f"Remove {name}")
    assert {"what the cart held stays", "the cart"} <= episode.failed()


def test_another_quantity_or_an_order_fails(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    put(shop, episode, episode.terms["variant_ids"][0], episode.terms["quantity"] + 1)
    checkpoint = episode.env.checkpoint()
    assert {"the cart"} <= episode.failed()
    episode.env.reset(options={"checkpoint": checkpoint})
    assert "nothing ordered" in shop.order(episode)


def test_where_all_are_sold_out_all_three_pages_are_opened_and_nothing_is_done(play, sold_out: int) -> None:
    episode = play(TASK, sold_out)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "none is in stock"').success
    episode = play(TASK, sold_out).act(f"goto /p/{play(TASK, sold_out).terms['slugs'][0]}")
    assert episode.failed('give_up "no"') == {"the pages of all three were opened"}


def test_the_oracle_corrects_the_cart(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    put(shop, episode, episode.terms["lowest_price_id"], 1)
    name = shop.name(episode, episode.terms["kept"][0][0])
    episode.click("button", f"Save {name} for later")
    assert shop.look(episode, lambda db: db.get_one(Variant, episode.terms["kept"][0][0]).stock)
    assert episode.oracle() == "done"
    assert episode.end().success
