"""Cancel an order: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import OrderStatus
from gristmill.apps.shop.services import changes
from gristmill.apps.shop.services.changes import CANCEL_REASONS

pytestmark = pytest.mark.slow

TASK = "Shop-CancelPending-v0"


def key_of(reason: str) -> str:
    return next(key for key, text in CANCEL_REASONS.items() if text == reason)


def other_key(reason: str) -> str:
    return next(key for key, text in CANCEL_REASONS.items() if text != reason)


def test_the_order_can_be_cancelled_from_a_search(found) -> None:
    counter = found(TASK)
    counter.play.act(f"goto /orders?q={counter.terms['number']}").click("link", counter.terms["number"])
    counter.play.click("link", "Cancel the order")
    box = counter.env.runner.outline().find("combobox", "Why do you cancel?")
    counter.play.act(f'select {box.ref} "{counter.terms["reason"]}"').click("button", "Cancel this order")
    assert counter.failed() == set()


def test_another_reason_fails_by_name_and_is_lost(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        changes.cancel(world, counter.order(world), other_key(counter.terms["reason"]))
    assert counter.play.is_lost()
    assert counter.failed() == {"the given reason", "the order's other facts"}


def test_the_other_order_of_the_same_goods_fails_by_name(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        twin = next(each for each in counter.others(world) if each.status is OrderStatus.PROCESSING)
        changes.cancel(world, twin, key_of(counter.terms["reason"]))
    assert counter.play.is_lost()
    assert {"cancelled", "other orders stand", "nothing else changed"} <= counter.failed()


def test_an_order_that_has_shipped_is_looked_at_and_given_up(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    assert "the order was looked at" in counter.failed('give_up "cannot be done"')
    counter = found(TASK, EndsWith.GIVE_UP)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()


@pytest.mark.parametrize("task", [TASK, "Shop-ModifyAddress-v0", "Shop-Review-v0"])
def test_a_list_of_orders_shows_what_has_not_arrived_or_has_shipped(found, task: str) -> None:
    counter = found(task, EndsWith.GIVE_UP)
    counter.play.act("goto /orders")
    assert counter.failed('give_up "it has shipped"') == set()


def test_done_is_no_way_to_end_what_cannot_be_done(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    counter.play.oracle()
    assert counter.failed() == {"given up"}


@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
