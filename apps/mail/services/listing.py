"""Lists of threads: one page of those that have a mail in a scope, with what a row shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from gristmill.apps.kit.pagination import Page, page_count, within
from gristmill.apps.mail.models import (
    Account,
    Entry,
    EntryLabel,
    Mail,
    MailDraft,
    Outgoing,
    Recipient,
    RecipientKind,
    Thread,
    Unread,
)
from gristmill.apps.mail.services.folders import HIDDEN

MOST_AT_ONCE = 20  # pages that are read before it is known how many there are


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """Somebody in a thread's row; `is_unread` if one of their mails is."""

    name: str
    is_unread: bool


@dataclass(kw_only=True, slots=True)
class ThreadRow:
    """A thread in a list.

    Attributes:
        mails: how many of its mails are listed (those in spam and bin only on their own pages).
        recipients: in Sent, whom the latest mail went to; empty elsewhere.
        has_draft: whether an unsent answer belongs to it.
        label_ids: the labels of all its mails.
    """

    id: int
    subject: str
    snippet: str
    shown_at: datetime
    mails: int
    participants: list[Participant]
    recipients: list[str] = field(default_factory=list)
    is_unread: bool
    is_starred: bool
    is_important: bool
    is_muted: bool
    has_files: bool
    has_draft: bool
    snoozed_until: datetime | None
    folders: frozenset[str]
    label_ids: list[int]


