"""The checkout's state: address, delivery, payment and price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from gristmill.apps.kit.current_skin import formats
from gristmill.apps.shop.models import (
    Address,
    Card,
    CartItem,
    Checkout,
    Customer,
    Delivery,
    GiftCard,
    PickupPoint,
)
from gristmill.apps.shop.services.cart import cart_lines, cart_problem
from gristmill.apps.shop.services.errors import CheckoutError
from gristmill.apps.shop.services.forms import AddressEntry, CardEntry
from gristmill.apps.shop.services.ids import new_id
from gristmill.apps.shop.services.numbers import DELIVERY_DAYS
from gristmill.apps.shop.services.pricing import Price, applied_coupon, price

SATURDAY = 5


class Step(StrEnum):
    """The steps of a checkout, in order."""

    ADDRESS = "address"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    REVIEW = "review"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """The range of days on which an order may arrive (or be ready for pick-up)."""

    first: date
    last: date

    @property
    def text(self) -> str:
        """The range as text, such as `Tue, Mar 3 to Thu, Mar 5`."""
        return " to ".join(f"{day:%a}, {formats().day_of_year(day)}" for day in (self.first, self.last))


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """The complete state of a checkout: cart lines, choices, price."""

    lines: Sequence[CartItem]
    choices: Checkout | None
    price: Price
    today: date

    @property
    def gift_card_cents(self) -> int:
        """The amount that the gift card covers."""
        gift_card = self.choices.gift_card if self.choices else None
        return min(gift_card.balance_cents, self.price.total_cents) if gift_card else 0

    @property
    def due_cents(self) -> int:
        """The amount left for a card."""
        return self.price.total_cents - self.gift_card_cents

    @property
    def first_incomplete(self) -> Step:
        """The first step whose choice is missing or no longer valid, else the review."""
        made = self.choices
        if made is None or not (made.address or made.delivery is Delivery.PICKUP):
            return Step.ADDRESS
        if made.delivery is None or (made.delivery is Delivery.PICKUP and not made.pickup_point):
            return Step.DELIVERY
        if self.due_cents and (made.card is None or made.card.is_expired(self.today)):
            return Step.PAYMENT
        return Step.REVIEW


def basket(db: Session, customer: Customer, today: date, lines: Sequence[CartItem] | None = None) -> Basket:
    """Collect a customer's checkout; priced as standard delivery until a delivery is chosen.

    Pass `lines` if the cart's lines are loaded already.
    """
    lines = cart_lines(db, customer) if lines is None else lines
    choices = find_checkout(db, customer)
    delivery = (choices.delivery if choices else None) or Delivery.STANDARD
    return Basket(
        lines=lines,
        choices=choices,
        price=price(
            lines, applied_coupon(db, customer), delivery, today, is_gift=bool(choices and choices.is_gift)
        ),
        today=today,
    )


_CHOICES = [
    joinedload(part) for part in (Checkout.address, Checkout.pickup_point, Checkout.card, Checkout.gift_card)
]


def find_checkout(db: Session, customer: Customer) -> Checkout | None:
    """The customer's running checkout with its choices, or None; one query per request."""
    return db.get(Checkout, customer.id, options=_CHOICES)


def begin_checkout(db: Session, customer: Customer) -> Checkout:
    """Return the customer's running checkout; starts one if there is none.

    Raises:
        CheckoutError: the cart is empty or exceeds the stock.
    """
    if problem := cart_problem(cart_lines(db, customer)):
        raise CheckoutError(problem)
    checkout = find_checkout(db, customer)
    if checkout is None:
        checkout = Checkout(customer_id=customer.id)
        db.add(checkout)
        db.flush()
    return checkout


def choose_address(db: Session, customer: Customer, address_id: int | None) -> None:
    """Choose delivery to one of the customer's addresses instead of a pick-up.

    Raises:
        CheckoutError: it is not one of their addresses, or the cart cannot be checked out.
    """
    address = next((a for a in customer.addresses if a.id == address_id), None)
    if address is None:
        raise CheckoutError("Choose an address to deliver to.")
    checkout = begin_checkout(db, customer)
    checkout.address = address
    if checkout.delivery is Delivery.PICKUP:
        checkout.delivery = checkout.pickup_point = None
    db.flush()


