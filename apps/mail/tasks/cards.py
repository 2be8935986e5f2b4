"""Contacts as content, so that what a card says counts and not which of its rows says it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Contact, ContactAddress, GroupMember
from gristmill.verifiers.base import Rows

LINES = ("name", "company", "role", "phone", "notes")
TABLES = ("mail_contact", "mail_contact_address", "mail_group_member")
Found = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What a contact says, with the ids of its groups."""

    name: str
    company: str
    role: str
    phone: str
    notes: str
    is_starred: bool
    emails: tuple[str, ...]
    groups: frozenset[int]

    @property
    def unordered(self) -> "Card":
        """This card with its addresses in the order of the alphabet."""
        return replace(self, emails=tuple(sorted(self.emails)))

    def merged(self, other: "Card") -> "Card":
        """This card with what another one says besides; in the groups of both."""
        lines = {each: getattr(self, each) or getattr(other, each) for each in LINES}
        return Card(
            **lines, is_starred=self.is_starred or other.is_starred, emails=self.emails + other.emails,
            groups=self.groups | other.groups,
        )  # fmt: skip

    def in_group(self, group_id: int) -> "Card":
        """This card in one more group."""
        return replace(self, groups=self.groups | {group_id})


def cards(account_id: int, contacts: Found, addresses: Found, members: Found) -> dict[int, Card]:
    """The cards of an account by the ids of their contacts, from rows."""
    emails: dict[int, list[str]] = {}
    groups: dict[int, set[int]] = {}
    for row in sorted(addresses, key=lambda each: (each["position"], each["id"])):
        emails.setdefault(row["contact_id"], []).append(row["email"])
    for row in members:
        groups.setdefault(row["contact_id"], set()).add(row["group_id"])
    return {
        row["id"]: Card(
            **{each: row[each] for each in LINES}, is_starred=bool(row["is_starred"]),
            emails=tuple(emails.get(row["id"], ())), groups=frozenset(groups.get(row["id"], ())),
        )
        for row in contacts
        if row["account_id"] == account_id
    }  # fmt: skip


def cards_in(rows: Rows, account_id: int) -> dict[int, Card]:
    """The cards of an account in a verifier's rows."""
    return cards(account_id, *(rows.all(table) for table in TABLES))


def cards_now(db: Session, account_id: int) -> dict[int, Card]:
    """The cards of an account in the database."""
    tables: Any = [model.__table__ for model in (Contact, ContactAddress, GroupMember)]
    found: list[Any] = [db.execute(select(each)).mappings().all() for each in tables]
    return cards(account_id, *found)


def digest_of(found: Collection[Card], emails: Collection[str]) -> str:
    """A digest of cards in any order; those with one of these addresses may have theirs in any order, too."""
    kept = (each.unordered if set(each.emails) & set(emails) else each for each in found)
    parts = sorted(json.dumps(plain(each)) for each in kept)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def plain(card: Card) -> Sequence[Any]:
    """A card as JSON."""
    return [sorted(each) if isinstance(each, frozenset) else each for each in asdict(card).values()]
