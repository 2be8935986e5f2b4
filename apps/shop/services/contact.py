"""The contact form: what a customer writes to the shop."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from gristmill.apps.kit.forms import Rule, at_most, parse_entry, required
from gristmill.apps.shop.models import ContactMessage, Customer, Order
from gristmill.apps.shop.services.numbers import tracking_number
from gristmill.apps.shop.services.signals import publish_message
from gristmill.apps.world.world import World

TOPICS = {
    "lost": "A parcel is lost",
    "late": "A parcel is late",
    "refund": "A refund",
    "return": "A return or exchange",
    "faulty": "Something faulty or missing",
    "order": "An order",
    "product": "A product",
    "other": "Something else",
}
ABOUT_A_PARCEL = ("lost",)
MAX_MESSAGE = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactText:
    """A valid message."""

    topic: str
    order_number: str
    tracking: str
    body: str


def parse_contact(fields: Mapping[str, str], orders: Sequence[Order]) -> ContactText:
    """Parse the contact form; an order number must be one of the customer's `orders`.

    Raises:
        FormError: a field is missing, too long, or names no order or parcel of theirs.
    """
    needs = [required("Enter the number.")] if fields.get("topic") in ABOUT_A_PARCEL else []
    numbers = {order.number for order in orders}
    parcels = {tracking_number(order.number) for order in orders}
    rules = {
        "topic": [required("Choose a topic."), among(TOPICS, "Choose a topic from the list.")],
        "order_number": [*needs, at_most(20), among(numbers, "You have no order with this number.")],
        "tracking": [*needs, at_most(20), among(parcels, "None of your parcels has this number.")],
        "body": [required("Write what it is about."), at_most(MAX_MESSAGE)],
    }
    typed = {name: fields.get(name, "") for name in rules}
    for name in ("order_number", "tracking"):
        typed[name] = re.sub(r"\s", "", typed[name]).upper()
    return parse_entry(ContactText, typed, rules)


def among(known: Mapping[str, str] | set[str], message: str) -> Rule:
    """The text must be empty or one of these."""
    return lambda value: message if value and value not in known else None


def orders_of(world: World, customer: Customer) -> Sequence[Order]:
    """The customer's orders."""
    return world.db.scalars(select(Order).where(Order.customer_id == customer.id)).all()


def send(world: World, customer: Customer, text: ContactText) -> ContactMessage:
    """Store a message and publish it; the same message sent twice in a row is stored once."""
    latest = select(ContactMessage).where(ContactMessage.customer_id == customer.id)
    last = world.db.scalar(latest.order_by(ContactMessage.id.desc()).limit(1))
    fields = {name: getattr(text, name) for name in ContactText.__slots__}
    if last is not None and all(getattr(last, name) == value for name, value in fields.items()):
        return last
    message = ContactMessage(customer_id=customer.id, sent_at=world.now, **fields)
    world.db.add(message)
    world.db.flush()
    publish_message(world, message, customer.person, TOPICS[message.topic])
    return message
