"""An order with a card that may be declined: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.kit.oracle_page import starting
from gristmill.apps.shop.models import Address, Card
from gristmill.apps.shop.services.forms import check_digit

pytestmark = pytest.mark.slow

TASK = "Shop-CardDeclined-v0"


@pytest.fixture(scope="module")
def seeds(play) -> dict[int, int]:
    """The first seed for each number of declined cards."""
    found: dict[int, int] = {}
    for seed in range(60):
        found.setdefault(play(TASK, seed).terms["refused"], seed)
        if len(found) == 3:
            break
    return found


def label(shop, episode, card_id: int) -> str:
    return shop.look(episode, lambda db: db.get_one(Card, card_id).label)


def filled(play, shop, seed: int):
    """An episode with the cart as asked, and what to choose in the checkout besides the card."""
    episode = play(TASK, seed)
    terms = episode.terms
    [[key, quantity]] = terms["lines"]
    episode.act(f"goto {shop.address_of(episode, key)}").fill("Quantity", str(quantity), "spinbutton")
    episode.click("button", "Add to cart")
    address = shop.look(episode, lambda db: db.get_one(Address, terms["address_id"]).label)
    return episode, {"address": address, "delivery": terms["delivery"].capitalize()}


def test_a_card_that_pays_must_be_the_one_that_pays(play, shop, seeds) -> None:
    episode, choices = filled(play, shop, seeds[0])
    failed = shop.order(episode, **choices, card=label(shop, episode, episode.terms["spare_id"]))
    assert failed == {"card", "not the second card without need"}
    episode, choices = filled(play, shop, seeds[0])
    assert shop.order(episode, **choices, card=label(shop, episode, episode.terms["first_id"])) == set()


def test_after_a_refusal_the_second_card_pays(play, shop, seeds) -> None:
    episode, choices = filled(play, shop, seeds[1])
    first, spare = (label(shop, episode, episode.terms[key]) for key in ("first_id", "spare_id"))
    shop.check_out(episode, **choices, card=first)
    episode.click("button", "Place order").act("goto /checkout/payment")
    episode.click("radio", starting(spare)).click("button", "Continue to review")
    assert shop.press(episode, "button", "Place order") == set()


def test_a_third_card_fails_by_name(play, shop, seeds) -> None:
    episode, choices = filled(play, shop, seeds[1])
    shop.check_out(episode, **choices)
    episode.act("goto /checkout/payment").click("generic", "Use a new card")
    number = "810000000000000"
    episode.fill("Card number", number + check_digit(number)).fill("Name on card", "A Person")
    episode.fill("Expiry date (MM/YY)", "12/33").click("button", "Save and use this card")
    failed = shop.press(episode, "button", "Place order")
    assert {"no third card", "card", "nothing else changed"} <= failed


def test_two_refusals_are_the_end(play, shop, seeds) -> None:
    episode = play(TASK, seeds[2])
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "both are declined"').success
    assert "the order was tried" in play(TASK, seeds[2]).failed('give_up "no"')
    episode, choices = filled(play, shop, seeds[2])
    shop.check_out(episode, **{**choices, "delivery": other(choices["delivery"])})
    assert episode.failed('give_up "declined"') == {
        "nothing else changed", "the second card was tried too"
    }  # fmt: skip


def other(delivery: str) -> str:
    return "Express" if delivery == "Standard" else "Standard"


def test_the_oracle_finds_back_from_the_second_card_and_a_gift_wrap(play, shop, seeds) -> None:
    episode, choices = filled(play, shop, seeds[0])
    shop.check_out(episode, **choices, card=label(shop, episode, episode.terms["spare_id"]))
    episode.click("checkbox", starting("Wrap it as a gift")).click("button", "Save gift options")
    episode.oracle(until=lambda _: episode.env.runner.observation()["url"].endswith("/checkout/review"))
    for _ in range(12):
        action = episode.env.oracle()
        *_, terminated, _, info = episode.env.step(action)
        if terminated:
            break
    assert info["verdict"].success
