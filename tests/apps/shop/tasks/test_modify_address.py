"""An order that goes elsewhere: what is right, and each mistake by the check that names it."""

import re

import pytest
from sqlalchemy import select

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Address, Order
from gristmill.apps.shop.services import changes, profile

pytestmark = pytest.mark.slow

TASK = "Shop-ModifyAddress-v0"


def is_change(terms) -> bool:
    return terms["address_id"] != terms["twin_to"] and not terms["is_there"]


def redirect(counter, order_id: int, address_id: int) -> None:
    with counter.world() as world:
        order, address = world.db.get_one(Order, order_id), world.db.get_one(Address, address_id)
        changes.change_address(world, order, address)


def test_a_way_by_another_address_is_right(found) -> None:
    counter = found(TASK, wanted=is_change)
    with counter.world() as world:
        order = counter.order(world)
        rows = world.db.scalars(select(Address).where(Address.customer_id == order.customer_id)).all()
        keys = [row.id for row in rows if row.id not in (order.address_id, counter.terms["address_id"])]
    for key in [*keys[:1], counter.terms["address_id"]]:
        redirect(counter, counter.terms["order_id"], key)
    assert counter.failed() == set()


def test_the_other_order_fails_by_name_and_can_be_changed_back(found) -> None:
    counter = found(TASK, wanted=is_change)
    redirect(counter, counter.terms["twin_id"], counter.terms["address_id"])
    redirect(counter, counter.terms["order_id"], counter.terms["address_id"])
    checkpoint = counter.env.checkpoint()
    assert counter.failed() == {"other orders stand", "nothing else changed"}
    counter.env.reset(options={"checkpoint": checkpoint})
    assert counter.play.oracle() == "done"
    assert counter.failed() == set()


def test_another_default_address_fails_by_name(found) -> None:
    counter = found(TASK, wanted=is_change)
    redirect(counter, counter.terms["order_id"], counter.terms["address_id"])
    with counter.world() as world:
        own = counter.order(world).customer.addresses
        profile.make_default(world.db, own, next(each for each in own if not each.is_default))
    assert counter.failed() == {"the address book stands", "nothing else changed"}


def test_an_order_that_has_shipped_is_given_up(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP)
    assert counter.failed('give_up "no"') == {"the order was looked at"}


def test_an_order_that_goes_there_already_has_to_be_looked_at(found) -> None:
    counter = found(TASK, wanted=lambda terms: terms["is_there"])
    assert counter.failed() == {"the order was looked at"}
    counter = found(TASK, wanted=lambda terms: terms["is_there"])
    assert counter.play.act(f"goto /orders/{counter.terms['number']}").failed() == set()


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
