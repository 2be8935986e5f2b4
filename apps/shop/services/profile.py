"""Changes to a customer's profile: name, phone number, addresses, cards and defaults."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Address, Card, Customer
from gristmill.apps.shop.services.checkout import find_checkout
from gristmill.apps.shop.services.forms import ProfileEntry
from gristmill.apps.shop.services.ids import retire_id
from gristmill.apps.world.models import Person


def save_profile(db: Session, person: Person, entry: ProfileEntry) -> None:
    """Change a person's name and phone number."""
    person.given_name, person.family_name, person.phone = entry.given_name, entry.family_name, entry.phone
    db.flush()


def make_default(db: Session, entries: Sequence[Address] | Sequence[Card], chosen: Address | Card) -> None:
    """Make this address or card the customer's only default."""
    for entry in entries:
        entry.is_default = entry is chosen
    db.flush()


def delete_address(db: Session, customer: Customer, address: Address) -> None:
    """Delete an address, also from a running checkout; another one becomes the default."""
    if (current := find_checkout(db, customer)) and current.address is address:
        current.address = None
    left = [other for other in customer.addresses if other is not address]
    if address.is_default and left:
        left[0].is_default = True
    db.flush()
    retire_id(db, address)
    db.delete(address)
    db.flush()


def delete_card(db: Session, customer: Customer, card: Card, today: date) -> None:
    """Delete a card, also from a running checkout; another one, preferably valid, becomes the default."""
    if (current := find_checkout(db, customer)) and current.card is card:
        current.card = None
    left = [other for other in customer.cards if other is not card]
    if card.is_default and left:
        min(left, key=lambda other: other.is_expired(today)).is_default = True
    db.flush()
    retire_id(db, card)
    db.delete(card)
    db.flush()
