"""A past order placed again with one change: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Address, Card

pytestmark = pytest.mark.slow

TASK = "Shop-OrderAgain-v0"


@pytest.fixture(scope="module")
def ordinary(play) -> int:
    return next(n for n in range(20) if not play(TASK, n).terms["gone"])


@pytest.fixture(scope="module")
def gone(play) -> int:
    return next(n for n in range(60) if play(TASK, n).terms["gone"])


def choices(shop, episode) -> dict[str, str]:
    """What the task asks for in the checkout, as its pages call it."""
    terms = episode.terms
    return {
        "address": shop.look(episode, lambda db: db.get_one(Address, terms["address_id"]).label),
        "delivery": terms["delivery"].capitalize(),
        "card": shop.look(episode, lambda db: db.get_one(Card, terms["card_id"]).label),
    }


def test_a_cart_filled_on_the_pages_of_products_is_right_too(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    wanted = dict(map(tuple, episode.terms["lines"]))
    for key, quantity in wanted.items():
        episode.act(f"goto {shop.address_of(episode, key)}")
        episode.fill("Quantity", str(quantity), "spinbutton").click("button", "Add to cart")
    assert shop.order(episode, **choices(shop, episode)) == set()


def test_the_same_again_without_the_change_fails_by_name(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    episode.act(f"goto /orders/{episode.terms['number']}").click("button", "Order again")
    failed = shop.order(episode, **choices(shop, episode))
    assert failed == {"not just the same again", "products, options and quantities"}


def test_the_address_of_the_old_order_fails_by_name(play, shop) -> None:
    for seed in range(20):
        episode = play(TASK, seed)
        terms = episode.terms
        if not terms["gone"] and terms["old_address_id"] not in {None, terms["address_id"]}:
            break
    episode.oracle(until=lambda _: episode.env.runner.observation()["url"].endswith("/checkout/address"))
    old = shop.look(episode, lambda db: db.get_one(Address, terms["old_address_id"]).label)
    failed = shop.order(episode, **{**choices(shop, episode), "address": old})
    assert failed == {"address", "not to the address of the old order"}


def test_a_second_order_fails_by_name(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    for _ in range(2):
        episode.act(f"goto /orders/{episode.terms['number']}").click("button", "Order again")
        episode.act("goto /checkout/address").click("button", "Deliver to this address")
        episode.click("button", "Continue to payment").click("button", "Continue to review")
        episode.click("button", "Place order")
    assert episode.is_lost()
    assert {"no second order", "one order placed"} <= episode.failed()


def test_what_is_gone_is_not_ordered(play, shop, gone: int) -> None:
    episode = play(TASK, gone)
    assert episode.oracle().startswith("give_up")
    checkpoint = episode.env.checkpoint()
    assert episode.end('give_up "it is not sold any more"').success
    episode.env.reset(options={"checkpoint": checkpoint})
    assert {"nothing ordered", "given up"} <= shop.order(episode)
    assert play(TASK, gone).failed('give_up "no"') == {"the page that says why not was opened"}


def test_the_oracle_finds_back_from_a_cart_with_other_things(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    other = next(line[0] for line in episode.terms["old_lines"])
    episode.act(f"goto /p/{shop.slug(episode, other)}").click("button", "Add to cart")
    for _ in range(2):
        episode.act(f"goto /orders/{episode.terms['number']}").click("button", "Order again")
    episode.oracle(until=lambda _: episode.env.runner.observation()["url"].endswith("/checkout/review"))
    assert shop.press(episode, "button", "Place order") == set()
