"""The shop's signals to other apps. Payloads are self-contained: readers know nothing else of the shop."""

from gristmill.apps.shop.models import ContactMessage, Order, Return, Variant
from gristmill.apps.shop.services.numbers import tracking_number
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

PLACED, SHIPPED, DELIVERED = "shop.order_placed", "shop.order_shipped", "shop.order_delivered"
CANCELLED, CHANGED, DELAYED = "shop.order_cancelled", "shop.order_changed", "shop.order_delayed"
RETURN_OPENED, REFUNDED = "shop.return_opened", "shop.refunded"
REFUNDED_BY_LETTER = "shop.refunded_by_letter"  # only recorded by the seed: a story writes to the buyer
BACK_IN_STOCK, PRICE_DROPPED, MESSAGE_SENT = "shop.back_in_stock", "shop.price_dropped", "shop.message_sent"

HELP = "help@marlowick.test"


def publish(world: World, kind: str, order: Order, **more: object) -> None:
    """Publish a signal about an order: all that its receipt says, and more."""
    world.publish(kind, {**receipt(order, order.customer.person_id), **more})


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
        "wrap_cents": order.wrap_cents,
        "total_cents": order.total_cents,
        "gift_card_cents": order.gift_card_cents,
        "card": order.card_label,
        "ship_to": order.ship_to,
        "delivery": str(order.delivery),
        "arrives_from": order.arrives_from.isoformat(),
        "arrives_by": order.arrives_by.isoformat(),
        "tracking": tracking_number(order.number),
    }


def publish_return(world: World, opened: Return) -> None:
    """Publish that goods are to be sent back, and for what."""
    publish(
        world,
        RETURN_OPENED,
        opened.order,
        return_number=opened.number,
        return_kind=str(opened.kind),
        method=str(opened.method),
        reason=opened.reason,
        refund_cents=opened.refund_cents,
        goods=[
            {
                "product": line.order_line.product_name,
                "options": line.order_line.options,
                "quantity": line.quantity,
                "new_options": line.new_variant.options if line.new_variant else None,
            }
            for line in opened.lines
        ],
    )


def publish_wished(world: World, kind: str, variant: Variant, person_id: int, **more: object) -> None:
    """Publish to somebody who has a product on a wish list that something about it has changed."""
    world.publish(
        kind,
        {
            "person_id": person_id,
            "product": variant.product.name,
            "options": variant.options,
            "price_cents": variant.price_cents,
            "stock": variant.stock,
            **more,
        },
    )


def publish_message(world: World, message: ContactMessage, person: Person, topic: str) -> None:
    """Publish that somebody wrote to the shop by its contact form, about a topic in words."""
    world.publish(
        MESSAGE_SENT,
        {
            "person_id": person.id,
            "to": HELP,
            "topic": topic,
            "order_number": message.order_number,
            "tracking": message.tracking,
            "body": message.body,
        },
    )
