"""Contacts and groups: rows, rules and changes."""

from gristmill.apps.mail.models import Contact, ContactAddress
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.world import World

LONGEST_NAME = 100


def new_contact(world: World, account_id: int, name: str, email: str) -> Contact:
    """A contact of whom no more than name and address are known; not added to the session."""
    contact = Contact(
        id=new_id(world, Contact), account_id=account_id, name=name[:LONGEST_NAME], company="", role="",
        phone="", notes="", is_starred=False,
    )  # fmt: skip
    address = ContactAddress(id=new_id(world, ContactAddress), position=1, email=email)
    contact.addresses = [address]
    return contact
