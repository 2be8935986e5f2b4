"""A thread as it is read: its mails, which of them are opened, and what its reader may see of recipients."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from gristmill.apps.mail.models import (
    Entry,
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
    """

    thread: Thread
    mails: Sequence[MailView]
    view: str
    elsewhere: int
    label_ids: Sequence[int]
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
    db: Session, account_id: int, thread_id: int, *, shows_all: bool = False
) -> ThreadView | None:
    """A thread of an account; None if it has none of its mails any more. Up to six queries."""
    rows = db.execute(mails_of(account_id, thread_id)).all()
    if not rows:
        return None
    visible = [row for row in rows if shows_all or row[0].folder not in HIDDEN] or rows
    entries = [row[0] for row in visible]
    last = entries[-1].id
    found = entries[0].folder if all(each.folder in HIDDEN for each in entries) else ""
    return ThreadView(
        thread=entries[0].thread,
        mails=[
            mail_view(entry, is_unread=unread is not None, is_last=entry.id == last)
            for entry, unread in visible
        ],
        view=found,
        elsewhere=len(rows) - len(visible),
        label_ids=list(dict.fromkeys(label.id for entry in entries for label in entry.labels)),
        drafts=drafts_of(db, thread_id),
    )


def mails_of(account_id: int, thread_id: int) -> Select[Entry, int]:
    """The mails of a thread, oldest first, with whether they are unread."""
    mail = contains_eager(Entry.message)
    return (
        select(Entry, Unread.entry_id)
        .join(Entry.message)
        .outerjoin(Unread, Unread.entry_id == Entry.id)
        .where(Entry.account_id == account_id, Entry.thread_id == thread_id)
        .options(
            mail, mail.selectinload(Mail.recipients), mail.selectinload(Mail.attachments),
            mail.joinedload(Mail.meeting), joinedload(Entry.thread), selectinload(Entry.labels),
        )
        .order_by(Mail.sent_at, Entry.id)
    )  # fmt: skip


def drafts_of(db: Session, thread_id: int) -> Sequence[MailDraft]:
    """The unsent answers of a thread."""
    statement = select(MailDraft).outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
    mine = MailDraft.thread_id == thread_id, Outgoing.draft_id.is_(None)
    return db.scalars(statement.where(*mine).order_by(MailDraft.id)).all()


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
