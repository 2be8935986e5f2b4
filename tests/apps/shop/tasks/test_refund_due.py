"""Refunds that are only asked about: the right sum, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import RefundMethod
from gristmill.apps.shop.services import returns
from gristmill.apps.shop.services.returns import Wish

pytestmark = pytest.mark.slow

TASK = "Shop-RefundDue-v0"


def answer(cents: int) -> str:
    return f'answer "{cents / 100:.2f}"'


@pytest.mark.parametrize(
    "name", ["the coupon's share deducted", "without delivery", "these items only", "as many as stated"]
)
def test_each_wrong_sum_fails_by_name(found, name: str) -> None:
    counter = found(TASK, EndsWith.ANSWER, lambda terms: name in terms["wrong"])
    counter.play.oracle()
    assert {"right answer", name} <= counter.failed(answer(counter.terms["wrong"][name]))


def test_the_order_and_the_rules_are_enough_to_know(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    counter.play.act(f"goto /orders/{counter.terms['number']}", "goto /help/returns")
    assert counter.failed(answer(counter.terms["cents"])) == set()


def test_a_guess_fails(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    assert counter.failed(answer(counter.terms["cents"])) == {"the page with the fact was opened"}


def test_a_return_fails_by_name_although_its_refund_is_right(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    counter.play.oracle()
    with counter.world() as world:
        order = counter.order(world)
        wish = Wish(reason="other", method=RefundMethod.ORIGINAL)
        returns.open_return(world, order, {order.lines[0]: 1}, wish)
    assert counter.play.is_lost()
    failed = counter.failed(answer(counter.terms["cents"]))
    assert failed == {"nothing was sent back", "nothing else changed"}


@pytest.mark.parametrize("why", ["late", "back"])
def test_what_cannot_go_back_is_given_up(found, why: str) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert counter.failed('give_up "no"') == {"the order was looked at"}


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_is_what_a_return_would_refund(play, found, seed: int) -> None:
    counter = type(found(TASK, EndsWith.ANSWER))(play(TASK, seed))
    if counter.task.ends_with is not EndsWith.ANSWER:
        counter = found(TASK, EndsWith.ANSWER, lambda terms: len(terms["wrong"]) > 2)
    counter.play.act("goto /orders", f"goto /orders/{counter.terms['number']}/return")
    page = counter.play.env.runner.observation()["aria"]
    with counter.world() as world:
        lines = [line for line in counter.order(world).lines if line.product_name in counter.play.goal]
        sums = 0
        for line in lines:
            found_number = re.search(
                rf"(\d) of the {line.quantity} pieces of {line.product_name}", counter.play.goal
            )
            shown = re.search(rf"{re.escape(line.product_name)}.*?\$([0-9.,]+) each", page, re.DOTALL)
            sums += round(float(shown[1].replace(",", "")) * 100) * int(
                found_number[1] if found_number else 1
            )
    assert sums == counter.terms["cents"]


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
