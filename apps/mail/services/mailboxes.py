"""Puts mails into mailboxes: the thread, folder and flags of a reader's copy."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import (
    BlockedSender,
    Category,
    Entry,
    Folder,
    Mail,
    MailDraft,
    MessageKind,
    Thread,
    Unread,
    Unsubscription,
)
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.search.words import mail_marks
from gristmill.apps.mail.services.threads import Headers, threads_of
from gristmill.apps.world.world import World

CATEGORIES = {
    MessageKind.RECEIPT: Category.UPDATES,
    MessageKind.NOTICE: Category.UPDATES,
    MessageKind.LETTER: Category.OFFERS,
}


def keep_copy(world: World, account_id: int, message: Mail) -> Entry:
    """Put a sender's copy into Sent."""
    return file_entry(world, account_id, message, folder=Folder.SENT, is_own=True)


def receive(world: World, account_id: int, message: Mail) -> Entry | None:
    """Put a mail into a reader's mailbox, unread; None if the reader has unsubscribed from its sender.

    One's own mail that comes back, such as through a list, moves one's copy to the inbox.
    """
    if has_unsubscribed(world.db, account_id, message):
        return None
    own = world.db.scalar(select(Entry).where(Entry.account_id == account_id, Entry.message_id == message.id))
    if own is not None:
        own.folder = Folder.INBOX
        world.db.flush()
        return own
    folder = Folder.SPAM if is_blocked(world.db, account_id, message) else Folder.INBOX
    entry = file_entry(world, account_id, message, folder=folder, is_own=False)
    if entry.thread.is_muted and folder == Folder.INBOX:
        entry.folder = Folder.ARCHIVE
    world.db.add(Unread(entry_id=entry.id, account_id=account_id))
    world.db.flush()
    return entry


def file_entry(world: World, account_id: int, message: Mail, *, folder: str, is_own: bool) -> Entry:
    """Write an account's copy of a mail, in the thread that it belongs to."""
    entry = Entry(
        id=new_id(world, Entry), account_id=account_id, message=message,
        thread=thread_for(world, account_id, message), folder=folder, left_folder=None,
        category=category_of(message), shown_at=world.now, is_own=is_own, is_starred=False,
        is_important=False, snoozed_until=None, **mail_marks(message.words, message.attachment_count),
    )  # fmt: skip
    world.db.add(entry)
    world.db.flush()
    return entry


def category_of(message: Mail) -> str:
    """The tab of the inbox for a mail."""
    return category(message.kind, message.list_email)


def category(kind: str, list_email: str) -> str:
    """The tab of the inbox for mails of a kind: letters, receipts and notices, list mails, the rest."""
    by_kind = CATEGORIES.get(MessageKind(kind))
    return str(by_kind or (Category.LISTS if list_email else Category.MAIN))


def has_unsubscribed(db: Session, account_id: int, message: Mail) -> bool:
    """Whether an account no longer wants the letters of this sender."""
    if not message.unsubscribes_from:
        return False
    own = Unsubscription.account_id == account_id
    statement = select(Unsubscription.id).where(own, Unsubscription.email == message.unsubscribes_from)
    return db.scalar(statement) is not None


def is_blocked(db: Session, account_id: int, message: Mail) -> bool:
    """Whether an account has blocked the sender."""
    own = BlockedSender.account_id == account_id
    return (
        db.scalar(select(BlockedSender.id).where(own, BlockedSender.email == message.sender_email))
        is not None
    )


def thread_for(world: World, account_id: int, message: Mail) -> Thread:
    """The thread that a mail belongs to; joins the threads that it connects, or starts one."""
    headers = Headers(
        message_id=message.message_id, in_reply_to=message.in_reply_to,
        references=tuple(message.references.split()), subject=message.subject,
    )  # fmt: skip
    found = threads_of(headers, MailsInDatabase(world.db, account_id))
    if not found:
        thread = Thread(id=new_id(world, Thread), account_id=account_id, is_muted=False)
        world.db.add(thread)
        return thread
    if len(found) > 1:
        join_threads(world.db, found[0], found[1:])
    return world.db.get_one(Thread, found[0])


def join_threads(db: Session, into: int, others: Sequence[int]) -> None:
    """Move everything of some threads to another one; muted if one of them was."""
    db.flush()
    if db.scalar(select(Thread.id).where(Thread.id.in_(others), Thread.is_muted)) is not None:
        db.get_one(Thread, into).is_muted = True
    for model in (Entry, MailDraft):
        db.execute(update(model).where(model.thread_id.in_(others)).values(thread_id=into))
    db.execute(delete(Thread).where(Thread.id.in_(others)))
    db.flush()


class MailsInDatabase:
    """The mails of an account, as threading looks them up."""

    def __init__(self, db: Session, account_id: int) -> None:
        self._db, self._account_id = db, account_id

    def thread_of(self, message_id: str) -> int | None:
        """See `KnownMails`."""
        return self._db.scalar(self._threads().where(Mail.message_id == message_id))

    def answered_in(self, message_id: str) -> Iterable[int]:
        """See `KnownMails`."""
        return self._db.scalars(self._threads().where(Mail.in_reply_to == message_id))

    def sharing(self, ids: frozenset[str], base: str) -> Iterable[int]:
        """See `KnownMails`."""
        names = Mail.message_id, Mail.in_reply_to, Mail.references
        statement = self._threads().add_columns(*names).where(Mail.base_subject == base)
        for thread_id, message_id, parent, references in self._db.execute(statement):
            if not ids.isdisjoint({message_id, parent, *references.split()}):
                yield thread_id

    def _threads(self) -> Select[int]:
        own = select(Entry.thread_id).join(Mail, Mail.id == Entry.message_id)
        return own.where(Entry.account_id == self._account_id)
