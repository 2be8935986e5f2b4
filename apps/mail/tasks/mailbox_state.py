"""How a mailbox was when a task began: what of its mails is unusual, and a digest of everything else."""

import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import Json
from gristmill.apps.mail.models import (
    Contact,
    ContactAddress,
    Entry,
    EntryLabel,
    GroupMember,
    Mail,
    MailDraft,
    Thread,
)
from gristmill.apps.mail.tasks.tidying import OWNED, usual_folder
from gristmill.apps.world.models import Model

STAMP = "%Y-%m-%d %H:%M:%S.%f"


def start_of(db: Session, account_id: int, *, but: Collection[type[Model]] = ()) -> dict[str, Json]:
    """A mailbox as it is now: what of its mails is unusual, and a digest of everything else.

    `but` are tables that the family's oracle looks after by itself.
    """
    entries = all_entries(db, account_id)
    newest = max((each.id for each in entries), default=0)
    odd = {str(each.id): values for each in entries if (values := unusual(each))}
    return {
        "newest": newest, "odd": odd, "labels": labels_of(db, account_id, newest),
        "sent": db.scalar(select(Mail.id).order_by(Mail.id.desc()).limit(1)) or 0,
        "drafts": db.scalar(select(MailDraft.id).order_by(MailDraft.id.desc()).limit(1)) or 0,
        "but": sorted(each.__name__ for each in but),
        "rest": digest(db, account_id, newest, {each.__name__ for each in but}),
    }  # fmt: skip


def all_entries(db: Session, account_id: int) -> Sequence[Entry]:
    """The mails of an account, by id."""
    return db.scalars(select(Entry).where(Entry.account_id == account_id).order_by(Entry.id)).all()


def usual(entry: Entry) -> dict[str, Json]:
    """What most mails are like."""
    return {"folder": usual_folder(entry), "is_starred": 0, "is_important": 0, "snoozed_until": None}


def stored(entry: Entry) -> dict[str, Json]:
    """What a mail is like, as rows store it."""
    until = entry.snoozed_until
    return {
        "folder": str(entry.folder), "is_starred": int(entry.is_starred),
        "is_important": int(entry.is_important), "snoozed_until": until.strftime(STAMP) if until else None,
    }  # fmt: skip


def unusual(entry: Entry) -> dict[str, Json]:
    """What of a mail is other than usual."""
    common = usual(entry)
    return {name: value for name, value in stored(entry).items() if value != common[name]}


def labels_of(db: Session, account_id: int, newest: int) -> dict[str, Json]:
    """The labels of each mail that has some."""
    own = Entry.account_id == account_id, Entry.id <= newest
    pairs = select(EntryLabel.entry_id, EntryLabel.label_id).join(Entry, Entry.id == EntryLabel.entry_id)
    found: dict[str, Json] = {}
    for entry_id, label_id in db.execute(pairs.where(*own).order_by(*EntryLabel.__table__.primary_key)):
        known: Any = found.setdefault(str(entry_id), [])
        known.append(label_id)
    return found


def digest(db: Session, account_id: int, newest: int, but: Collection[str]) -> str:
    """A digest of what an account owns besides its mails, and of their threads and tabs."""
    parts: list[Any] = []
    for model in OWNED:
        if model.__name__ not in but:
            table: Any = model.__table__
            own = select(table).where(table.c.account_id == account_id).order_by(*table.primary_key)
            parts += [list(map(str, row)) for row in db.execute(own)]
    own_entries = Entry.account_id == account_id, Entry.id <= newest
    queries: list[Any] = [
        select(Entry.id, Entry.category).where(*own_entries).order_by(Entry.id),
        select(Thread.id).where(Thread.account_id == account_id, Thread.is_muted).order_by(Thread.id),
    ]
    if "Contact" not in but:
        cards: Any = Contact.__table__
        emails = select(ContactAddress.contact_id, ContactAddress.position, ContactAddress.email)
        members = select(GroupMember.group_id, GroupMember.contact_id)
        own_card = Contact.account_id == account_id
        queries += [
            select(cards).where(cards.c.account_id == account_id).order_by(cards.c.id),
            emails.join(Contact).where(own_card).order_by(ContactAddress.id),
            members.join(Contact).where(own_card).order_by(*GroupMember.__table__.primary_key),
        ]
    parts += [[list(map(str, row)) for row in db.execute(query)] for query in queries]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
