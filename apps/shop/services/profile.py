"""What a customer keeps at the shop: name, phone number, addresses and cards, and which are preselected."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Address, Card, Customer
from gristmill.apps.shop.services.checkout import find_checkout
from gristmill.apps.shop.services.forms import ProfileEntry
from gristmill.apps.world.models import Person


def save_profile(db: Session, person: Person, entry: ProfileEntry) -> None:
    """Change what a person is called and how to reach them."""
    person.given_name, person.family_name, person.phone = entry.given_name, entry.family_name, entry.phone
    db.flush()


def make_default(db: Session, entries: Sequence[Address] | Sequence[Card], chosen: Address | Card) -> None:
    """Have this one of a customer's addresses or cards preselected, and no other."""
    for entry in entries:
        entry.is_default = entry is chosen
    db.flush()


def delete_address(db: Session, customer: Customer, address: Address) -> None:
    """Take an address out of the book, and out of a checkout under way; another one becomes the default."""
    if (current := find_checkout(db, customer)) and current.address is address:
        current.address = None
    left = [other for other in customer.addresses if other is not address]
    if address.is_default and left:
        left[0].is_default = True
    db.flush()
    db.delete(address)
    db.flush()


def delete_card(db: Session, customer: Customer, card: Card, today: date) -> None:
    """Forget a card, in a checkout under way too; another one, rather a valid one, becomes default."""
    if (current := find_checkout(db, customer)) and current.card is card:
        current.card = None
    left = [other for other in customer.cards if other is not card]
    if card.is_default and left:
        min(left, key=lambda other: other.is_expired(today)).is_default = True
    db.flush()
    db.delete(card)
    db.flush()
