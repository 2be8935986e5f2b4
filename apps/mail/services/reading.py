"""A thread as it is read: its mails, which of them are opened, and what its reader may see of recipients."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from gristmill.apps.mail.models import (
    Entry,
    EntryLabel,
    Mail,
    MailDraft,
    MailFile,
    Outgoing,
    Recipient,
    RecipientKind,
    Thread,
    Unread,
)
from gristmill.apps.mail.services.folders import HIDDEN

QUOTE_HEAD = re.compile(r"^On .{1,200} wrote:$")
NEWEST = 11
"""A longer thread shows its first mail and so many of the newest; what is between them is folded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailView:
    """A mail of a thread. `is_open` if it is shown in full: unread ones are, and the last one."""

    entry: Entry
    is_unread: bool
    is_open: bool
    text: str
    quoted: str
    to: Sequence[Recipient]
    cc: Sequence[Recipient]
    bcc: Sequence[Recipient]

    @property
    def mail(self) -> Mail:
        """The mail."""
        return self.entry.message


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadView:
    """A thread with the mails that are shown.

    Attributes:
        view: `spam` or `bin` if its mails are there, else empty.
        elsewhere: how many of its mails in spam or bin are not shown.
        folded: how many mails after its first one are not shown, as the thread is long.
        folded_unread: how many of those are unread.
        snoozed_until: until when a mail of it is snoozed.
    """

    thread: Thread
    mails: Sequence[MailView]
    view: str
    elsewhere: int
    folded: int
    folded_unread: int
    snoozed_until: datetime | None
    label_ids: frozenset[int]
    drafts: Sequence[MailDraft]

    @property
    def subject(self) -> str:
        """The subject of its first mail."""
        return self.mails[0].mail.subject

    @property
    def unread_ids(self) -> list[int]:
        """The mails that have not been opened."""
        return [each.entry.id for each in self.mails if each.is_unread]


def read_thread(
    db: Session, account_id: int, thread_id: int, *, shows_all: bool = False, folds: bool = False
) -> ThreadView | None:
    """A thread of an account; None if it has none of its mails any more. Up to six queries.

    `shows_all` includes mails in spam and bin. A long thread that `folds` is its first and its newest mails.
    """
    rows = db.execute(outline(), {"own": account_id, "thread": thread_id}).all()
    if not rows:
        return None
    visible = [row for row in rows if shows_all or row.folder not in HIDDEN] or rows
    unread = {row.id for row in visible if row.unread is not None}
    cut = len(visible) - NEWEST if folds and len(visible) > NEWEST + 1 else 1
    entries = mails_of(db, [visible[0].id, *(row.id for row in visible[cut:])])
    last = visible[-1].id
    return ThreadView(
        thread=entries[0].thread,
        mails=[mail_view(each, is_unread=each.id in unread, is_last=each.id == last) for each in entries],
        view=visible[0].folder if all(row.folder in HIDDEN for row in visible) else "",
        elsewhere=len(rows) - len(visible),
        folded=cut - 1,
        folded_unread=sum(row.id in unread for row in visible[1:cut]),
        snoozed_until=next((row.snoozed_until for row in visible if row.snoozed_until), None),
        label_ids=frozenset(int(each) for row in visible if row.labels for each in row.labels.split(",")),
        drafts=drafts_of(db, thread_id),
    )


@cache
def outline() -> Select[*tuple[Any, ...]]:
    """What a page needs of all mails of a thread, oldest first, however many of them it shows."""
    labels = select(func.group_concat(EntryLabel.label_id)).where(EntryLabel.entry_id == Entry.id)
    columns = Entry.id, Entry.folder, Entry.snoozed_until, Unread.entry_id.label("unread")
    return (
        select(*columns, labels.scalar_subquery().label("labels"))
        .join(Mail, Mail.id == Entry.message_id)
        .outerjoin(Unread, Unread.entry_id == Entry.id)
        .where(Entry.account_id == bindparam("own"), Entry.thread_id == bindparam("thread"))
        .order_by(Mail.sent_at, Entry.id)
    )


def mails_of(db: Session, entry_ids: Sequence[int]) -> Sequence[Entry]:
    """Mails with all that a thread shows of them, oldest first."""
    return db.scalars(whole_mails(), {"ids": entry_ids}).all()


@cache
def whole_mails() -> Select[Entry]:
    """Mails by `:ids`; built once, as it takes a while."""
    mail = contains_eager(Entry.message)
    return (
        select(Entry)
        .join(Entry.message)
        .where(Entry.id.in_(bindparam("ids", expanding=True)))
        .options(
            mail, mail.selectinload(Mail.recipients), mail.selectinload(Mail.attachments),
            mail.joinedload(Mail.meeting), joinedload(Entry.thread),
        )
        .order_by(Mail.sent_at, Entry.id)
    )  # fmt: skip


@cache
def unsent_answers() -> Select[MailDraft]:
    """The drafts of `:thread` that are not being sent."""
    statement = select(MailDraft).outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
    mine = MailDraft.thread_id == bindparam("thread"), Outgoing.draft_id.is_(None)
    return statement.where(*mine).order_by(MailDraft.id)


def drafts_of(db: Session, thread_id: int) -> Sequence[MailDraft]:
    """The unsent answers of a thread."""
    return db.scalars(unsent_answers(), {"thread": thread_id}).all()


def mail_view(entry: Entry, *, is_unread: bool, is_last: bool) -> MailView:
    """A mail as its reader may see it: hidden recipients are shown to its sender alone."""
    text, quoted = split_quote(entry.message.body)
    by_kind: dict[str, list[Recipient]] = {}
    for each in entry.message.recipients:
        by_kind.setdefault(each.kind, []).append(each)
    return MailView(
        entry=entry, is_unread=is_unread, is_open=is_unread or is_last, text=text, quoted=quoted,
        to=by_kind.get(RecipientKind.TO, []), cc=by_kind.get(RecipientKind.CC, []),
        bcc=by_kind.get(RecipientKind.BCC, []) if entry.is_own else [],
    )  # fmt: skip


def split_quote(body: str) -> tuple[str, str]:
    """What a mail says, and what it quotes at its end."""
    lines = body.splitlines()
    start = len(lines)
    while start and (lines[start - 1].startswith(">") or not lines[start - 1].strip()):
        start -= 1
    if not any(line.startswith(">") for line in lines[start:]):
        return body, ""
    if start and QUOTE_HEAD.match(lines[start - 1].strip()):
        start -= 1
    return "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:]).strip()


def mark_opened(db: Session, entry_ids: Sequence[int]) -> None:
    """Note that mails were opened."""
    db.execute(delete(Unread).where(Unread.entry_id.in_(entry_ids)))


def own_mail(db: Session, account_id: int, entry_id: int) -> Entry | None:
    """An account's copy of a mail, or None."""
    mail = joinedload(Entry.message)
    statement = select(Entry).where(Entry.id == entry_id, Entry.account_id == account_id)
    return db.scalar(statement.options(mail))


def own_file(db: Session, account_id: int, file_id: int) -> tuple[MailFile, Entry] | None:
    """An attachment of a mail in an account's mailbox, with the mail, or None."""
    statement = (
        select(MailFile, Entry)
        .join(Entry, Entry.message_id == MailFile.message_id)
        .where(MailFile.id == file_id, Entry.account_id == account_id)
        .options(joinedload(MailFile.file))
    )
    row = db.execute(statement).first()
    return (row[0], row[1]) if row is not None else None
