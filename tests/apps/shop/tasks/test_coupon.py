"""The best coupon on an order: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Address, Card, CartItem, Coupon, Variant
from gristmill.apps.shop.services.pricing import objection
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

TASK = "Shop-Coupon-v0"


def valid_codes(shop, episode) -> list[str]:
    [[key, quantity]] = episode.terms["lines"]

    def find(db):
        with db.no_autoflush:
            lines = [CartItem(variant=db.get_one(Variant, key), quantity=quantity)]
            today = World(db).now.date()
            coupons = db.query(Coupon).filter(Coupon.code.in_(episode.terms["codes"])).all()
            return [coupon.code for coupon in coupons if not objection(coupon, lines, today)]

    return shop.look(episode, find)


def filled(play, shop, seed: int):
    episode = play(TASK, seed)
    terms = episode.terms
    [[key, quantity]] = terms["lines"]
    episode.act(f"goto {shop.address_of(episode, key)}").fill("Quantity", str(quantity), "spinbutton")
    episode.click("button", "Add to cart")
    return episode, {
        "address": shop.look(episode, lambda db: db.get_one(Address, terms["address_id"]).label),
        "delivery": terms["delivery"].capitalize(),
        "card": shop.look(episode, lambda db: db.get_one(Card, terms["card_id"]).label),
    }


def use(episode, code: str) -> None:
    episode.act("goto /cart").fill("Coupon code", code).click("button", "Apply coupon")


@pytest.fixture(scope="module")
def several(play, shop) -> int:
    """A task with two codes that can be used."""
    return next(n for n in range(40) if len(valid_codes(shop, play(TASK, n))) == 2)


@pytest.fixture(scope="module")
def none(play) -> int:
    return next(n for n in range(60) if not play(TASK, n).terms["coupon"])


def test_trying_all_codes_and_keeping_the_best_is_right(play, shop, several: int) -> None:
    episode, choices = filled(play, shop, several)
    for code in episode.terms["codes"]:
        use(episode, code.lower())
        if episode.env.runner.outline().find("button", "Remove coupon"):
            episode.click("button", "Remove coupon")
    use(episode, episode.terms["coupon"])
    assert shop.order(episode, **choices) == set()


def test_a_weaker_coupon_fails_by_name(play, shop, several: int) -> None:
    episode, choices = filled(play, shop, several)
    use(episode, next(code for code in valid_codes(shop, episode) if code != episode.terms["coupon"]))
    assert shop.order(episode, **choices) == {"coupon", "not with a coupon that saves less"}


def test_no_coupon_fails_by_name(play, shop, several: int) -> None:
    episode, choices = filled(play, shop, several)
    assert shop.order(episode, **choices) == {"coupon", "not without a coupon"}


def test_without_a_code_that_can_be_used_nothing_is_ordered(play, shop, none: int) -> None:
    assert play(TASK, none).failed('give_up "no"') == {"the page where codes are tried was opened"}
    episode, choices = filled(play, shop, none)
    for code in episode.terms["codes"]:
        use(episode, code)
        assert episode.env.runner.outline().find("button", "Apply coupon")
    checkpoint = episode.env.checkpoint()
    assert episode.end('give_up "none can be used"').success
    episode.env.reset(options={"checkpoint": checkpoint})
    assert {"nothing ordered", "given up"} <= shop.order(episode, **choices)


def test_the_oracle_takes_a_wrong_coupon_off(play, shop, several: int) -> None:
    episode, _ = filled(play, shop, several)
    use(episode, next(code for code in valid_codes(shop, episode) if code != episode.terms["coupon"]))
    episode.oracle(until=lambda _: episode.env.runner.observation()["url"].endswith("/checkout/review"))
    assert shop.press(episode, "button", "Place order") == set()


def test_without_the_address_there_is_no_way_any_more(play, shop, several: int) -> None:
    episode, _ = filled(play, shop, several)
    use(episode, episode.terms["coupon"])
    shop.change(episode, lambda db: db.delete(db.get_one(Address, episode.terms["address_id"])))
    episode.act("goto /checkout/address")
    assert episode.is_lost()
