"""What the shop does not allow: giving up is right, and each way around it fails by name."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import OrderStatus, RefundMethod
from gristmill.apps.shop.services import changes, returns
from gristmill.apps.shop.services.returns import Wish

pytestmark = pytest.mark.slow

TASK = "Shop-NotAllowed-v0"
GIVE_UP = 'give_up "It cannot be done any more."'


@pytest.mark.parametrize("wish", ["cancel", "address", "options", "payment"])
def test_a_look_at_the_order_and_giving_up_are_right(found, wish: str) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["wish"] == wish)
    assert re.match("give_up", counter.play.oracle())
    assert counter.failed(GIVE_UP) == set()


def test_giving_up_at_once_fails(found) -> None:
    assert found(TASK, EndsWith.GIVE_UP).failed(GIVE_UP) == {"the order was looked at"}


def test_cancelling_the_open_order_fails_by_name(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    counter.play.oracle()
    with counter.world() as world:
        twin = next(each for each in counter.others(world) if each.status is OrderStatus.PROCESSING)
        changes.cancel(world, twin, "other")
    assert counter.play.is_lost()
    assert counter.failed(GIVE_UP) == {"other orders stand", "nothing else changed"}


def test_a_return_instead_fails_by_name(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["is_delivered"])
    with counter.world() as world:
        order = counter.order(world)
        wish = Wish(reason="other", method=RefundMethod.ORIGINAL)
        returns.open_return(world, order, {order.lines[0]: 1}, wish)
    assert {"no return or exchange instead", "the order stands"} <= counter.failed(GIVE_UP)


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
