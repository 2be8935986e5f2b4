"""Delivered goods go back within 30 days, each item once; refunds are what was paid for them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.shop import handlers
from gristmill.apps.shop.models import (
    GiftCard,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    RefundMethod,
    ReturnKind,
    Variant,
)
from gristmill.apps.shop.services import changes, payments, returns
from gristmill.apps.shop.services.errors import OrderError
from gristmill.apps.shop.services.returns import Wish
from gristmill.apps.world.world import World

ORIGINAL = Wish(reason="unsuitable", method=RefundMethod.ORIGINAL)
CREDIT = Wish(reason="faulty", method=RefundMethod.STORE_CREDIT)

Heard = list[tuple[str, Mapping[str, Any]]]


def test_a_return_is_refunded_when_the_goods_are_back(
    corner_db: Session, delivered: Order, heard: Heard
) -> None:
    world, kettle = World(corner_db), delivered.lines[1]

    opened = returns.open_return(world, delivered, {kettle: 1}, ORIGINAL)

    assert opened.refund_cents == 2550 - 255
    assert delivered.status is OrderStatus.DELIVERED
    assert corner_db.scalars(select(Payment)).all() == []
    assert [kind for kind, _ in heard] == ["shop.return_opened"]
    assert heard[0][1]["goods"] == [
        {"product": "Kettle", "options": "Cream, Large", "quantity": 1, "new_options": None}
    ]

    stock = kettle.variant.stock
    returns.receive(world, opened)

    [payment] = corner_db.scalars(select(Payment)).all()
    assert (payment.method, payment.cents, payment.return_id) == ("Corvid ending in 4821", 2295, opened.id)
    assert delivered.status is OrderStatus.PARTLY_RETURNED
    assert kettle.variant.stock == stock + 1


def test_returning_everything_in_two_parcels_refunds_the_goods_to_the_cent(
    corner_db: Session, delivered: Order
) -> None:
    world = World(corner_db)
    delivered.discount_cents, delivered.total_cents = 333, 6549 - 333  # does not divide evenly
    for line in delivered.lines:
        returns.receive(world, returns.open_return(world, delivered, {line: 1}, ORIGINAL))

    paid = [(row.method, row.cents) for row in corner_db.scalars(select(Payment))]
    assert sum(cents for _, cents in paid) == 6549 - 333
    assert {method for method, _ in paid} == {"Corvid ending in 4821", "gift card"}
    assert corner_db.get_one(GiftCard, 1).balance_cents == 2000
    assert delivered.status is OrderStatus.RETURNED


def test_store_credit_is_a_gift_card_of_ones_own(corner_db: Session, delivered: Order) -> None:
    world = World(corner_db)
    returns.receive(world, returns.open_return(world, delivered, {delivered.lines[0]: 1}, CREDIT))

    credit = corner_db.scalars(select(GiftCard).where(GiftCard.customer_id == 1)).one()
    assert credit.balance_cents == 3999 - 400


@pytest.mark.parametrize("wish", [ORIGINAL, CREDIT])
def test_goods_of_an_order_that_was_refunded_bring_what_is_left(
    corner_db: Session, delivered: Order, wish: Wish
) -> None:
    world = World(corner_db)
    handlers.refund_order(world, {"order_id": delivered.id, "cents": 5000})
    lamp, kettle = (returns.open_return(world, delivered, {line: 1}, wish) for line in delivered.lines)
    assert (lamp.refund_cents, kettle.refund_cents) == (894, 0)
    for opened in (lamp, kettle):
        returns.receive(world, opened)

    assert sum(row.cents for row in delivered.payments) == delivered.total_cents
    assert payments.left_cents(delivered) == 0


@pytest.mark.parametrize("wish", [ORIGINAL, CREDIT])
def test_goods_on_their_way_bring_no_more_than_is_left_once_they_are_back(
    corner_db: Session, delivered: Order, wish: Wish
) -> None:
    world = World(corner_db)
    opened = returns.open_return(world, delivered, {delivered.lines[0]: 1}, wish)
    handlers.refund_order(world, {"order_id": delivered.id, "cents": 5894 - 100})
    returns.receive(world, opened)

    assert opened.refund_cents == 100
    assert sum(row.cents for row in delivered.payments) == delivered.total_cents


def test_a_cheaper_exchange_of_an_order_that_was_refunded_brings_what_is_left(
    corner_db: Session, delivered: Order
) -> None:
    world = World(corner_db)
    handlers.refund_order(world, {"order_id": delivered.id, "cents": 5894 - 100})
    opened = returns.open_exchange(world, delivered, delivered.lines[1], 22, CREDIT, None)
    assert opened.refund_cents == 100


def test_an_item_goes_back_once(corner_db: Session, delivered: Order) -> None:
    world, lamp = World(corner_db), delivered.lines[0]
    returns.open_return(world, delivered, {lamp: 1}, ORIGINAL)
    with pytest.raises(OrderError, match="Desk lamp was returned or exchanged already"):
        returns.open_return(world, delivered, {lamp: 1}, ORIGINAL)


@pytest.mark.parametrize(("days", "is_taken"), [(30, True), (31, False)])
def test_goods_go_back_within_thirty_days_of_delivery(
    corner_db: Session, delivered: Order, days: int, is_taken: bool
) -> None:
    world = World(corner_db)
    delivered.delivered_at = world.now - timedelta(days=days)
    reason = returns.objection(delivered, world.now.date())
    assert (reason is None) is is_taken
    assert is_taken or "30 days after delivery" in str(reason)


def test_what_has_not_arrived_cannot_go_back(corner_db: Session, placed: Order) -> None:
    with pytest.raises(OrderError, match="has not been delivered"):
        returns.open_return(World(corner_db), placed, {placed.lines[0]: 1}, ORIGINAL)


@pytest.mark.parametrize(
    ("quantity", "wish", "words"),
    [
        (2, ORIGINAL, "Choose 1 to 1 of Desk lamp"),
        (0, ORIGINAL, "Choose 1 to 1 of Desk lamp"),
        (1, Wish(reason="", method=RefundMethod.ORIGINAL), "why you send it back"),
        (1, Wish(reason="faulty", method=None), "how you are refunded"),
        (None, ORIGINAL, "at least one item"),
    ],
)
def test_an_incomplete_return_is_refused(
    corner_db: Session, delivered: Order, quantity: int | None, wish: Wish, words: str
) -> None:
    chosen = {} if quantity is None else {delivered.lines[0]: quantity}
    with pytest.raises(OrderError, match=words):
        returns.open_return(World(corner_db), delivered, chosen, wish)


def test_an_exchange_for_something_dearer_is_charged_at_once(corner_db: Session, delivered: Order) -> None:
    world, kettle = World(corner_db), delivered.lines[1]
    corner_db.get_one(Variant, 22).price_cents = 3000
    source = changes.sources(corner_db, world.now.date(), delivered.customer, delivered)["original"]

    opened = returns.open_exchange(world, delivered, kettle, 22, ORIGINAL, source)

    assert (opened.kind, opened.refund_cents) == (ReturnKind.EXCHANGE, 0)
    [charge] = corner_db.scalars(select(Payment)).all()
    assert (charge.kind, charge.cents, charge.card_id) == (PaymentKind.CHARGE, 450, 1)
    assert corner_db.get_one(Variant, 22).stock == 1

    returns.receive(world, opened)
    assert delivered.status is OrderStatus.DELIVERED
    assert len(corner_db.scalars(select(Payment)).all()) == 1


def test_an_exchange_for_something_cheaper_is_refunded_when_it_is_back(
    corner_db: Session, delivered: Order
) -> None:
    world, kettle = World(corner_db), delivered.lines[1]

    opened = returns.open_exchange(world, delivered, kettle, 22, ORIGINAL, None)
    assert opened.refund_cents == 645
    assert corner_db.scalars(select(Payment)).all() == []
    returns.receive(world, opened)

    [payment] = corner_db.scalars(select(Payment)).all()
    assert (payment.kind, payment.cents) == (PaymentKind.REFUND, 645)


def test_an_exchange_compares_todays_prices(corner_db: Session, delivered: Order) -> None:
    world, kettle = World(corner_db), delivered.lines[1]
    for key in (21, 22):
        corner_db.get_one(Variant, key).price_cents -= 600
    opened = returns.open_exchange(world, delivered, kettle, 22, ORIGINAL, None)
    assert opened.refund_cents == 645


def test_an_exchange_brings_no_more_than_was_paid_for_the_item(corner_db: Session, delivered: Order) -> None:
    delivered.discount_cents, delivered.total_cents = 5200, 6549 - 5200
    corner_db.get_one(Variant, 22).price_cents = 105
    opened = returns.open_exchange(World(corner_db), delivered, delivered.lines[1], 22, ORIGINAL, None)
    assert opened.refund_cents == returns.worth_cents(delivered, delivered.lines[1], 1) == 525


def test_an_exchange_is_for_a_variant_in_stock_of_the_same_product(
    corner_db: Session, delivered: Order
) -> None:
    world, (lamp, kettle) = World(corner_db), delivered.lines
    for wanted in (21, 11, None):  # what it is, another product, nothing
        with pytest.raises(OrderError, match="Choose the colour or size"):
            returns.open_exchange(world, delivered, kettle, wanted, ORIGINAL, None)
    with pytest.raises(OrderError, match="Desk lamp comes in no other colour or size that is in stock"):
        returns.open_exchange(world, delivered, lamp, 12, ORIGINAL, None)