def thread_ids(account_id: int, scope: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The threads with a mail in scope and their times, latest first."""
    latest = func.max(Entry.shown_at)
    return (
        select(Entry.thread_id, latest.label("shown_at"))
        .where(Entry.account_id == account_id, scope)
        .group_by(Entry.thread_id)
        .order_by(latest.desc(), Entry.thread_id.desc())
    )


def page_of_threads(
    db: Session, account: Account, scope: ColumnElement[bool], number: int, *, size: int, view: str = "",
    joins_messages: bool = False,
) -> Page[ThreadRow]:  # fmt: skip
    """A page of the threads with a mail in scope; at most four queries, more for very long threads.

    `view` is the folder's key: in Sent rows name recipients, in spam and bin they are of the mails there.
    """
    mails = select(Entry.thread_id, Entry.shown_at).where(Entry.account_id == account.id, scope)
    if joins_messages:
        times = first_of_each(db.execute(latest_first(mails.join(Mail, Mail.id == Entry.message_id))))
        total = len(times)
    else:
        times, total = newest_threads(db, mails, number, size)
    number = within(number, page_count(total, size))
    shown = dict(islice(times.items(), (number - 1) * size, number * size))
    rows = thread_rows(db, shown, view=view)
    return Page(rows=rows, number=number, count=page_count(total, size), total=total)


def newest_threads(
    db: Session, mails: Select[int, datetime], number: int, size: int
) -> tuple[dict[int, datetime], int]:
    """The newest threads of mails with their times, at least up to the end of a page; and how many there are.

    It reads no more mails than it needs, in the order of the index that lists have: grouping all of them
    takes as long as there are mails. Threads are counted only if some are left.
    """
    limit = 2 * size * within(number, MOST_AT_ONCE)
    rows = db.execute(latest_first(mails).limit(limit)).all()
    times = first_of_each(rows)
    if len(rows) < limit:
        return times, len(times)
    total = db.scalar(mails.with_only_columns(func.count(Entry.thread_id.distinct()))) or 0
    end = within(number, page_count(total, size)) * size
    while len(times) < min(end, total):
        limit *= 4
        times = first_of_each(db.execute(latest_first(mails).limit(limit)))
    return times, total


def latest_first(mails: Select[int, datetime]) -> Select[int, datetime]:
    """Mails in the order in which lists show their threads."""
    return mails.order_by(Entry.shown_at.desc(), Entry.thread_id.desc())


def first_of_each(mails: Iterable[Row[int, datetime]]) -> dict[int, datetime]:
    """The time of the first mail of each thread, in the order of these."""
    times: dict[int, datetime] = {}
    for thread_id, shown_at in mails:
        times.setdefault(thread_id, shown_at)
    return times


def thread_rows(db: Session, times: dict[int, datetime], *, view: str) -> list[ThreadRow]:
    """The rows of threads, in the order of `times`."""
    if not times:
        return []
    by_thread: dict[int, list[Row[Any]]] = {}
    for mail in db.execute(mails_of_threads(), {"ids": list(times)}):
        by_thread.setdefault(mail.thread_id, []).append(mail)
    mails = {key: listed_mails(group, view) for key, group in by_thread.items()}
    rows = [thread_row(key, mails[key], shown_at) for key, shown_at in times.items() if key in mails]
    if view == "sent":
        sent = {key: [mail.message_id for mail in group if mail.is_own] for key, group in mails.items()}
        name_recipients(db, rows, {key: ids[-1] for key, ids in sent.items()})
    return rows


@cache
def mails_of_threads() -> Select[*tuple[Any, ...]]:
    """What rows need of the mails of threads, oldest first; built once, as it takes a while."""
    labels = select(func.group_concat(EntryLabel.label_id)).where(EntryLabel.entry_id == Entry.id)
    unsent = select(MailDraft.id).outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
    is_answered = unsent.where(MailDraft.thread_id == Entry.thread_id, Outgoing.draft_id.is_(None)).exists()
    columns = (
        Entry.id, Entry.thread_id, Entry.message_id, Entry.folder, Entry.is_own, Entry.is_starred,
        Entry.is_important, Entry.snoozed_until, Thread.is_muted, Mail.subject, Mail.snippet,
        Mail.sender_name, Mail.sender_email, Mail.attachment_count, Unread.entry_id.label("unread"),
        labels.scalar_subquery().label("labels"), is_answered.label("has_draft"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Mail, Mail.id == Entry.message_id)
        .join(Thread, Thread.id == Entry.thread_id)
        .outerjoin(Unread, Unread.entry_id == Entry.id)
        .where(Entry.thread_id.in_(bindparam("ids", expanding=True)))
        .order_by(Mail.sent_at, Entry.id)
    )


def listed_mails(mails: list[Row[Any]], view: str) -> list[Row[Any]]:
    """Those mails of a thread that its row is made of: those in spam or bin only if there are no others."""
    if view in HIDDEN:
        return [mail for mail in mails if mail.folder == view]
    return [mail for mail in mails if mail.folder not in HIDDEN] or mails


def thread_row(thread_id: int, mails: Sequence[Row[Any]], shown_at: datetime) -> ThreadRow:
    """The row of a thread from its mails, oldest first."""
    last = mails[-1]
    return ThreadRow(
        id=thread_id,
        subject=mails[0].subject,
        snippet=last.snippet,
        shown_at=shown_at,
        mails=len(mails),
        participants=participants(mails),
        is_unread=any(mail.unread is not None for mail in mails),
        is_starred=any(mail.is_starred for mail in mails),
        is_important=any(mail.is_important for mail in mails),
        is_muted=last.is_muted,
        has_draft=last.has_draft,
        label_ids=list(dict.fromkeys(each for mail in mails for each in label_ids(mail.labels))),
        has_files=any(mail.attachment_count for mail in mails),
        snoozed_until=next((mail.snoozed_until for mail in mails if mail.snoozed_until), None),
        folders=frozenset(mail.folder for mail in mails),
    )


def participants(mails: Sequence[Row[Any]]) -> list[Participant]:
    """The senders of a thread, each once, in the order of their first mail; `me` for the reader."""
    names: dict[str, bool] = {}
    for mail in mails:
        name = "me" if mail.is_own else mail.sender_name or mail.sender_email
        names[name] = names.get(name, False) or mail.unread is not None
    return [Participant(name=name, is_unread=is_unread) for name, is_unread in names.items()]


def label_ids(text: str | None) -> list[int]:
    """The numbers of labels that SQL has joined with commas, sorted."""
    return sorted(map(int, text.split(","))) if text else []


def name_recipients(db: Session, rows: Sequence[ThreadRow], message_ids: dict[int, int]) -> None:
    """Fill in whom the latest mails of threads went to."""
    statement = (
        select(Recipient.message_id, Recipient.name, Recipient.email)
        .where(Recipient.message_id.in_(message_ids.values()), Recipient.kind == RecipientKind.TO)
        .order_by(Recipient.id)
    )
    names: dict[int, list[str]] = {}
    for message_id, name, email in db.execute(statement):
        names.setdefault(message_id, []).append(name or email)
    for row in rows:
        row.recipients = names.get(message_ids[row.id], [])
