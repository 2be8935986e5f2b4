from datetime import date

import pytest
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Customer, Delivery
from gristmill.apps.shop.services.checkout import (
    Arrival,
    Basket,
    Step,
    arrival,
    basket,
    choose_address,
    choose_card,
    choose_delivery,
    choose_to_collect,
    find_checkout,
    pickup_points,
    remove_gift_card,
    save_address,
    save_card,
    use_gift_card,
)
from gristmill.apps.shop.services.errors import CheckoutError
from gristmill.apps.shop.services.forms import AddressEntry, CardEntry

TODAY = date(2026, 3, 5)  # a Thursday
CABIN = AddressEntry(
    label="Cabin", full_name="Ada Park", line1="3 Shore Road", line2="", city="Eastmere", postcode="40221"
)
NEW_CARD = CardEntry(network="Corvid", holder="Ada Park", last4="4210", expiry_month=9, expiry_year=2029)


def look(db: Session, customer: Customer) -> Basket:
    return basket(db, customer, TODAY)


@pytest.mark.parametrize(
    ("delivery", "today", "first", "last"),
    [
        (Delivery.STANDARD, TODAY, date(2026, 3, 10), date(2026, 3, 12)),
        (Delivery.EXPRESS, TODAY, date(2026, 3, 6), date(2026, 3, 9)),
        (Delivery.PICKUP, TODAY, date(2026, 3, 9), date(2026, 3, 10)),
        (Delivery.EXPRESS, date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 10)),
    ],
)
def test_arrivals_count_working_days(delivery: Delivery, today: date, first: date, last: date) -> None:
    assert arrival(delivery, today) == Arrival(first=first, last=last)


def test_an_arrival_reads_as_two_days() -> None:
    assert arrival(Delivery.STANDARD, TODAY).text == "Tue, Mar 10 to Thu, Mar 12"


def test_the_steps_are_completed_one_after_another(corner_db: Session, ada: Customer) -> None:
    seen = [look(corner_db, ada).first_incomplete]
    choose_address(corner_db, ada, 2)
    seen.append(look(corner_db, ada).first_incomplete)
    choose_delivery(corner_db, ada, Delivery.EXPRESS, None)
    seen.append(look(corner_db, ada).first_incomplete)
    choose_card(corner_db, ada, 3, TODAY)
    seen.append(look(corner_db, ada).first_incomplete)

    assert seen == list(Step)
    made = find_checkout(corner_db, ada)
    assert made is not None
    assert (made.address_id, made.delivery, made.pickup_point_id) == (2, Delivery.EXPRESS, None)
    assert (made.card_id, made.gift_card_id) == (3, None)


def test_nothing_is_chosen_before_the_shopper_chooses(corner_db: Session, ada: Customer) -> None:
    assert look(corner_db, ada).choices is None


def test_an_empty_cart_begins_no_checkout(corner_db: Session, ada: Customer) -> None:
    for line in look(corner_db, ada).lines:
        line.is_saved = True

    with pytest.raises(CheckoutError, match="Your cart is empty"):
        choose_address(corner_db, ada, 1)

    assert find_checkout(corner_db, ada) is None


@pytest.mark.parametrize("address_id", [None, 3, 99, 10**30])
def test_an_address_that_is_not_the_customers_is_refused(
    corner_db: Session, ada: Customer, address_id: int | None
) -> None:
    with pytest.raises(CheckoutError, match="Choose an address to deliver to"):
        choose_address(corner_db, ada, address_id)


def test_a_pick_up_needs_a_point_and_no_address(corner_db: Session, ada: Customer) -> None:
    choose_to_collect(corner_db, ada)
    assert look(corner_db, ada).first_incomplete is Step.DELIVERY
    with pytest.raises(CheckoutError, match="Choose a pick-up point"):
        choose_delivery(corner_db, ada, Delivery.PICKUP, None)

    choose_delivery(corner_db, ada, Delivery.PICKUP, pickup_points(corner_db)[0])

    assert look(corner_db, ada).first_incomplete is Step.PAYMENT


def test_a_delivery_without_an_address_is_refused(corner_db: Session, ada: Customer) -> None:
    choose_to_collect(corner_db, ada)

    with pytest.raises(CheckoutError, match="Choose a delivery address first"):
        choose_delivery(corner_db, ada, Delivery.STANDARD, None)
    with pytest.raises(CheckoutError, match="Choose how you would like to receive"):
        choose_delivery(corner_db, ada, None, None)


