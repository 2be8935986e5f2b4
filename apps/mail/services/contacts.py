"""Contacts: they are found, written, merged and deleted by rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import (
    Contact,
    ContactAddress,
    Entry,
    GroupMember,
    Mail,
    Recipient,
    RecipientKind,
)
from gristmill.apps.mail.services.addresses import is_email, normal
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.folders import not_hidden
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.search.words import folded
from gristmill.apps.world.world import World

LONGEST_NAME, MOST_ADDRESSES, MOST_CONTACTS = 100, 8, 2_000
LINES: Mapping[str, str] = {"company": "Company", "role": "Role", "phone": "Phone"}
NAME_RULES: Sequence[Rule] = (required("Enter a name."), at_most(LONGEST_NAME), printable)
TEXT_RULES: Sequence[Rule] = (at_most(200), printable)
NOTES_RULES: Sequence[Rule] = (at_most(2_000), printable)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactEntry:
    """What the form of a contact says."""

    name: str
    emails: tuple[str, ...]
    company: str
    role: str
    phone: str
    notes: str


def new_contact(world: World, account_id: int, name: str, email: str) -> Contact:
    """A contact of whom no more than name and address are known; not added to the session."""
    contact = Contact(
        id=new_id(world, Contact), account_id=account_id, name=name[:LONGEST_NAME], company="", role="",
        phone="", notes="", is_starred=False,
    )  # fmt: skip
    address = ContactAddress(id=new_id(world, ContactAddress), position=1, email=email)
    contact.addresses = [address]
    return contact


def contacts_of(db: Session, account_id: int, group_id: int | None = None) -> list[Contact]:
    """An account's contacts, or those of a group, by name; starred ones first."""
    found = select(Contact).where(Contact.account_id == account_id).options(selectinload(Contact.addresses))
    if group_id is not None:
        found = found.join(GroupMember, GroupMember.contact_id == Contact.id)
        found = found.where(GroupMember.group_id == group_id)
    rows = db.scalars(found.order_by(Contact.id)).all()
    return sorted(rows, key=lambda each: (not each.is_starred, folded(each.name), each.id))


def matching(contacts: Sequence[Contact], query: str) -> list[Contact]:
    """The contacts that have each word of a query in a name, an address or another line."""
    words = folded(query).split()
    return [each for each in contacts if all(word in text_of(each) for word in words)]


def text_of(contact: Contact) -> str:
    """What a search for contacts looks at."""
    emails = (each.email for each in contact.addresses)
    return folded(" ".join([contact.name, contact.company, contact.role, contact.phone, *emails]))


def own_contact(db: Session, account_id: int, contact_id: int) -> Contact | None:
    """An account's contact with this id."""
    contact = db.get(Contact, contact_id)
    return contact if contact is not None and contact.account_id == account_id else None


def parse_contact(
    db: Session, account_id: int, form: Mapping[str, str], own_id: int | None = None
) -> ContactEntry:
    """What a form says; `own_id` is the contact that is changed.

    Raises:
        FormError: a field is invalid, or another contact has one of the addresses.
    """
    name, lines = tidy(form.get("name", "")), {key: tidy(form.get(key, "")) for key in LINES}
    notes = form.get("notes", "").replace("\r\n", "\n").strip()
    emails = tuple(dict.fromkeys(normal(each) for each in form.get("emails", "").replace(",", "\n").split()))
    errors = {
        "name": first_error(name, NAME_RULES),
        "emails": emails_problem(emails) or taken(db, account_id, emails, own_id),
        **{key: first_error(text, TEXT_RULES) for key, text in lines.items()},
        "notes": first_error(notes, NOTES_RULES),
    }
    if found := {key: message for key, message in errors.items() if message}:
        raise FormError(found)
    return ContactEntry(name=name, emails=emails, notes=notes, **lines)


def emails_problem(emails: Sequence[str]) -> str | None:
    """What is wrong with the addresses."""
    if not emails:
        return "Enter at least one address."
    if len(emails) > MOST_ADDRESSES:
        return f"A contact can have {MOST_ADDRESSES} addresses."
    wrong = next((each for each in emails if not is_email(each)), None)
    return f"{wrong[:60]!r} is no address such as name@example.test." if wrong else None


