"""Events change prices, stock and promises, bring goods back, and do nothing where their target is gone."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.shop import handlers
from gristmill.apps.shop.models import (
    Customer,
    Order,
    OrderStatus,
    Payment,
    Product,
    RefundMethod,
    Variant,
    WishItem,
    WishList,
)
from gristmill.apps.shop.services import returns
from gristmill.apps.shop.services.returns import Wish
from gristmill.apps.world.models import WorldEvent
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

Heard = list[tuple[str, Mapping[str, Any]]]


@pytest.fixture
def wished(corner_db: Session, ada: Customer, heard: Heard) -> World:
    """Ada has a lamp in Moss and one in Slate on her list, Ben one in Moss."""
    world = World(corner_db)
    for customer_id, variants in ((1, (11, 12)), (2, (11,))):
        items = [WishItem(variant_id=v, note="", added_at=world.now, price_cents=3999) for v in variants]
        corner_db.add(WishList(customer_id=customer_id, name="Later", items=items))
    corner_db.flush()
    return world


def test_a_lower_price_is_told_to_those_who_wished_for_it(
    corner_db: Session, wished: World, heard: Heard
) -> None:
    handlers.change_price(wished, {"variant_id": 11, "price_cents": 2999})

    assert corner_db.get_one(Product, 1).from_cents == 2999
    assert [(kind, p["person_id"], p["price_cents"], p["before_cents"]) for kind, p in heard] == [
        ("shop.price_dropped", 1, 2999, 3999), ("shop.price_dropped", 2, 2999, 3999),
    ]  # fmt: skip
    handlers.change_price(wished, {"variant_id": 11, "price_cents": 3999})
    assert len(heard) == 2


def test_stock_that_is_back_is_told_once(corner_db: Session, wished: World, heard: Heard) -> None:
    for stock in (4, 2, 0):
        handlers.change_stock(wished, {"variant_id": 12, "stock": stock})
    assert [(kind, p["person_id"], p["stock"]) for kind, p in heard] == [("shop.back_in_stock", 1, 4)]
    assert corner_db.get_one(Variant, 12).stock == 0


def test_what_is_not_sold_any_more_does_not_come_back(
    corner_db: Session, wished: World, heard: Heard
) -> None:
    moss = corner_db.get_one(Variant, 12)
    moss.product.is_discontinued, moss.stock = True, 0
    handlers.change_stock(wished, {"variant_id": 12, "stock": 4})
    assert (moss.stock, heard) == (0, [])


def test_a_sale_ends_at_the_old_price(corner_db: Session) -> None:
    world, moss = World(corner_db), corner_db.get_one(Variant, 11)
    moss.was_cents, moss.sale_ends_on = 4999, world.now.date()
    handlers.end_sale(world, {"product_id": 1})
    assert (moss.price_cents, moss.was_cents, moss.sale_ends_on) == (4999, None, None)
    assert corner_db.get_one(Product, 1).from_cents == 3999
    with pytest.raises(TargetGone):
        handlers.end_sale(world, {"product_id": 1})


def test_a_delayed_order_is_delivered_on_its_new_day(corner_db: Session, placed: Order, heard: Heard) -> None:
    world = World(corner_db)
    handlers.ship_order(world, handlers.about(placed))
    new = {"arrives_from": "2026-03-20", "arrives_by": "2026-03-23"}
    handlers.delay_order(world, {**handlers.about(placed), **new})
    handlers.deliver_order(world, handlers.about(placed))

    assert placed.status is OrderStatus.SHIPPED
    kinds = [(kind, payload["arrives_by"]) for kind, payload in heard]
    assert kinds == [("shop.order_shipped", "2026-03-12"), ("shop.order_delayed", "2026-03-23")]
    due = corner_db.scalars(select(WorldEvent.due).where(WorldEvent.kind == handlers.DELIVER)).all()
    assert [f"{each:%d %H:%M}" for each in due] == ["10 15:00", "20 15:00"]


def test_a_refund_of_which_a_story_tells_is_paid_and_not_published(
    corner_db: Session, placed: Order, heard: Heard
) -> None:
    payload = {"order_id": placed.id, "cents": 500, "reason": "late", "is_told": True}
    handlers.refund_order(World(corner_db), payload)
    assert [row.cents for row in placed.payments] == [500]
    assert heard == []


def test_a_refund_by_event_is_at_most_what_is_left(corner_db: Session, placed: Order, heard: Heard) -> None:
    world = World(corner_db)
    handlers.refund_order(world, {"order_id": placed.id, "cents": 500, "reason": "late"})
    handlers.refund_order(world, {"order_id": placed.id, "cents": 90_000})
    assert sum(corner_db.scalars(select(Payment.cents))) == placed.total_cents
    assert {kind for kind, _ in heard} == {"shop.refunded"}
    with pytest.raises(TargetGone):
        handlers.refund_order(world, {"order_id": placed.id, "cents": 1})


def test_a_return_is_received_by_an_event_once(corner_db: Session, delivered: Order) -> None:
    world = World(corner_db)
    wish = Wish(reason="faulty", method=RefundMethod.ORIGINAL)
    opened = returns.open_return(world, delivered, {delivered.lines[0]: 1}, wish)
    [event] = corner_db.scalars(select(WorldEvent).where(WorldEvent.kind == returns.RECEIVE)).all()
    assert event.due == world.now + returns.TRAVELS
    handlers.receive_return(world, {"return_id": opened.id})
    assert opened.received_at == world.now
    with pytest.raises(TargetGone):
        handlers.receive_return(world, {"return_id": opened.id})


@pytest.mark.parametrize("kind", sorted(handlers.EVENTS))
def test_an_event_without_its_target_does_nothing(corner_db: Session, kind: str) -> None:
    gone = {
        "order_id": 999, "number": "MW-9", "return_id": 999, "variant_id": 999, "product_id": 999, "stock": 1,
        "price_cents": 1, "cents": 1,
    }  # fmt: skip
    with pytest.raises(TargetGone):
        handlers.EVENTS[kind](World(corner_db), gone)


def test_a_cancelled_order_is_not_shipped(corner_db: Session, placed: Order) -> None:
    placed.status = OrderStatus.CANCELLED
    with pytest.raises(TargetGone):
        handlers.ship_order(World(corner_db), handlers.about(placed))
