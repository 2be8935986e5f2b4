"""Changes of open orders: cancelled, sent elsewhere, in other options, paid otherwise; until they ship."""

from datetime import date

from sqlalchemy.orm import Session

from gristmill.apps.kit.jinja_filters import money
from gristmill.apps.shop.models import (
    Address,
    Card,
    Customer,
    Delivery,
    Order,
    OrderLine,
    OrderStatus,
    RefundMethod,
    Variant,
)
from gristmill.apps.shop.services import payments
from gristmill.apps.shop.services.errors import OrderError
from gristmill.apps.shop.services.orders import ship_to
from gristmill.apps.shop.services.payments import Source
from gristmill.apps.shop.services.signals import CANCELLED, CHANGED, publish
from gristmill.apps.world.world import World

CANCEL_REASONS = {
    "mistake": "Ordered by mistake",
    "unneeded": "No longer needed",
    "cheaper": "Found it cheaper elsewhere",
    "late": "Arrives too late",
    "other": "Another reason",
}
WHY_NOT = {
    OrderStatus.SHIPPED: "has shipped",
    OrderStatus.DELIVERED: "has been delivered",
    OrderStatus.CANCELLED: "was cancelled",
    OrderStatus.PARTLY_RETURNED: "has been delivered",
    OrderStatus.RETURNED: "has been returned",
}


def objection(order: Order, what: str = "changed") -> str | None:
    """Why an order can no longer be `what`, or None: orders stay open until they ship."""
    if order.status is OrderStatus.PROCESSING:
        return None
    return f"Order {order.number} {WHY_NOT[order.status]}, so it can no longer be {what}."


def require_open(order: Order, what: str = "changed") -> None:
    """Check that an order can be changed.

    Raises:
        OrderError: it has shipped, or was cancelled.
    """
    if reason := objection(order, what):
        raise OrderError(reason)


def cancel(world: World, order: Order, reason: str) -> None:
    """Cancel an open order: its goods go back to stock, and everything paid is refunded.

    Raises:
        OrderError: the order is not open, or no reason is given.
    """
    require_open(order, "cancelled")
    if reason not in CANCEL_REASONS:
        raise OrderError("Choose why you cancel the order.")
    for line in order.lines:
        line.variant.put_back(line.quantity)
    order.status, order.cancelled_at = OrderStatus.CANCELLED, world.now
    order.cancel_reason = CANCEL_REASONS[reason]
    publish(world, CANCELLED, order, reason=order.cancel_reason)
    payments.refund(world, order, payments.left_cents(order), "order cancelled")


def change_address(world: World, order: Order, address: Address | None) -> None:
    """Send an open order to another address of the customer's.

    Raises:
        OrderError: the order is not open, is picked up, or goes there already.
    """
    require_open(order)
    if order.delivery is Delivery.PICKUP:
        raise OrderError("This order is picked up, so it is not sent to an address.")
    if address is None:
        raise OrderError("Choose an address to deliver to.")
    if order.ship_to == ship_to(address):
        raise OrderError(f"The order already goes to {address.label}. Choose another address.")
    order.address_id, order.ship_to = address.id, ship_to(address)
    publish(world, CHANGED, order, changed="address", text=f"It goes to {order.ship_to} now.")


def change_card(world: World, order: Order, card: Card | None) -> None:
    """Pay an open order with another card, which gives the first its money back.

    All that was charged to the first since, and refunded to it, counts for the other one from now on.

    Raises:
        OrderError: the order is not open, was paid by gift card alone, or the card does not do.
        CardDeclinedError: the card's bank declines.
    """
    require_open(order)
    if order.card_id is None:
        raise OrderError("A gift card has paid for this order, so there is no card to change.")
    if card is None:
        raise OrderError("Choose a card to pay with.")
    if card.is_expired(world.now.date()):
        raise OrderError(f"{card.label} has expired. Choose another card.")
    if payments.is_card_of(order, card):
        raise OrderError(f"The order is already paid with {card.label}. Choose another card.")
    payments.require_accepted(card)
    for row in order.payments:
        if (row.card_id, row.method) == (order.card_id, order.card_label):
            row.card_id, row.method = card.id, card.label
    order.card_id, order.card_label = card.id, card.label
    publish(world, CHANGED, order, changed="payment", text=f"It is paid with {card.label} now.")


