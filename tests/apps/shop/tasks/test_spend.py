"""Sums of what was spent: the right one, and each wrong one by the check that names it."""

import pytest
from sqlalchemy import select

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Order

pytestmark = pytest.mark.slow

TASK = "Shop-Spend-v0"


def in_words(cents: int) -> str:
    return f'answer "{cents / 100:.2f}"'


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("all", "cancelled and returned left out"),
        ("goods", "delivery as stated"),
        ("all", "the days as stated"),
        ("department", "this category only"),
    ],
)
def test_each_wrong_sum_fails_by_name(found, mode: str, name: str) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: terms["mode"] == mode and name in terms["wrong"])
    counter.play.oracle()
    failed = counter.failed(in_words(counter.terms["wrong"][name]))
    assert {"right answer", name} <= failed


def test_a_sum_that_was_only_guessed_fails(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    assert counter.failed(in_words(counter.terms["cents"])) == {"the page with the fact was opened"}


def test_another_way_to_the_orders_and_another_form_are_right(found) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: terms["mode"] == "goods" and terms["numbers"])
    counter.play.act(*(f"goto /orders/{number}" for number in counter.terms["numbers"]))
    dollars, cents = divmod(counter.terms["cents"], 100)
    assert counter.failed(f'answer "${dollars:,}.{cents:02d}"') == set()


def test_the_sum_is_zero_where_all_was_cancelled(found) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: not terms["cents"])
    counter.play.act("goto /orders")
    assert counter.failed('answer "0.00"') == set()


def test_the_sum_is_that_of_the_rows(found) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: terms["mode"] == "all" and terms["numbers"])
    gross = counter.terms["wrong"]["cancelled and returned left out"]
    with counter.world() as world:
        own = world.db.scalars(select(Order).where(Order.customer_id == counter.terms["customer_id"])).all()
        paid_back = {sum(row.cents for row in order.payments) for order in own}
    assert 0 < gross - counter.terms["cents"] <= sum(paid_back)
