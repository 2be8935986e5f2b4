"""Returns and exchanges of delivered orders: within 30 days, each item once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gristmill.apps.kit.jinja_filters import day
from gristmill.apps.shop.models import (
    Order,
    OrderLine,
    OrderStatus,
    RefundMethod,
    Return,
    ReturnKind,
    ReturnLine,
    Variant,
)
from gristmill.apps.shop.services import payments
from gristmill.apps.shop.services.changes import choices, no_choice, piece_cents
from gristmill.apps.shop.services.errors import OrderError
from gristmill.apps.shop.services.numbers import RETURN_DAYS, order_number, share_cents
from gristmill.apps.shop.services.payments import Source
from gristmill.apps.shop.services.signals import publish_return
from gristmill.apps.world.world import World

RECEIVE = "shop.receive_return"
TRAVELS = timedelta(days=3)  # from opening a return until the parcel is back

REASONS = {
    "unsuitable": "Does not suit me",
    "size": "Wrong size or colour",
    "faulty": "Faulty or damaged",
    "wrong": "Not what I ordered",
    "recalled": "Recalled",
    "other": "Another reason",
}
ARRIVED = (OrderStatus.DELIVERED, OrderStatus.PARTLY_RETURNED, OrderStatus.RETURNED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a customer wants for what they send back; without a variant, their money."""

    reason: str
    method: RefundMethod | None


def last_day(order: Order) -> date | None:
    """The last day on which goods can be returned; None if the order has not arrived."""
    return order.delivered_at.date() + timedelta(days=RETURN_DAYS) if order.delivered_at else None


def objection(order: Order, today: date) -> str | None:
    """Why nothing of an order can be returned, or None."""
    last = last_day(order)
    if order.status not in ARRIVED or last is None:
        return f"Order {order.number} has not been delivered. Goods can be returned once they have arrived."
    if today > last:
        return f"Order {order.number} could be returned until {day(last)}, {RETURN_DAYS} days after delivery."
    if not returnable(order):
        return f"Everything in order {order.number} was returned or exchanged. An item can go back once."
    return None


def returned_ids(order: Order) -> set[int]:
    """The lines that are part of a return or an exchange."""
    return {line.order_line_id for opened in order.returns for line in opened.lines}


def returnable(order: Order) -> list[OrderLine]:
    """The lines that can still be sent back."""
    gone = returned_ids(order)
    return [line for line in order.lines if line.id not in gone]


def line_objection(order: Order, line: OrderLine, today: date) -> str | None:
    """Why a line cannot be returned or exchanged, or None."""
    if line.id in returned_ids(order):
        return f"{line.product_name} was returned or exchanged already. An item can go back once."
    return objection(order, today)


def exchange_objection(order: Order, line: OrderLine, today: date) -> str | None:
    """Why a line cannot be exchanged, or None."""
    return line_objection(order, line, today) or no_choice(line)


def worth_cents(order: Order, line: OrderLine, quantity: int) -> int:
    """What was paid for pieces of a line: their price less their share of the discount, rounded half up."""
    gross = line.unit_price_cents * quantity
    return gross - share_cents(order.discount_cents, gross, order.subtotal_cents)


def payable_cents(order: Order) -> int:
    """What can be paid back for further goods: what is left, less what is due for goods on their way."""
    due = sum(opened.refund_cents for opened in order.returns if opened.received_at is None)
    return max(0, payments.left_cents(order) - due)


def due_cents(order: Order, quantities: Mapping[OrderLine, int]) -> int:
    """The refund for these pieces: what was paid for them, and no more than can still be paid back."""
    return min(price_cents(order, quantities), payable_cents(order))


def price_cents(order: Order, quantities: Mapping[OrderLine, int]) -> int:
    """What was paid for these pieces; with the last of an order, what is left of the price of its goods."""
    due = sum(worth_cents(order, line, quantity) for line, quantity in quantities.items())
    before = [line for opened in order.returns for line in opened.lines]
    if any(opened.kind is ReturnKind.EXCHANGE for opened in order.returns):
        return due
    back = {line.order_line_id: line.quantity for line in before} | {
        line.id: quantity for line, quantity in quantities.items()
    }
    if all(back.get(line.id) == line.quantity for line in order.lines):
        refunded = sum(opened.refund_cents for opened in order.returns)
        return order.subtotal_cents - order.discount_cents - refunded
    return due


