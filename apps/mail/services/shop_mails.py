"""What the shop and its courier write about orders: receipts, parcels, deliveries, cancellations, refunds.

Each function takes the payload of a signal of the shop, as the shop publishes it, and returns the mail.
Payloads are self-contained: mail knows nothing else of the shop.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from gristmill.apps.kit.money import money
from gristmill.apps.mail.models import MessageKind
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.mailings import Mailing

SHOP = Mailbox(name="Marlowick", email="orders@marlowick.test")
COURIER = Mailbox(name="Fleetwren", email="parcels@fleetwren.test")
FOOTER = "Marlowick, general store since 1911. This mail was sent by a machine; answers are not read."

Payload = Mapping[str, Any]


def receipt(order: Payload, to: Mailbox) -> Mailing:
    """The receipt of an order."""
    body = "\n".join(
        [
            f"Thank you for your order {order['number']}.", "", *lines(order), "", *sums(order), "",
            f"{'Collect at' if order['delivery'] == 'pickup' else 'Delivery to'}: {order['ship_to']}",
            f"{'Ready' if order['delivery'] == 'pickup' else 'Arrives'}: {arrival(order)}",
            *([f"Paid with: {order['card']}"] if order.get("card") else []),
        ]
    )  # fmt: skip
    return letter(SHOP, to, f"Your order {order['number']}", body, MessageKind.RECEIPT)


def shipped(order: Payload, to: Mailbox) -> Mailing:
    """The note that an order is on its way."""
    body = "\n".join(
        [
            f"Your order {order['number']} has left our warehouse.", "",
            *(f"{line['quantity']} x {name(line)}" for line in order["lines"]), "",
            f"Courier: Fleetwren, parcel {order.get('tracking') or order['number']}",
            f"Delivery to: {order['ship_to']}", f"Arrives: {arrival(order)}",
        ]
    )  # fmt: skip
    return letter(SHOP, to, f"Order {order['number']} is on its way", body, MessageKind.NOTICE)


def delivered(order: Payload, to: Mailbox) -> Mailing:
    """The courier's note that a parcel was handed over."""
    parcel = order.get("tracking") or order["number"]
    body = (
        f"Parcel {parcel} was delivered.\n\nSender: Marlowick, order {order['number']}\n"
        f"Address: {order['ship_to']}\n\nSomething wrong with it? Write to the sender."
    )
    return letter(COURIER, to, f"Parcel {parcel}: delivered", body, MessageKind.NOTICE)


def cancelled(order: Payload, to: Mailbox) -> Mailing:
    """The note that an order was cancelled."""
    body = (
        f"Your order {order['number']} was cancelled. Nothing will be sent.\n\n"
        f"{money(order['total_cents'])} will be paid back the way the order was paid."
    )
    return letter(SHOP, to, f"Order {order['number']} was cancelled", body, MessageKind.NOTICE)


def refunded(order: Payload, to: Mailbox) -> Mailing:
    """The note that money was paid back."""
    amount = money(order.get("refund_cents", order.get("amount_cents", 0)))
    method = order.get("method") or order.get("card") or "the way you paid"
    body = f"For your order {order['number']} we have paid back {amount}.\n\nTo: {method}"
    return letter(SHOP, to, f"Refund for order {order['number']}: {amount}", body, MessageKind.NOTICE)


COMPOSERS: Mapping[str, Callable[[Payload, Mailbox], Mailing]] = {
    "shop.order_placed": receipt,
    "shop.order_shipped": shipped,
    "shop.order_delivered": delivered,
    "shop.order_cancelled": cancelled,
    "shop.order_refunded": refunded,
}


def letter(sender: Mailbox, to: Mailbox, subject: str, body: str, kind: str) -> Mailing:
    """A mail by a machine."""
    footer = f"\n\n--\n{FOOTER}" if sender == SHOP else ""
    return Mailing(sender=sender, to=(to,), subject=subject, body=body + footer, kind=kind, is_automatic=True)


def name(line: Payload) -> str:
    """A line's product with its options."""
    return f"{line['product']} ({line['options']})" if line["options"] else str(line["product"])


def lines(order: Payload) -> Iterator[str]:
    """The goods of an order."""
    for line in order["lines"]:
        total = money(line["quantity"] * line["unit_price_cents"])
        each = f", {money(line['unit_price_cents'])} each" if line["quantity"] > 1 else ""
        yield f"{line['quantity']} x {name(line)}{each}: {total}"


def sums(order: Payload) -> Iterator[str]:
    """The sums of an order, from the goods to the total."""
    yield f"Goods: {money(order['subtotal_cents'])}"
    if order["discount_cents"]:
        coupon = f" ({order['coupon_code']})" if order.get("coupon_code") else ""
        yield f"Discount{coupon}: -{money(order['discount_cents'])}"
    yield f"Delivery: {money(order['delivery_cents']) if order['delivery_cents'] else 'free'}"
    yield f"Total: {money(order['total_cents'])}"
    if order.get("gift_card_cents"):
        yield f"Of this by gift card: {money(order['gift_card_cents'])}"


def arrival(order: Payload) -> str:
    """When an order arrives, in words."""
    first, last = (date.fromisoformat(order[key]) for key in ("arrives_from", "arrives_by"))
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def day(value: date) -> str:
    """A day, such as `Wed 5 March`."""
    return f"{value:%a} {value.day} {value:%B}"