def choose_to_collect(db: Session, customer: Customer) -> None:
    """Choose pick-up, which needs no address; the pick-up point is chosen in the next step."""
    checkout = begin_checkout(db, customer)
    checkout.delivery, checkout.address = Delivery.PICKUP, None
    db.flush()


def choose_delivery(
    db: Session, customer: Customer, delivery: Delivery | None, point: PickupPoint | None
) -> None:
    """Choose a delivery method; any but pick-up clears the pick-up point.

    Raises:
        CheckoutError: nothing chosen, a pick-up without a point, or a delivery without an address.
    """
    checkout = begin_checkout(db, customer)
    if delivery is None:
        raise CheckoutError("Choose how you would like to receive your order.")
    if delivery is Delivery.PICKUP and point is None:
        raise CheckoutError("Choose a pick-up point.")
    if delivery is not Delivery.PICKUP and checkout.address is None:
        raise CheckoutError("Choose a delivery address first, or pick the order up.")
    checkout.delivery = delivery
    checkout.pickup_point = point if delivery is Delivery.PICKUP else None
    db.flush()


def pickup_points(db: Session) -> list[PickupPoint]:
    """Where orders can be picked up."""
    return list(db.scalars(select(PickupPoint).order_by(PickupPoint.id)))


def choose_card(db: Session, customer: Customer, card_id: int | None, today: date) -> None:
    """Choose one of the customer's cards for the amount that a gift card does not cover.

    Raises:
        CheckoutError: it is not one of their cards, or has expired.
    """
    card = next((card for card in customer.cards if card.id == card_id), None)
    if card is None:
        raise CheckoutError("Choose a card to pay with.")
    if card.is_expired(today):
        raise CheckoutError(f"{card.label} has expired. Choose another card.")
    begin_checkout(db, customer).card = card
    db.flush()


def use_gift_card(db: Session, customer: Customer, code: str) -> None:
    """Apply a gift card up to its balance, replacing any other.

    Raises:
        CheckoutError: unknown code, or no balance left.
    """
    if not code.strip():
        raise CheckoutError("Enter a gift card code.")
    gift_card = db.scalar(select(GiftCard).where(GiftCard.code == code.strip().upper()))
    if gift_card is None or gift_card.customer_id not in (None, customer.id):
        raise CheckoutError(f"There is no gift card “{code.strip()}”. Check the code.")
    if not gift_card.balance_cents:
        raise CheckoutError(f"Gift card {gift_card.code} has no balance left.")
    begin_checkout(db, customer).gift_card = gift_card
    db.flush()


def remove_gift_card(db: Session, customer: Customer) -> None:
    """Remove the gift card from the checkout."""
    if checkout := find_checkout(db, customer):
        checkout.gift_card = None
        db.flush()


def choose_gift(db: Session, customer: Customer, *, is_gift: bool, note: str) -> None:
    """Choose whether the order is wrapped as a present, and what is written on its card.

    Raises:
        CheckoutError: the cart cannot be checked out.
    """
    checkout = begin_checkout(db, customer)
    checkout.is_gift, checkout.gift_note = is_gift, note
    db.flush()


def save_address(db: Session, customer: Customer, entry: AddressEntry, address: Address | None) -> Address:
    """Update an address or, for None, add one; a customer's first address becomes the default."""
    if address is None:
        address = Address(id=new_id(db, Address), is_default=not customer.addresses)
        customer.addresses.append(address)
    for name in AddressEntry.__slots__:
        setattr(address, name, getattr(entry, name))
    db.flush()
    return address


def save_card(db: Session, customer: Customer, entry: CardEntry) -> Card:
    """Save a card to the account; an identical card is not saved twice."""
    fields = {name: getattr(entry, name) for name in CardEntry.__slots__}
    for card in customer.cards:
        if all(getattr(card, name) == value for name, value in fields.items()):
            return card
    card = Card(id=new_id(db, Card), is_default=not customer.cards, **fields)
    customer.cards.append(card)
    db.flush()
    return card


def arrival(delivery: Delivery, today: date) -> Arrival:
    """The arrival of an order placed today, in working days (Monday to Friday)."""
    days = DELIVERY_DAYS[delivery]
    return Arrival(first=add_working_days(today, days.first), last=add_working_days(today, days.last))


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
