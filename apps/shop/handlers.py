"""Events of the shop: as time passes, parcels move, goods come back, prices and stock change."""

from collections.abc import Mapping
from datetime import date, datetime, time

from gristmill.apps.shop.models import Order, OrderStatus, Product, Return, Variant
from gristmill.apps.shop.services import offers, payments, returns
from gristmill.apps.shop.services.orders import SHIP
from gristmill.apps.shop.services.signals import DELAYED, DELIVERED, SHIPPED, publish
from gristmill.apps.world.handlers import Handler, Payload
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

DELIVER, DELAY = "shop.deliver_order", "shop.delay_order"
CHANGE_PRICE, CHANGE_STOCK, END_SALE = "shop.change_price", "shop.change_stock", "shop.end_sale"
REFUND = "shop.refund"

DELIVERED_AT = time(hour=15)


def about(order: Order) -> Payload:
    """The payload of an event about an order."""
    return {"order_id": order.id, "number": order.number}


def ship_order(world: World, payload: Payload) -> None:
    """Ship an order that is still being processed, and schedule its delivery."""
    order = find(world, payload, OrderStatus.PROCESSING)
    order.status, order.shipped_at = OrderStatus.SHIPPED, world.now
    publish(world, SHIPPED, order)
    world.schedule(DELIVER, delivery_time(order), about(order))


def deliver_order(world: World, payload: Payload) -> None:
    """Deliver an order that was shipped; one that has been delayed since is delivered later."""
    order = find(world, payload, OrderStatus.SHIPPED)
    if world.now < delivery_time(order):
        world.schedule(DELIVER, delivery_time(order), about(order))
        return
    order.status, order.delivered_at = OrderStatus.DELIVERED, world.now
    publish(world, DELIVERED, order)


def delay_order(world: World, payload: Payload) -> None:
    """Promise other days for an order that has not been delivered: `arrives_from`, `arrives_by`."""
    order = find(world, payload, OrderStatus.PROCESSING, OrderStatus.SHIPPED)
    before = {"promised_from": order.arrives_from.isoformat(), "promised_by": order.arrives_by.isoformat()}
    order.arrives_from = date.fromisoformat(payload["arrives_from"])
    order.arrives_by = date.fromisoformat(payload["arrives_by"])
    publish(world, DELAYED, order, **before)


def delivery_time(order: Order) -> datetime:
    """When the courier hands an order over."""
    return datetime.combine(order.arrives_from, DELIVERED_AT)


def find(world: World, payload: Payload, *statuses: OrderStatus) -> Order:
    """Return the order of a payload.

    Raises:
        TargetGone: it does not exist, or is in none of these statuses, such as after a cancellation.
    """
    order = world.db.get(Order, payload["order_id"])
    if order is None or order.status not in statuses:
        raise TargetGone(f"Order {payload.get('number')} is not {' or '.join(statuses)}.")
    return order


def receive_return(world: World, payload: Payload) -> None:
    """Take back what a customer has sent, and refund it."""
    opened = world.db.get(Return, payload["return_id"])
    if opened is None or opened.received_at is not None:
        raise TargetGone(f"Return {payload['return_id']} is not on its way.")
    returns.receive(world, opened)


def refund_order(world: World, payload: Payload) -> None:
    """Refund `cents` of an order to the payment used, for a `reason`; at most what was paid and is left.

    One that `is_told` is not published, since somebody else writes to the buyer.
    """
    order = world.db.get(Order, payload["order_id"])
    if order is None or not payments.left_cents(order):
        raise TargetGone(f"Nothing of order {payload['order_id']} is left to refund.")
    cents = min(int(payload["cents"]), payments.left_cents(order))
    reason, is_told = str(payload.get("reason", "as agreed")), bool(payload.get("is_told"))
    payments.refund(world, order, cents, reason, is_told=is_told)


def change_price(world: World, payload: Payload) -> None:
    """Change a variant's price to `price_cents`; who wished for it hears of a lower one."""
    offers.change_price(world, find_variant(world, payload), int(payload["price_cents"]))


def change_stock(world: World, payload: Payload) -> None:
    """Change how many of a variant are left to `stock`; who wished for it hears when it is back."""
    offers.change_stock(world, find_variant(world, payload), int(payload["stock"]))


def find_variant(world: World, payload: Payload) -> Variant:
    """Return the variant of a payload.

    Raises:
        TargetGone: it does not exist.
    """
    variant = world.db.get(Variant, payload["variant_id"])
    if variant is None:
        raise TargetGone(f"There is no variant {payload['variant_id']}.")
    return variant


def end_sale(world: World, payload: Payload) -> None:
    """Return a product's variants to their prices before the sale."""
    product = world.db.get(Product, payload["product_id"])
    if product is None or not any(variant.was_cents for variant in product.variants):
        raise TargetGone(f"Product {payload['product_id']} is not on sale.")
    offers.end_sale(world, product)


EVENTS: Mapping[str, Handler] = {
    SHIP: ship_order,
    DELIVER: deliver_order,
    DELAY: delay_order,
    returns.RECEIVE: receive_return,
    REFUND: refund_order,
    CHANGE_PRICE: change_price,
    CHANGE_STOCK: change_stock,
    END_SALE: end_sale,
}
