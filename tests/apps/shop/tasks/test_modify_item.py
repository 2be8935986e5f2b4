"""Items that are changed: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Order
from gristmill.apps.shop.services import changes

pytestmark = pytest.mark.slow

TASK = "Shop-ModifyItem-v0"


def change(
    counter, *, order: Order | None = None, variant_id: int | None = None, pay: str | None = None
) -> None:
    """Change the item, by default as asked for."""
    with counter.world() as world:
        order = world.db.get_one(Order, order.id) if order else counter.order(world)
        pays = changes.sources(world.db, world.now.date(), order.customer, order)
        wanted = variant_id or counter.terms["variant_id"]
        changes.change_line(world, order, order.lines[0], wanted, pays[pay or counter.terms["pay"]])


@pytest.mark.parametrize("pay", ["original", "credit", "card"])
def test_each_payment_is_right_where_it_is_asked_for(found, pay: str) -> None:
    counter = found(TASK, wanted=lambda terms: terms["pay"].startswith(pay))
    change(counter)
    assert counter.failed() == set()


def test_other_options_fail_by_name_and_are_lost(found) -> None:
    counter = found(TASK)
    change(counter, variant_id=counter.terms["spare_id"])
    assert counter.play.is_lost()
    assert "the given options" in counter.failed()


def test_another_payment_fails_by_name(found) -> None:
    counter = found(TASK, wanted=lambda terms: terms["pay"].startswith("card"))
    change(counter, pay="original")
    assert counter.play.is_lost()
    assert counter.failed() == {"the given payment", "money"}


def test_the_other_order_fails_by_name(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        line = counter.order(world).lines[0]
        twin = next(each for each in counter.others(world) if each.lines[0].variant_id == line.variant_id)
    change(counter, order=twin)
    assert counter.play.is_lost()
    assert {"other orders stand", "the given options"} <= counter.failed()


@pytest.mark.parametrize("why", ["shipped", "changed", "gone"])
def test_what_cannot_be_changed_is_given_up(found, why: str) -> None:
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP, lambda terms: terms["why"] == why)
    assert counter.failed('give_up "no"') == {"the order was looked at"}


def test_the_nearest_in_stock_is_no_substitute(found) -> None:
    def has_form(terms) -> bool:
        return terms["why"] == "gone" and "items" in terms["proof"]

    counter = found(TASK, EndsWith.GIVE_UP, has_form)
    with counter.world() as world:
        order = counter.order(world)
        other = changes.choices(order.lines[0])[0].id
    change(counter, variant_id=other, pay="original")
    assert {"the order stands", "nothing else changed"} <= counter.failed('give_up "not in stock"')


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