def open_return(world: World, order: Order, quantities: Mapping[OrderLine, int], wish: Wish) -> Return:
    """Register pieces to be sent back for a refund, which follows when they have arrived.

    Raises:
        OrderError: nothing is chosen, a piece cannot go back, or reason or refund method are missing.
    """
    if reason := objection(order, world.now.date()):
        raise OrderError(reason)
    method = require_complete(wish)
    if not quantities:
        raise OrderError("Choose at least one item to return.")
    for line, quantity in quantities.items():
        if reason := line_objection(order, line, world.now.date()):
            raise OrderError(reason)
        if not 1 <= quantity <= line.quantity:
            raise OrderError(f"Choose 1 to {line.quantity} of {line.product_name}.")
    opened = new_return(world, order, ReturnKind.REFUND, wish.reason, method)
    opened.refund_cents = due_cents(order, quantities)
    opened.lines = [ReturnLine(order_line=line, quantity=number) for line, number in quantities.items()]
    return finish(world, opened)


def open_exchange(
    world: World, order: Order, line: OrderLine, wanted: int | None, wish: Wish, source: Source | None
) -> Return:
    """Exchange a line for the same product in another colour or size.

    A higher price is charged to `source` at once; of a lower one, the difference is refunded when the goods
    have arrived.

    Raises:
        OrderError: the line cannot be exchanged, or variant, reason or method are missing.
        CheckoutError: the source does not pay.
    """
    if reason := exchange_objection(order, line, world.now.date()):
        raise OrderError(reason)
    variant = next((each for each in choices(line) if each.id == wanted), None)
    if variant is None:
        raise OrderError("Choose the colour or size that you want instead.")
    method = require_complete(wish)
    opened = new_return(world, order, ReturnKind.EXCHANGE, wish.reason, method)
    opened.lines = [ReturnLine(order_line=line, quantity=line.quantity, new_variant=variant)]
    difference = exchange_cents(order, line, variant)
    opened.refund_cents = max(0, -difference)
    if difference > 0:
        if source is None:
            raise OrderError("Choose how the difference is paid.")
        payments.charge(world, order, difference, source, f"exchange {opened.number}").return_id = opened.id
    variant.stock -= line.quantity
    return finish(world, opened)


def exchange_cents(order: Order, line: OrderLine, variant: Variant) -> int:
    """What an exchange costs by today's prices; negative if it is refunded, at most what the line brings."""
    most = min(worth_cents(order, line, line.quantity), payable_cents(order))
    return max(piece_cents(line, variant) * line.quantity, -most)


def require_complete(wish: Wish) -> RefundMethod:
    """Check that a reason and a refund method are given; returns the method.

    Raises:
        OrderError: one is missing.
    """
    if wish.reason not in REASONS:
        raise OrderError("Choose why you send it back.")
    if wish.method is None:
        raise OrderError("Choose how you are refunded.")
    return wish.method


def new_return(world: World, order: Order, kind: ReturnKind, reason: str, method: RefundMethod) -> Return:
    """A return without lines."""
    number = order_number(world.next_number("shop_return")).replace("MW-", "RT-")
    opened = Return(
        number=number, order=order, kind=kind, reason=REASONS[reason], method=method, refund_cents=0,
        opened_at=world.now,
    )  # fmt: skip
    world.db.add(opened)
    world.db.flush()
    return opened


def finish(world: World, opened: Return) -> Return:
    """Publish a return, and schedule its arrival."""
    world.db.flush()
    publish_return(world, opened)
    world.schedule(RECEIVE, world.now + TRAVELS, {"return_id": opened.id, "number": opened.number})
    return opened


def receive(world: World, opened: Return) -> None:
    """Take goods back: they are in stock again, the refund is paid, and the order's status follows.

    Less is refunded than was due if less is left of the order by now.
    """
    order = opened.order
    opened.received_at = world.now
    for line in opened.lines:
        line.order_line.variant.put_back(line.quantity)
    order.status = status_after(order)
    reason = f"return {opened.number}"
    paid = payments.refund(world, order, opened.refund_cents, reason, opened.method, opened.id)
    opened.refund_cents = sum(row.cents for row in paid)
    world.db.flush()


def status_after(order: Order) -> OrderStatus:
    """The status of a delivered order that follows from the goods that came back for a refund."""
    back = {
        line.order_line_id: line.quantity
        for opened in order.returns
        if opened.received_at and opened.kind is ReturnKind.REFUND
        for line in opened.lines
    }
    if not back:
        return OrderStatus.DELIVERED
    is_all = all(back.get(line.id) == line.quantity for line in order.lines)
    return OrderStatus.RETURNED if is_all else OrderStatus.PARTLY_RETURNED
