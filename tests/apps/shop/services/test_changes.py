"""Open orders are cancelled and changed by rules; each cent goes where it came from."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import (
    Address,
    Card,
    Customer,
    GiftCard,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    Variant,
)
from gristmill.apps.shop.services import changes, checkout, payments
from gristmill.apps.shop.services.errors import CardDeclinedError, CheckoutError, OrderError
from gristmill.apps.shop.services.forms import CardEntry
from gristmill.apps.shop.services.payments import Source
from gristmill.apps.world.world import World

Heard = list[tuple[str, Mapping[str, Any]]]


def paid_back(db: Session) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in db.scalars(select(Payment).where(Payment.kind == PaymentKind.REFUND)):
        found[row.method] += row.cents
    return found


def source(db: Session, order: Order, key: str) -> Source:
    return changes.sources(db, World(db).now.date(), order.customer, order)[key]


def test_cancelling_refunds_every_source_and_puts_the_goods_back(
    corner_db: Session, placed: Order, heard: Heard
) -> None:
    stock = {line.variant_id: line.variant.stock + line.quantity for line in placed.lines}

    changes.cancel(World(corner_db), placed, "cheaper")

    assert (placed.status, placed.cancel_reason) == (OrderStatus.CANCELLED, "Found it cheaper elsewhere")
    assert paid_back(corner_db) == {"Corvid ending in 4821": 3894, "gift card": 2000}
    assert corner_db.get_one(GiftCard, 1).balance_cents == 2000
    assert {line.variant_id: line.variant.stock for line in placed.lines} == stock
    kinds = [(kind, payload.get("reason"), payload.get("refund_cents")) for kind, payload in heard]
    assert kinds == [
        ("shop.order_cancelled", "Found it cheaper elsewhere", None),
        ("shop.refunded", "order cancelled", 3894),
        ("shop.refunded", "order cancelled", 2000),
    ]


def test_what_is_not_sold_any_more_is_not_back_in_stock(corner_db: Session, placed: Order) -> None:
    lamp, kettle = placed.lines[0].variant, placed.lines[1].variant
    kettle.product.is_discontinued, kettle.stock = True, 0
    stock = lamp.stock

    changes.cancel(World(corner_db), placed, "cheaper")

    assert (lamp.stock, kettle.stock) == (stock + placed.lines[0].quantity, 0)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OrderStatus.SHIPPED, "has shipped, so it can no longer be cancelled"),
        (OrderStatus.DELIVERED, "has been delivered"),
        (OrderStatus.CANCELLED, "was cancelled"),
        (OrderStatus.RETURNED, "has been returned"),
    ],
)
def test_only_an_open_order_is_cancelled_or_changed(
    corner_db: Session, placed: Order, status: OrderStatus, words: str
) -> None:
    placed.status = status
    world, line = World(corner_db), placed.lines[1]
    with pytest.raises(OrderError, match=words):
        changes.cancel(world, placed, "mistake")
    for act in (
        lambda: changes.change_address(world, placed, corner_db.get_one(Address, 2)),
        lambda: changes.change_card(world, placed, corner_db.get_one(Card, 3)),
        lambda: changes.change_line(world, placed, line, 22, source(corner_db, placed, "original")),
    ):
        with pytest.raises(OrderError, match="can no longer be changed"):
            act()
    assert set(corner_db.dirty) <= {placed}
    assert corner_db.scalars(select(Payment)).all() == []


def test_cancelling_needs_a_reason(corner_db: Session, placed: Order) -> None:
    with pytest.raises(OrderError, match="Choose why"):
        changes.cancel(World(corner_db), placed, "because")


def test_an_open_order_goes_to_another_address_and_the_default_stays(
    corner_db: Session, placed: Order, heard: Heard
) -> None:
    changes.change_address(World(corner_db), placed, corner_db.get_one(Address, 2))

    assert (placed.address_id, placed.ship_to.split(",")[1]) == (2, " 4 Foundry Lane")
    assert corner_db.get_one(Address, 1).is_default
    [(kind, payload)] = heard
    assert (kind, payload["changed"]) == ("shop.order_changed", "address")
    with pytest.raises(OrderError, match="already goes to Work"):
        changes.change_address(World(corner_db), placed, corner_db.get_one(Address, 2))


def test_another_card_pays_an_open_order_and_gets_the_refund(corner_db: Session, placed: Order) -> None:
    changes.change_card(World(corner_db), placed, corner_db.get_one(Card, 3))
    assert placed.card_label == "Tesserine ending in 1157"

    changes.cancel(World(corner_db), placed, "late")
    assert paid_back(corner_db) == {"Tesserine ending in 1157": 3894, "gift card": 2000}


@pytest.mark.parametrize(("cents", "paid"), [(3000, 3894 + 450), (1905, 3894 - 645)])
def test_another_card_takes_over_the_differences_of_items_too(
    corner_db: Session, placed: Order, cents: int, paid: int
) -> None:
    corner_db.get_one(Variant, 22).price_cents = cents
    changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "original"))
    before = paid_back(corner_db)["Corvid ending in 4821"]

    changes.change_card(World(corner_db), placed, corner_db.get_one(Card, 3))
    changes.cancel(World(corner_db), placed, "late")

    assert paid_back(corner_db) == {"Tesserine ending in 1157": paid + before, "gift card": 2000}


def test_another_card_leaves_the_difference_that_a_third_one_paid(corner_db: Session, placed: Order) -> None:
    corner_db.get_one(Card, 2).expiry_year = 2030
    corner_db.get_one(Variant, 22).price_cents = 3000
    changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "card-2"))

    changes.change_card(World(corner_db), placed, corner_db.get_one(Card, 3))
    changes.cancel(World(corner_db), placed, "late")

    assert paid_back(corner_db) == {
        "Tesserine ending in 1157": 3894, "gift card": 2000, "Halden ending in 9075": 450,
    }  # fmt: skip


def test_a_card_that_is_refused_or_has_expired_does_not_pay(corner_db: Session, placed: Order) -> None:
    corner_db.get_one(Card, 3).is_refused = True
    with pytest.raises(CardDeclinedError, match="Tesserine ending in 1157 was declined"):
        changes.change_card(World(corner_db), placed, corner_db.get_one(Card, 3))
    with pytest.raises(OrderError, match="has expired"):
        changes.change_card(World(corner_db), placed, corner_db.get_one(Card, 2))
    assert placed.card_id == 1


def test_a_cheaper_option_is_refunded_to_what_paid(corner_db: Session, placed: Order, heard: Heard) -> None:
    kettle = placed.lines[1]

    changes.change_line(World(corner_db), placed, kettle, 22, source(corner_db, placed, "original"))

    assert (kettle.options, kettle.unit_price_cents, kettle.is_changed) == ("Cream, Small", 1905, True)
    assert (placed.subtotal_cents, placed.total_cents) == (5904, 5249)
    assert paid_back(corner_db) == {"Corvid ending in 4821": 645}
    assert [corner_db.get_one(Variant, key).stock for key in (21, 22)] == [40, 1]
    assert [kind for kind, _ in heard] == ["shop.refunded", "shop.order_changed"]


def test_an_item_is_changed_once(corner_db: Session, placed: Order) -> None:
    kettle = placed.lines[1]
    changes.change_line(World(corner_db), placed, kettle, 22, source(corner_db, placed, "original"))
    with pytest.raises(OrderError, match=r"Kettle was changed already\. An item can be changed once"):
        changes.change_line(World(corner_db), placed, kettle, 21, source(corner_db, placed, "original"))


def test_a_dearer_option_is_charged_to_the_chosen_card_and_cancelling_pays_each_back(
    corner_db: Session, placed: Order
) -> None:
    corner_db.get_one(Variant, 22).price_cents = 3000

    changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "card-3"))
    assert placed.total_cents == 5894 + 450

    changes.cancel(World(corner_db), placed, "other")
    assert paid_back(corner_db) == {
        "Corvid ending in 4821": 3894, "gift card": 2000, "Tesserine ending in 1157": 450,
    }  # fmt: skip


@pytest.mark.parametrize("happened", ["is no longer in your account", "has expired"])
def test_a_card_that_was_removed_or_has_expired_pays_no_difference(
    corner_db: Session, placed: Order, happened: str
) -> None:
    corner_db.get_one(Variant, 22).price_cents = 3000
    original = source(corner_db, placed, "original")
    card = corner_db.get_one(Card, original.card_id)
    if happened == "has expired":
        card.expiry_year = 2020
    else:
        corner_db.delete(card)
    corner_db.flush()
    with pytest.raises(CheckoutError, match=f"Corvid ending in 4821 {happened}"):
        changes.change_line(World(corner_db), placed, placed.lines[1], 22, original)


def test_a_card_that_was_saved_under_the_id_of_a_removed_one_is_another_card(
    corner_db: Session, placed: Order, ada: Customer
) -> None:
    world, kettle = World(corner_db), placed.lines[1]
    changes.change_card(world, placed, corner_db.get_one(Card, 3))
    corner_db.query(Card).filter(Card.id.in_([3, 4])).delete()
    corner_db.expire_all()
    entry = CardEntry(network="Halden", holder="Ada Park", last4="6612", expiry_month=1, expiry_year=2030)
    new = checkout.save_card(corner_db, ada, entry)
    assert new.id == placed.card_id

    corner_db.get_one(Variant, 22).price_cents = 3000
    with pytest.raises(CheckoutError, match="Tesserine ending in 1157 is no longer in your account"):
        changes.change_line(world, placed, kettle, 22, source(corner_db, placed, "original"))
    changes.change_line(world, placed, kettle, 22, source(corner_db, placed, f"card-{new.id}"))
    assert [(each.method, cents) for each, cents in payments.holdings(placed).items()] == [
        ("Tesserine ending in 1157", 3894), ("gift card", 2000), ("Halden ending in 6612", 450),
    ]  # fmt: skip
    changes.change_card(world, placed, new)
    assert [cents for each, cents in payments.holdings(placed).items() if each.card_id == new.id] == [4344]


def test_a_difference_becomes_store_credit_which_only_its_owner_can_use(
    corner_db: Session, placed: Order, ada: Customer
) -> None:
    changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "credit"))

    credit = payments.find_store_credit(corner_db, ada)
    assert credit is not None
    assert (credit.balance_cents, credit.customer_id) == (645, 1)
    assert paid_back(corner_db) == {"store credit": 645}


def test_a_refund_to_a_card_that_did_not_pay_is_refused(corner_db: Session, placed: Order) -> None:
    with pytest.raises(OrderError, match="paid back to Corvid ending in 4821 or as store credit"):
        changes.change_line(
            World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "card-3")
        )


@pytest.mark.parametrize("by_cents", [-600, 600])
def test_a_price_that_changed_since_the_order_is_neither_paid_back_nor_charged(
    corner_db: Session, placed: Order, by_cents: int
) -> None:
    for key in (21, 22):
        corner_db.get_one(Variant, key).price_cents += by_cents

    changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "original"))

    assert (placed.lines[1].unit_price_cents, placed.total_cents) == (1905, 5249)
    assert paid_back(corner_db) == {"Corvid ending in 4821": 645}


def test_no_more_is_paid_back_for_a_change_than_the_goods_cost_after_the_coupon(
    corner_db: Session, placed: Order
) -> None:
    placed.discount_cents, placed.total_cents, placed.gift_card_cents = 6400, 149, 0
    changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "original"))

    assert (placed.subtotal_cents, placed.discount_cents, placed.total_cents) == (5904, 5904, 0)
    assert paid_back(corner_db) == {"Corvid ending in 4821": 149}


def test_an_item_is_not_changed_if_less_is_left_than_would_be_paid_back(
    corner_db: Session, placed: Order
) -> None:
    payments.refund(World(corner_db), placed, placed.total_cents - 644, "late")
    with pytest.raises(OrderError, match=r"\$6\.45 would be paid back, but only \$6\.44"):
        changes.change_line(
            World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, "original")
        )


@pytest.mark.parametrize("key", ["credit", "original"])
def test_a_source_that_cannot_pay_changes_nothing(corner_db: Session, placed: Order, key: str) -> None:
    corner_db.get_one(Variant, 22).price_cents = 3000
    corner_db.get_one(Card, 1).is_refused = True
    corner_db.commit()

    with pytest.raises(CheckoutError, match=r"store credit|declined"):
        changes.change_line(World(corner_db), placed, placed.lines[1], 22, source(corner_db, placed, key))

    corner_db.rollback()
    assert (placed.total_cents, placed.lines[1].is_changed) == (5894, False)


def test_options_that_are_out_of_stock_cannot_be_chosen(corner_db: Session, placed: Order) -> None:
    lamp = placed.lines[0]
    assert changes.choices(lamp) == []
    with pytest.raises(OrderError, match="no other colour or size that is in stock"):
        changes.change_line(World(corner_db), placed, lamp, 12, source(corner_db, placed, "original"))
