"""Exchanges: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Order, RefundMethod
from gristmill.apps.shop.services import changes, returns
from gristmill.apps.shop.services.returns import REASONS, Wish

pytestmark = pytest.mark.slow

TASK = "Shop-Exchange-v0"


def exchange(counter, *, order: Order | None = None, variant_id: int | None = None, pay=None) -> None:
    """Exchange the item, by default as asked for."""
    terms = counter.terms
    pay = pay or terms["pay"]
    with counter.world() as world:
        order = world.db.get_one(Order, order.id) if order else counter.order(world)
        source = changes.sources(world.db, world.now.date(), order.customer, order)[pay]
        wish = Wish(
            reason=next(key for key, text in REASONS.items() if text == terms["reason"]),
            method=RefundMethod.STORE_CREDIT if pay == "credit" else RefundMethod.ORIGINAL,
        )
        wanted = variant_id or terms["variant_id"]
        returns.open_exchange(world, order, order.lines[0], wanted, wish, source)


@pytest.mark.parametrize("pay", ["original", "credit", "card"])
def test_each_payment_is_right_where_it_is_asked_for(found, pay: str) -> None:
    counter = found(TASK, wanted=lambda terms: terms["pay"].startswith(pay))
    exchange(counter)
    assert counter.failed() == set()


def test_other_options_fail_by_name_and_are_lost(found) -> None:
    counter = found(TASK)
    exchange(counter, variant_id=counter.terms["spare_id"])
    assert counter.play.is_lost()
    assert "the given options" in counter.failed()


def test_a_refund_instead_fails_by_name(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        order = counter.order(world)
        wish = Wish(reason="size", method=RefundMethod.ORIGINAL)
        returns.open_return(world, order, {order.lines[0]: order.lines[0].quantity}, wish)
    assert counter.play.is_lost()
    assert "no refund instead" in counter.failed()


def test_another_payment_fails(found) -> None:
    for asked, failing in (("card", "money"), ("credit", "one return")):
        counter = found(TASK, wanted=lambda terms, asked=asked: terms["pay"].startswith(asked))
        exchange(counter, pay="original")
        assert counter.play.is_lost()
        assert counter.failed() == {failing}


def test_the_item_of_the_other_order_fails_by_name(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        line = counter.order(world).lines[0]
        twin = next(each for each in counter.others(world) if each.lines[0].variant_id == line.variant_id)
    exchange(counter, order=twin)
    assert counter.play.is_lost()
    assert "other orders stand" in counter.failed()


@pytest.mark.parametrize("why", ["late", "back", "gone"])
def test_what_cannot_be_exchanged_is_given_up(found, why: str) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert counter.failed('give_up "no"') == {"the order was looked at"}


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
