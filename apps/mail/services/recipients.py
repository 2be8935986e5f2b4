"""Recipients as they are typed: addresses, and names of contacts, groups and colleagues."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, tidy
from gristmill.apps.mail.models import Contact, ContactAddress, Group, GroupMember
from gristmill.apps.mail.services.addresses import Mailbox, parse_mailbox, split_field, without
from gristmill.apps.world.models import Job, Person

FIELDS = {"to": "To", "cc": "Cc", "bcc": "Bcc"}
MOST_RECIPIENTS, LONGEST_NAME, MOST_SUGGESTIONS = 100, 100, 300
Names = Mapping[str, Sequence[Mailbox]]


def resolve(db: Session, account_id: int, typed: Mapping[str, str]) -> dict[str, tuple[Mailbox, ...]]:
    """The recipients of the fields `to`, `cc` and `bcc`, each address once, the earlier field first.

    Raises:
        FormError: there are none or too many, or a recipient is neither an address nor a known name.
    """
    names, errors = None, {}
    found: dict[str, tuple[Mailbox, ...]] = {}
    for field, title in FIELDS.items():
        parts = split_field(typed.get(field, ""))
        if names is None and any(parse_mailbox(part) is None for part in parts):
            names = known_names(db, account_id)
        problems = [problem for part in parts if (problem := problem_of(part, names or {}))]
        if problems:
            errors[field] = f"{title}: {' '.join(problems[:3])}"
            continue
        earlier = [each.email for group in found.values() for each in group]
        mailboxes = (each for part in parts for each in mailboxes_of(part, names or {}))
        found[field] = without(mailboxes, earlier)
    count = sum(map(len, found.values()))
    if not errors and not 1 <= count <= MOST_RECIPIENTS:
        least = "Add at least one recipient."
        errors["to"] = (
            f"A mail can go to {MOST_RECIPIENTS} recipients; these are {count}." if count else least
        )
    if errors:
        raise FormError(errors)
    return found


def mailboxes_of(part: str, names: Names) -> Sequence[Mailbox]:
    """Whom a recipient as typed means; nobody, or several for a group."""
    mailbox = parse_mailbox(part)
    return [mailbox] if mailbox else names.get(tidy(part).casefold(), ())


def problem_of(part: str, names: Names) -> str | None:
    """What is wrong with a recipient as typed."""
    name = part if len(part) <= 60 else part[:60] + "..."
    mailbox = parse_mailbox(part)
    if mailbox is not None:
        return "A name is too long." if len(mailbox.name) > LONGEST_NAME else None
    found = names.get(tidy(part).casefold(), ())
    if not found:
        return f"'{name}' is neither an address, such as name@example.test, nor a contact or a group."
    if found and len({each.name for each in found}) == 1 and len(found) > 1:
        return f"'{name}' has several addresses: {', '.join(each.email for each in found)}. Use one of them."
    return None


def known_names(db: Session, account_id: int) -> dict[str, list[Mailbox]]:
    """Mailboxes by name: one's contacts, the groups of these, and colleagues."""
    names: dict[str, list[Mailbox]] = {}
    for mailbox in [*contacts(db, account_id), *colleagues(db)]:
        group = names.setdefault(tidy(mailbox.name).casefold(), [])
        if mailbox.email not in [each.email for each in group]:
            group.append(mailbox)
    return names | groups(db, account_id)


def contacts(db: Session, account_id: int) -> list[Mailbox]:
    """The contacts of an account with their first address, by name."""
    statement = (
        select(Contact.name, ContactAddress.email)
        .join(ContactAddress, ContactAddress.contact_id == Contact.id)
        .where(Contact.account_id == account_id, ContactAddress.position == 1)
        .order_by(Contact.name, Contact.id)
    )
    return [Mailbox(name=name, email=email) for name, email in db.execute(statement)]


def colleagues(db: Session) -> list[Mailbox]:
    """Everybody who works for the company, by name."""
    statement = select(Person).join(Job, Job.person_id == Person.id).where(Job.status != "left")
    people = db.scalars(statement.order_by(Person.given_name, Person.family_name, Person.id))
    return [Mailbox(name=person.name, email=person.email.lower()) for person in people]


def groups(db: Session, account_id: int) -> dict[str, list[Mailbox]]:
    """The members of an account's groups, by the group's name."""
    statement = (
        select(Group.name, Contact.name, ContactAddress.email)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .join(Contact, Contact.id == GroupMember.contact_id)
        .join(ContactAddress, ContactAddress.contact_id == Contact.id)
        .where(Group.account_id == account_id, ContactAddress.position == 1)
        .order_by(Group.id, Contact.name, Contact.id)
    )
    found: dict[str, list[Mailbox]] = {}
    for group, name, email in db.execute(statement):
        found.setdefault(tidy(group).casefold(), []).append(Mailbox(name=name, email=email))
    return found


def suggestions(db: Session, account_id: int) -> list[Mailbox]:
    """Whom one may want to write to: contacts, then colleagues, each address once; one query."""
    contact = (
        select(literal(1).label("rank"), Contact.name.label("name"), ContactAddress.email.label("email"))
        .join(ContactAddress, ContactAddress.contact_id == Contact.id)
        .where(Contact.account_id == account_id, ContactAddress.position == 1)
    )
    full_name = Person.given_name + " " + Person.family_name
    colleague = (
        select(literal(2), full_name, func.lower(Person.email))
        .join(Job, Job.person_id == Person.id)
        .where(Job.status != "left")
    )
    rows = db.execute(union_all(contact, colleague).order_by("rank", "name", "email"))
    return list(without(Mailbox(name=name, email=email) for _, name, email in rows))[:MOST_SUGGESTIONS]
