"""The card that replaces the default one: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Card, Customer
from gristmill.apps.shop.services import changes, checkout, profile
from gristmill.apps.shop.services.forms import check_digit, parse_card

pytestmark = pytest.mark.slow

TASK = "Shop-ProfileCard-v0"


def fields(terms) -> dict[str, str]:
    """The new card as it is typed into the form."""
    expiry = f"{terms['month']} / 20{terms['year'] % 100}"
    spaced = re.sub(r"(\d{4})", r"\1 ", terms["card_number"])
    return {"number": spaced, "holder": terms["holder"], "expiry": expiry}


def replace_card(counter, *, is_default: bool = True, deleted: str = "old_id") -> None:
    """Delete the old card first, then save the new one and make it the default."""
    with counter.world() as world:
        today, customer = world.now.date(), world.db.get_one(Customer, counter.terms["customer_id"])
        key = counter.terms[deleted]
        old = world.db.get_one(Card, key[0] if isinstance(key, list) else key)
        profile.delete_card(world.db, customer, old, today)
        world.db.refresh(customer)
        new = checkout.save_card(world.db, customer, parse_card(fields(counter.terms), today))
        if is_default:
            profile.make_default(world.db, customer.cards, new)


def test_deleting_the_old_card_first_is_right_too(found) -> None:
    counter = found(TASK)
    replace_card(counter)
    assert counter.failed() == set()


def test_a_new_card_that_is_not_the_default_fails(found) -> None:
    counter = found(TASK)
    replace_card(counter, is_default=False)
    assert {"new card: is_default", "nothing else changed"} <= counter.failed()


def test_another_card_deleted_fails_by_name_and_is_lost(found) -> None:
    counter = found(TASK)
    replace_card(counter, deleted="kept")
    assert counter.play.is_lost()
    assert {"other cards stay", "old card deleted"} <= counter.failed()


def test_changing_the_payment_of_the_open_order_fails_by_name(found) -> None:
    counter = found(TASK)
    replace_card(counter)
    with counter.world() as world:
        order = counter.order(world)
        card = next(each for each in order.customer.cards if each.is_default)
        changes.change_card(world, order, card)
    assert counter.play.is_lost()
    assert counter.failed() == {"other orders stand", "nothing else changed"}


def test_a_number_with_a_typing_error_is_tried_and_given_up(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    number = counter.terms["card_number"]
    assert check_digit(number[:-1]) != number[-1]
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP)
    assert counter.failed('give_up "no"') == {"the number was tried"}


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
