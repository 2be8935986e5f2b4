"""Events of the shop: orders are shipped and delivered as the world's clock advances."""

from datetime import datetime, time, timedelta

from gristmill.apps.shop.models import Order, OrderStatus
from gristmill.apps.shop.services.numbers import tracking_number
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
    world.publish(PLACED, receipt(order, order.customer.person_id))
    world.schedule(SHIP, order.placed_at + SHIPS_AFTER, payload)


def receipt(order: Order, person_id: int) -> Payload:
    """All that a receipt says, as the payload of the shop's signals about an order."""
    return {
        "order_id": order.id,
        "number": order.number,
        "person_id": person_id,
        "placed_at": order.placed_at.isoformat(),
        "status": str(order.status),
        "lines": [
            {
                "product": line.product_name,
                "options": line.options,
                "quantity": line.quantity,
                "unit_price_cents": line.unit_price_cents,
            }
            for line in order.lines
        ],
        "coupon_code": order.coupon_code,
        "subtotal_cents": order.subtotal_cents,
        "discount_cents": order.discount_cents,
        "delivery_cents": order.delivery_cents,
        "total_cents": order.total_cents,
        "gift_card_cents": order.gift_card_cents,
        "card": order.card_label,
        "ship_to": order.ship_to,
        "delivery": str(order.delivery),
        "arrives_from": order.arrives_from.isoformat(),
        "arrives_by": order.arrives_by.isoformat(),
        "tracking": tracking_number(order.id),
    }


def ship_order(world: World, payload: Payload) -> None:
    """Ship an order that is still being processed, and schedule its delivery."""
    order = find(world, payload, OrderStatus.PROCESSING)
    order.status = OrderStatus.SHIPPED
    world.publish(SHIPPED, receipt(order, order.customer.person_id))
    world.schedule(DELIVER, datetime.combine(order.arrives_from, DELIVERED_AT), payload)


def deliver_order(world: World, payload: Payload) -> None:
    """Deliver an order that was shipped."""
    order = find(world, payload, OrderStatus.SHIPPED)
    order.status = OrderStatus.DELIVERED
    world.publish(DELIVERED, receipt(order, order.customer.person_id))


def find(world: World, payload: Payload, status: OrderStatus) -> Order:
    """Return the order of a payload.

    Raises:
        TargetGone: it does not exist, or is not in this status any more, such as after a cancellation.
    """
    order = world.db.get(Order, payload["order_id"])
    if order is None or order.status is not status:
        raise TargetGone(f"Order {payload.get('number')} is not {status}.")
    return order
