"""What the frame of every page shows: folders and labels with their unread counts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, Entry, EntryLabel, Folder, Mail, MailDraft, Outgoing, Unread
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.mailbox import current_labels, current_mailbox, current_settings, now
from gristmill.apps.server.database import db

JUST = timedelta(minutes=5)  # for this long a mail that arrived is announced, unless it is opened
COUNTED = frozenset({"inbox", "drafts", "scheduled", "spam"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A mail that has just arrived in the inbox."""

    thread_id: int
    sender: str
    subject: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The side bar. Counts are of threads with unread mails, and of drafts and scheduled mails."""

    account: Account
    email: str
    density: str
    counts: dict[str, int]
    labels: list[LabelNode]
    label_by_id: dict[int, LabelNode]
    label_counts: dict[int, int]
    arrivals: list[Arrival]

    def count(self, key: str) -> int:
        """The number beside a folder; none where being unread says nothing."""
        return self.counts.get(key, 0) if key in COUNTED else 0


def frame() -> Frame:
    """The frame of the current user's pages; four queries."""
    account = current_mailbox()
    rows = db().execute(unread_mails(), {"own": account.id}).all()
    unread, by_label = unread_threads(rows)
    drafts, scheduled = draft_counts(db(), account.id)
    return Frame(
        account=account,
        email=account.person.email,
        density=current_settings().density,
        counts=unread | {"drafts": drafts, "scheduled": scheduled},
        labels=current_labels(),
        label_by_id={label.id: label for label in current_labels()},
        label_counts=by_label,
        arrivals=arrivals(rows, now() - JUST, current_settings().notifies),
    )


def unread_threads(rows: Iterable[Row[Any]]) -> tuple[dict[str, int], dict[int, int]]:
    """How many threads have unread mails, by folder or category (`inbox/offers`), and by label."""
    threads: dict[str, set[int]] = defaultdict(set)
    labelled: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.snoozed_until is None:
            threads[row.folder].add(row.thread_id)
            threads[f"{row.folder}/{row.category}"].add(row.thread_id)
        if row.label_id is not None and row.folder not in (Folder.SPAM, Folder.BIN):
            labelled[row.label_id].add(row.thread_id)
    return {key: len(ids) for key, ids in threads.items()}, {key: len(ids) for key, ids in labelled.items()}


def arrivals(rows: Iterable[Row[Any]], since: datetime, notifies: str) -> list[Arrival]:
    """What has arrived in the inbox since a time: all, what is important, or nothing, as the settings say."""
    found: dict[int, Arrival] = {}
    for row in rows:
        is_wanted = notifies == "all" or (notifies == "important" and row.is_important)
        is_here = row.folder == Folder.INBOX and row.snoozed_until is None
        if is_wanted and is_here and row.shown_at >= since:
            sender = row.sender_name or row.sender_email
            found[row.id] = Arrival(thread_id=row.thread_id, sender=sender, subject=row.subject)
    return list(found.values())


@cache
def unread_mails() -> Select[*tuple[Any, ...]]:
    """The unread mails of an account, once for each of their labels."""
    columns = (
        Entry.thread_id, Entry.folder, Entry.category, Entry.snoozed_until, EntryLabel.label_id, Entry.id,
        Entry.shown_at, Entry.is_important, Mail.sender_name, Mail.sender_email, Mail.subject,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Unread)
        .join(Entry, Entry.id == Unread.entry_id)
        .join(Mail, Mail.id == Entry.message_id)
        .outerjoin(EntryLabel, EntryLabel.entry_id == Entry.id)
        .where(Unread.account_id == bindparam("own"))
        .order_by(Entry.id)
    )


@cache
def counted_drafts() -> Select[*tuple[Any, ...]]:
    """How many drafts an account has, how many of them wait to be sent, and how many are scheduled."""
    return (
        select(func.count(), func.count(Outgoing.draft_id), func.sum(Outgoing.is_scheduled))
        .select_from(MailDraft)
        .outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
        .where(MailDraft.account_id == bindparam("own"))
    )


def draft_counts(db: Session, account_id: int) -> tuple[int, int]:
    """How many drafts there are, and how many scheduled mails."""
    drafts, outgoing, scheduled = db.execute(counted_drafts(), {"own": account_id}).one()
    return drafts - outgoing, int(scheduled or 0)