def taken(db: Session, account_id: int, emails: Sequence[str], own_id: int | None) -> str | None:
    """Which other contact has one of the addresses."""
    statement = (
        select(Contact.name, ContactAddress.email)
        .join(ContactAddress, ContactAddress.contact_id == Contact.id)
        .where(
            Contact.account_id == account_id, ContactAddress.email.in_(emails), Contact.id != (own_id or 0)
        )
    )
    row = db.execute(statement.order_by(Contact.id).limit(1)).first()
    return f"{row.name} has the address {row.email} already. Merge the two instead." if row else None


def create_contact(world: World, account_id: int, entry: ContactEntry) -> Contact:
    """Create a contact.

    Raises:
        FormError: there are too many.
    """
    own = select(func.count()).select_from(Contact).where(Contact.account_id == account_id)
    if (world.db.scalar(own) or 0) >= MOST_CONTACTS:
        raise FormError({"name": f"You have {MOST_CONTACTS} contacts already. Delete some first."})
    contact = new_contact(world, account_id, entry.name, entry.emails[0])
    world.db.add(contact)
    change_contact(world, contact, entry)
    return contact


def change_contact(world: World, contact: Contact, entry: ContactEntry) -> None:
    """Set what a contact says."""
    contact.name, contact.notes = entry.name, entry.notes
    contact.company, contact.role, contact.phone = entry.company, entry.role, entry.phone
    set_emails(world, contact, entry.emails)


def set_emails(world: World, contact: Contact, emails: Sequence[str]) -> None:
    """Set a contact's addresses; those that it keeps keep their rows."""
    known = {each.email: each for each in contact.addresses}
    kept = []
    for position, email in enumerate(emails, start=1):
        row = known.get(email) or ContactAddress(
            id=new_id(world, ContactAddress), email=email, position=position
        )
        row.position = position
        kept.append(row)
    contact.addresses = kept
    world.db.flush()


def merge_contacts(world: World, contact: Contact, other: Contact) -> None:
    """Move what another contact says into this one, which wins where both say something; delete the other.

    Raises:
        FormError: they are the same, or have too many addresses together.
    """
    emails = list(dict.fromkeys(each.email for each in [*contact.addresses, *other.addresses]))
    if contact.id == other.id:
        raise FormError({"other": "Choose another contact."})
    if len(emails) > MOST_ADDRESSES:
        raise FormError(
            {"other": f"Together they have {len(emails)} addresses; {MOST_ADDRESSES} are possible."}
        )
    for key in LINES:
        setattr(contact, key, getattr(contact, key) or getattr(other, key))
    contact.notes = "\n".join(filter(None, (contact.notes, other.notes)))
    contact.is_starred |= other.is_starred
    groups = set(group_ids(world.db, contact.id))
    for each in group_ids(world.db, other.id):
        if each not in groups:
            world.db.add(GroupMember(group_id=each, contact_id=contact.id))
    delete_contact(world.db, other)
    set_emails(world, contact, emails)


def delete_contact(db: Session, contact: Contact) -> None:
    """Delete a contact; it leaves its groups."""
    db.flush()
    for row in db.scalars(select(GroupMember).where(GroupMember.contact_id == contact.id)):
        db.delete(row)
    db.delete(contact)
    db.flush()


def group_ids(db: Session, contact_id: int) -> list[int]:
    """The groups that a contact is in."""
    own = select(GroupMember.group_id).where(GroupMember.contact_id == contact_id)
    return list(db.scalars(own.order_by(GroupMember.group_id)))


def exchanged_with(emails: Sequence[str]) -> ColumnElement[bool]:
    """The mails from these addresses and to them, outside of spam and bin; hidden ones only if one's own."""
    is_open = or_(Recipient.kind != RecipientKind.BCC, Entry.is_own)
    to_them = exists().where(Recipient.message_id == Mail.id, Recipient.email.in_(emails), is_open)
    return or_(Mail.sender_email.in_(emails), to_them) & not_hidden()