def line_objection(order: Order, line: OrderLine) -> str | None:
    """Why the options of a line cannot be changed, or None: until the order ships, and once."""
    if reason := objection(order):
        return reason
    if line.is_changed:
        return f"{line.product_name} was changed already. An item can be changed once."
    return no_choice(line)


def no_choice(line: OrderLine) -> str | None:
    """Why a line cannot become anything else, or None if there are `choices`."""
    if choices(line):
        return None
    stock = "that is in stock" if line.quantity == 1 else f"of which {line.quantity} are in stock"
    return f"{line.product_name} comes in no other colour or size {stock}."


def choices(line: OrderLine) -> list[Variant]:
    """The variants that a line can be changed to or exchanged for, in the shop's order."""
    others = line.variant.product.variants
    return [each for each in others if each.id != line.variant_id and each.stock >= line.quantity]


def piece_cents(line: OrderLine, variant: Variant) -> int:
    """What a piece of a line costs more as another variant; negative if less, at most what it cost.

    Today's prices of both count: a price that has changed since the order is neither paid back nor charged.
    """
    return max(variant.price_cents - line.variant.price_cents, -line.unit_price_cents)


def difference_cents(order: Order, line: OrderLine, variant: Variant) -> int:
    """What an order costs more with another variant; a coupon takes off no more than the goods cost."""
    goods_cents = order.subtotal_cents - order.discount_cents
    return max(piece_cents(line, variant) * line.quantity, -goods_cents)


def change_line(
    world: World, order: Order, line: OrderLine, wanted: int | None, source: Source | None
) -> int:
    """Change the colour or size of a line, once; returns the difference in cents, negative if refunded.

    The difference is that of today's prices. What it costs more is charged to `source`; what it costs less
    goes back to what paid, or becomes store credit if that is the source. Coupon and delivery stay as they
    were.

    Raises:
        OrderError: the line cannot be changed, or the variant or source does not do.
        CheckoutError: the source does not pay.
    """
    if reason := line_objection(order, line):
        raise OrderError(reason)
    variant = next((each for each in choices(line) if each.id == wanted), None)
    if variant is None:
        raise OrderError("Choose the colour or size that you want instead.")
    difference, by_piece = difference_cents(order, line, variant), piece_cents(line, variant)
    settle(world, order, difference, source)
    line.variant.put_back(line.quantity)
    variant.stock -= line.quantity
    before, line.variant, line.options = line.options, variant, variant.options
    line.unit_price_cents, line.is_changed = line.unit_price_cents + by_piece, True
    order.subtotal_cents += by_piece * line.quantity
    order.discount_cents = min(order.discount_cents, order.subtotal_cents)
    order.total_cents += difference
    world.db.flush()
    text = f"{line.product_name} comes in {variant.options} instead of {before}."
    publish(world, CHANGED, order, changed="items", text=text, difference_cents=difference)
    return difference


def settle(world: World, order: Order, difference: int, source: Source | None) -> None:
    """Charge or refund the difference of an item that is changed.

    Raises:
        OrderError: no source is chosen, another card than the one that paid would be refunded, or more than
            is left.
        CheckoutError: the source does not pay.
    """
    if not difference:
        return
    if source is None:
        raise OrderError("Choose how the difference is paid.")
    if difference > 0:
        rows = [payments.charge(world, order, difference, source, "item changed")]
    else:
        if source.is_card and source != payments.card_of(order):
            raise OrderError(f"{money(-difference)} are paid back to {order.card_label} or as store credit.")
        if (left := payments.left_cents(order)) < -difference:
            raise OrderError(
                f"{money(-difference)} would be paid back, but only {money(left)} of what you paid are left."
            )
        is_credit = source.method == payments.STORE_CREDIT
        method = RefundMethod.STORE_CREDIT if is_credit else RefundMethod.ORIGINAL
        rows = payments.refund(world, order, -difference, "item changed", method)
    for row in rows:
        row.is_in_total = True


def sources(db: Session, today: date, customer: Customer, order: Order) -> dict[str, Source]:
    """How the difference of a changed item can be paid, by form value: the order's card first."""
    used = payments.card_of(order) if order.card_id is not None else payments.gift_card_of(order)
    found = {"original": used}
    for card in customer.cards:
        if not (payments.is_card_of(order, card) or card.is_expired(today)):
            found[f"card-{card.id}"] = Source(method=card.label, card_id=card.id)
    credit = payments.find_store_credit(db, customer)
    found["credit"] = payments.credit_of(credit) if credit else Source(method=payments.STORE_CREDIT)
    return found
