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
    body = f"Your order {order['number']} was cancelled. Nothing will be sent."
    if order.get("reason"):
        body += f"\n\nReason: {order['reason']}"
    return note(to, f"Order {order['number']} was cancelled", body)


def changed(order: Payload, to: Mailbox) -> Mailing:
    """The note that an open order was changed."""
    body = (
        f"Your order {order['number']} was changed. {order['text']}\n\nTotal: {money(order['total_cents'])}"
    )
    return note(to, f"Order {order['number']} was changed", body)


def delayed(order: Payload, to: Mailbox) -> Mailing:
    """The note that an order comes later than promised."""
    before = {"arrives_from": order["promised_from"], "arrives_by": order["promised_by"]}
    body = (
        f"Your order {order['number']} is delayed.\n\nPromised: {arrival(before)}\n"
        f"Now expected: {arrival(order)}\n\nYou need not do anything."
    )
    return note(to, f"Order {order['number']}: new delivery day", body)


def refunded(order: Payload, to: Mailbox) -> Mailing:
    """The note that money was paid back."""
    amount = money(order["refund_cents"])
    reason = f"\nReason: {order['reason']}" if order.get("reason") else ""
    body = f"For your order {order['number']} we have paid back {amount}.\n\nTo: {order['method']}{reason}"
    return note(to, f"Refund for order {order['number']}: {amount}", body)


def return_opened(order: Payload, to: Mailbox) -> Mailing:
    """The note on goods that are to be sent back."""
    goods = [f"{line['quantity']} x {name(line)}{in_exchange(line)}" for line in order["goods"]]
    number = order["return_number"]
    body = "\n".join([f"Return {number} of your order {order['number']} is open.", "", *goods])
    if order.get("refund_cents"):
        body += f"\n\nTo be paid back once the goods have arrived: {money(order['refund_cents'])}"
    return note(to, f"Return {number} is open", body)


def back_in_stock(wished: Payload, to: Mailbox) -> Mailing:
    """The note that something on a wish list can be bought again."""
    body = (
        f"{name(wished)} from your wish list is back: {money(wished['price_cents'])}, {wished['stock']} left."
    )
    return note(to, f"Back in stock: {wished['product']}", body)


def price_dropped(wished: Payload, to: Mailbox) -> Mailing:
    """The note that something on a wish list has become cheaper."""
    before = f", {money(wished['before_cents'])} before" if wished.get("before_cents") else ""
    body = f"{name(wished)} from your wish list costs less now: {money(wished['price_cents'])}{before}."
    return note(to, f"Now {money(wished['price_cents'])}: {wished['product']}", body)


def message_sent(message: Payload, sender: Mailbox) -> Mailing:
    """What somebody has written to the shop by its contact form, as a mail of theirs."""
    order = f" (order {message['order_number']})" if message.get("order_number") else ""
    return Mailing(
        sender=sender, to=(Mailbox(name="Marlowick help", email=message["to"]),),
        subject=f"{message['topic']}{order}", body=message["body"],
    )  # fmt: skip


COMPOSERS: Mapping[str, Callable[[Payload, Mailbox], Mailing]] = {
    "shop.order_placed": receipt,
    "shop.order_shipped": shipped,
    "shop.order_delivered": delivered,
    "shop.order_cancelled": cancelled,
    "shop.order_changed": changed,
    "shop.order_delayed": delayed,
    "shop.return_opened": return_opened,
    "shop.refunded": refunded,
    "shop.back_in_stock": back_in_stock,
    "shop.price_dropped": price_dropped,
    "shop.message_sent": message_sent,
}


def note(to: Mailbox, subject: str, body: str) -> Mailing:
    """A short mail of the shop by a machine."""
    return letter(SHOP, to, subject, body, MessageKind.NOTICE)


def in_exchange(line: Payload) -> str:
    """What is wanted for goods that are sent back."""
    return f", in exchange for {line['new_options']}" if line.get("new_options") else ""


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
    if order.get("wrap_cents"):
        yield f"Gift wrapping: {money(order['wrap_cents'])}"
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
