"""Money that moves after an order was placed: price differences and refunds, each a row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import (
    Card,
    Customer,
    GiftCard,
    Order,
    Payment,
    PaymentKind,
    RefundMethod,
)
from gristmill.apps.shop.services.errors import CardDeclinedError, CheckoutError
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.shop.services.signals import REFUNDED, publish
from gristmill.apps.world.world import World

STORE_CREDIT = "store credit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Who pays or is paid: a card or a gift card (store credit is one), and how it is shown."""

    method: str
    card_id: int | None = None
    gift_card_id: int | None = None

    @property
    def is_card(self) -> bool:
        """Whether it is a card of a bank."""
        return self.card_id is not None


def holdings(order: Order) -> Counter[Source]:
    """What each source has paid for an order and not got back, cards first."""
    return balances(order, order.payments)


def parts_of_total(order: Order) -> list[tuple[Source, int]]:
    """Who paid which part of an order's total, gift cards first; negative for credit that came of it."""
    found = balances(order, [row for row in order.payments if row.is_in_total])
    return sorted(((each, cents) for each, cents in found.items() if cents), key=lambda part: part[0].is_card)


def balances(order: Order, rows: Iterable[Payment]) -> Counter[Source]:
    """What each source has paid for an order, with these of the payments since, cards first."""
    own, gift = card_of(order), gift_card_of(order)
    differences = sum(signed(row) for row in order.payments if row.is_in_total)
    held: Counter[Source] = Counter()
    held[own] += order.total_cents - order.gift_card_cents - differences
    held[gift] += order.gift_card_cents
    for row in rows:
        source = Source(method=row.method, card_id=row.card_id, gift_card_id=row.gift_card_id)
        same = next((each for each in held if key(each) == key(source)), source)
        held[same] += signed(row)
    return held


def key(source: Source) -> tuple[int | None, str | int | None]:
    """What makes two sources the same; a card's id alone may be that of one saved after it was removed."""
    return source.card_id, source.method if source.is_card else source.gift_card_id


def is_card_of(order: Order, card: Card) -> bool:
    """Whether an order was paid with this card."""
    return card.id == order.card_id and card.label == order.card_label


def signed(row: Payment) -> int:
    """A payment in cents, negative for a refund."""
    return row.cents if row.kind is PaymentKind.CHARGE else -row.cents


def card_of(order: Order) -> Source:
    """The card that an order was paid with."""
    return Source(method=order.card_label, card_id=order.card_id)


def gift_card_of(order: Order) -> Source:
    """The gift card that an order was paid with."""
    return Source(method="gift card", gift_card_id=order.gift_card_id)


def left_cents(order: Order) -> int:
    """What was paid for an order, by all sources, and not paid back."""
    return max(0, sum(holdings(order).values()))


def require_accepted(card: Card) -> None:
    """Ask the card's bank.

    Raises:
        CardDeclinedError: it declines.
    """
    if card.is_refused:
        raise CardDeclinedError(
            f"{card.label} was declined by its bank. Nothing was ordered and nothing was charged. "
            "Choose another card."
        )


def charge(world: World, order: Order, cents: int, source: Source, reason: str) -> Payment:
    """Take a price difference from a source.

    Raises:
        CardDeclinedError: the card's bank declines.
        CheckoutError: the card has expired or was removed, or the gift card has too little left.
    """
    if source.card_id is not None:
        card = world.db.get(Card, source.card_id)
        is_gone = card is None or card.label != source.method
        if card is None or is_gone or card.is_expired(world.now.date()):
            what = "is no longer in your account" if is_gone else "has expired"
            raise CheckoutError(f"{source.method} {what}. Choose another card.")
        require_accepted(card)
    elif source.gift_card_id is not None:
        gift_card = world.db.get_one(GiftCard, source.gift_card_id)
        if gift_card.balance_cents < cents:
            raise CheckoutError(f"Your {source.method} does not cover the difference. Choose a card.")
        gift_card.balance_cents -= cents
    else:
        raise CheckoutError("You have no store credit. Choose a card.")
    return record(world, order, PaymentKind.CHARGE, cents, source, reason)


def refund(
    world: World,
    order: Order,
    cents: int,
    reason: str,
    method: RefundMethod = RefundMethod.ORIGINAL,
    return_id: int | None = None,
    *,
    is_told: bool = False,
) -> list[Payment]:
    """Pay back at most what is left, to what paid (cards first) or as store credit.

    Each part is published unless it `is_told`.
    """
    cents, rows = min(cents, left_cents(order)), []
    for source, part in shares(world, order, cents, method):
        if source.gift_card_id is not None:
            world.db.get_one(GiftCard, source.gift_card_id).balance_cents += part
        row = record(world, order, PaymentKind.REFUND, part, source, reason)
        row.return_id = return_id
        rows.append(row)
    world.db.flush()
    for row in [] if is_told else rows:
        publish(world, REFUNDED, order, refund_cents=row.cents, method=row.method, reason=row.reason)
    return rows


def shares(world: World, order: Order, cents: int, method: RefundMethod) -> list[tuple[Source, int]]:
    """How a refund is divided among its sources."""
    if method is RefundMethod.STORE_CREDIT:
        return [(credit_of(store_credit(world.db, order.customer)), cents)] if cents > 0 else []
    found, left = [], cents
    for source, held in holdings(order).items():
        part = min(left, held)
        if part > 0:
            found.append((source, part))
            left -= part
    return found


def record(world: World, order: Order, kind: PaymentKind, cents: int, source: Source, reason: str) -> Payment:
    """Write a payment's row."""
    row = Payment(
        kind=kind, cents=cents, card_id=source.card_id, gift_card_id=source.gift_card_id,
        method=source.method, reason=reason, made_at=world.now,
    )  # fmt: skip
    order.payments.append(row)
    return row


def store_credit(db: Session, customer: Customer) -> GiftCard:
    """The customer's store credit: a gift card of their own, made when it is first needed."""
    found = find_store_credit(db, customer)
    if found is None:
        code = f"SC-{order_number(customer.id).removeprefix('MW-')}"
        found = GiftCard(code=code, balance_cents=0, customer_id=customer.id)
        db.add(found)
        db.flush()
    return found


def find_store_credit(db: Session, customer: Customer) -> GiftCard | None:
    """The customer's store credit, or None."""
    return db.scalar(select(GiftCard).where(GiftCard.customer_id == customer.id))


def credit_of(gift_card: GiftCard) -> Source:
    """Store credit as a source."""
    return Source(method=STORE_CREDIT, gift_card_id=gift_card.id)