def test_an_address_chosen_after_a_pick_up_asks_for_the_delivery_again(
    corner_db: Session, ada: Customer
) -> None:
    choose_to_collect(corner_db, ada)
    choose_delivery(corner_db, ada, Delivery.PICKUP, pickup_points(corner_db)[0])

    choose_address(corner_db, ada, 1)

    made = find_checkout(corner_db, ada)
    assert made is not None
    assert (made.address_id, made.delivery, made.pickup_point_id) == (1, None, None)
    assert look(corner_db, ada).first_incomplete is Step.DELIVERY


def test_a_delivery_keeps_no_pick_up_point(corner_db: Session, ada: Customer) -> None:
    choose_address(corner_db, ada, 1)
    choose_delivery(corner_db, ada, Delivery.STANDARD, pickup_points(corner_db)[0])

    made = find_checkout(corner_db, ada)

    assert made is not None
    assert made.pickup_point_id is None


@pytest.mark.parametrize(
    ("card_id", "message"),
    [
        (None, "Choose a card"),
        (4, "Choose a card"),
        (2, "Halden ending in 9075 has expired. Choose another card."),
    ],
)
def test_a_card_that_cannot_pay_is_refused(
    corner_db: Session, ada: Customer, card_id: int | None, message: str
) -> None:
    with pytest.raises(CheckoutError, match=message):
        choose_card(corner_db, ada, card_id, TODAY)


def test_a_card_that_expires_during_the_checkout_sends_back_to_payment(
    corner_db: Session, ada: Customer
) -> None:
    choose_address(corner_db, ada, 1)
    choose_delivery(corner_db, ada, Delivery.STANDARD, None)
    choose_card(corner_db, ada, 3, date(2026, 3, 31))

    assert basket(corner_db, ada, date(2026, 4, 1)).first_incomplete is Step.PAYMENT


def test_a_gift_card_pays_up_to_its_balance(corner_db: Session, ada: Customer) -> None:
    choose_address(corner_db, ada, 1)
    choose_delivery(corner_db, ada, Delivery.EXPRESS, None)
    use_gift_card(corner_db, ada, "gift-small ")

    current = look(corner_db, ada)

    assert (current.gift_card_cents, current.due_cents) == (2000, 5844)
    assert current.first_incomplete is Step.PAYMENT


def test_a_gift_card_that_covers_all_makes_a_card_unnecessary(corner_db: Session, ada: Customer) -> None:
    choose_address(corner_db, ada, 1)
    choose_delivery(corner_db, ada, Delivery.EXPRESS, None)
    use_gift_card(corner_db, ada, "GIFT-LARGE")

    covered = look(corner_db, ada)
    assert (covered.gift_card_cents, covered.due_cents) == (7844, 0)
    assert covered.first_incomplete is Step.REVIEW

    remove_gift_card(corner_db, ada)
    assert look(corner_db, ada).first_incomplete is Step.PAYMENT


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "Enter a gift card code."),
        ("GIFT-NOPE", "There is no gift card “GIFT-NOPE”."),
        ("GIFT-EMPTY", "Gift card GIFT-EMPTY has no balance left."),
    ],
)
def test_a_gift_card_that_cannot_pay_is_refused(
    corner_db: Session, ada: Customer, code: str, message: str
) -> None:
    with pytest.raises(CheckoutError, match=message):
        use_gift_card(corner_db, ada, code)


def test_removing_a_gift_card_begins_no_checkout(corner_db: Session, ada: Customer) -> None:
    remove_gift_card(corner_db, ada)

    assert find_checkout(corner_db, ada) is None


def test_a_new_address_joins_the_address_book(corner_db: Session, ada: Customer) -> None:
    saved = save_address(corner_db, ada, CABIN, None)

    assert [address.label for address in ada.addresses] == ["Home", "Work", "Cabin"]
    assert (saved.customer_id, saved.one_line, saved.is_default) == (
        1,
        "3 Shore Road, Eastmere, 40221",
        False,
    )


def test_an_edited_address_stays_the_same_entry(corner_db: Session, ada: Customer) -> None:
    saved = save_address(corner_db, ada, CABIN, ada.addresses[0])

    assert (saved.id, saved.label, saved.is_default) == (1, "Cabin", True)
    assert len(ada.addresses) == 2


def test_a_card_is_saved_once(corner_db: Session, ada: Customer) -> None:
    first, again = save_card(corner_db, ada, NEW_CARD), save_card(corner_db, ada, NEW_CARD)

    assert first is again
    assert (first.customer_id, first.label, first.is_default) == (1, "Corvid ending in 4210", False)
    assert len(ada.cards) == 4
