"""Events of the shop: orders are shipped and delivered as the world's clock advances."""

from datetime import datetime, time, timedelta

from gristmill.apps.shop.models import Order, OrderStatus
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

SHIP, DELIVER = "shop.ship_order", "shop.deliver_order"
PLACED, SHIPPED, DELIVERED = "shop.order_placed", "shop.order_shipped", "shop.order_delivered"

SHIPS_AFTER = timedelta(hours=20)
DELIVERED_AT = time(hour=15)


def announce_order(world: World, order: Order) -> None:
    """Publish that an order was placed, and schedule its shipping."""
    payload: Payload = {"order_id": order.id, "number": order.number}
    world.publish(PLACED, payload)
    world.schedule(SHIP, order.placed_at + SHIPS_AFTER, payload)


def ship_order(world: World, payload: Payload) -> None:
    """Ship an order that is still being processed, and schedule its delivery."""
    order = find(world, payload, OrderStatus.PROCESSING)
    order.status = OrderStatus.SHIPPED
    world.publish(SHIPPED, payload)
    world.schedule(DELIVER, datetime.combine(order.arrives_from, DELIVERED_AT), payload)


def deliver_order(world: World, payload: Payload) -> None:
    """Deliver an order that was shipped."""
    find(world, payload, OrderStatus.SHIPPED).status = OrderStatus.DELIVERED
    world.publish(DELIVERED, payload)


def find(world: World, payload: Payload, status: OrderStatus) -> Order:
    """Return the order of a payload.

    Raises:
        TargetGone: it does not exist, or is not in this status any more, such as after a cancellation.
    """
    order = world.db.get(Order, payload["order_id"])
    if order is None or order.status is not status:
        raise TargetGone(f"Order {payload.get('number')} is not {status}.")
    return order
