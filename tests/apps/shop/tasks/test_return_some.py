"""Returns of some items: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import OrderLine, RefundMethod
from gristmill.apps.shop.services import returns
from gristmill.apps.shop.services.returns import REASONS, Wish

pytestmark = pytest.mark.slow

TASK = "Shop-ReturnSome-v0"


def send_back(counter, *, pieces=None, method=None, reason=None) -> None:
    """Register the return, by default as asked for."""
    terms = counter.terms
    with counter.world() as world:
        wish = Wish(
            reason=next(key for key, text in REASONS.items() if text == (reason or terms["reason"])),
            method=RefundMethod(method or terms["method"]),
        )
        chosen = {world.db.get_one(OrderLine, int(k)): n for k, n in (pieces or terms["pieces"]).items()}
        returns.open_return(world, counter.order(world), chosen, wish)


def test_a_return_by_the_shops_service_is_right(found) -> None:
    counter = found(TASK)
    send_back(counter)
    assert counter.failed() == set()


def test_returning_everything_fails_by_name_and_is_lost(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        pieces = {str(line.id): line.quantity for line in counter.order(world).lines}
    send_back(counter, pieces=pieces)
    assert counter.play.is_lost()
    assert "no other items" in counter.failed()


def test_another_number_of_pieces_fails(found) -> None:
    counter = found(TASK, wanted=lambda terms: max(terms["pieces"].values()) > 1)
    send_back(counter, pieces=dict.fromkeys(counter.terms["pieces"], 1))
    assert counter.failed() >= {"so many of each"}


def test_the_other_refund_method_fails_by_name(found) -> None:
    for asked, taken in (("original", "store_credit"), ("store_credit", "original")):
        counter = found(TASK, wanted=lambda terms, asked=asked: terms["method"] == asked)
        send_back(counter, method=taken)
        assert counter.failed() == {"the given refund method", "one return"}


def test_two_returns_instead_of_one_fail(found) -> None:
    counter = found(TASK, wanted=lambda terms: len(terms["pieces"]) > 1)
    for key, number in counter.terms["pieces"].items():
        send_back(counter, pieces={key: number})
    assert "one return" in counter.failed()


@pytest.mark.parametrize("why", ["late", "back"])
def test_what_cannot_go_back_is_given_up(found, why: str) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert counter.failed('give_up "no"') == {"the order was looked at"}


def test_another_item_is_no_substitute_for_one_that_went_back(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == "back")
    with counter.world() as world:
        line = returns.returnable(counter.order(world))[0].id
    send_back(counter, pieces={str(line): 1})
    assert {"the order stands", "nothing else changed"} <= counter.failed('give_up "no"')


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
