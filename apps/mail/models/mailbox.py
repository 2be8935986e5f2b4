"""One reader's copies of mails, in threads and folders, with labels and flags."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.mail.models.messages import Mail
from gristmill.apps.world.models import Model


class Folder(StrEnum):
    """Where a reader's copy lies. One's own sent mails are in `sent` until they are deleted."""

    INBOX = "inbox"
    SENT = "sent"
    ARCHIVE = "archive"
    SPAM = "spam"
    BIN = "bin"


class Category(StrEnum):
    """The tab of the inbox that a mail is on."""

    MAIN = "main"
    UPDATES = "updates"
    OFFERS = "offers"
    LISTS = "lists"


class Thread(Model):
    """A conversation in one mailbox. Mails that arrive in a muted one skip the inbox."""

    __tablename__ = "mail_thread"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    is_muted: Mapped[bool]


IN_LISTS = (
    "thread_id", "folder", "category", "snoozed_until", "is_own", "is_starred", "is_important",
    "message_id", "marks_a", "marks_b", "marks_c", "marks_d",
)  # fmt: skip
"""What decides on which list a mail is, in one index, so that lists are counted without reading rows."""


class Entry(Model):
    """A reader's copy of a mail.

    `shown_at` is the time that lists sort by: when it arrived, or when its snooze ended. `is_own` marks what
    the reader has sent. `left_folder` is where it was before it went to spam or bin, and is restored to.
    `marks_a` to `marks_d` tell search which words the mail lacks (`services/search/words.py`).
    """

    __tablename__ = "mail_entry"
    __table_args__ = (
        UniqueConstraint("account_id", "message_id"),
        Index("ix_mail_entry_list", "account_id", "shown_at", *IN_LISTS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("mail_message.id"), index=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("mail_thread.id"), index=True)
    folder: Mapped[str]
    left_folder: Mapped[str | None]
    category: Mapped[str]
    shown_at: Mapped[datetime]
    is_own: Mapped[bool]
    is_starred: Mapped[bool]
    is_important: Mapped[bool]
    snoozed_until: Mapped[datetime | None]
    marks_a: Mapped[int]
    marks_b: Mapped[int]
    marks_c: Mapped[int]
    marks_d: Mapped[int]

    message: Mapped[Mail] = relationship()
    thread: Mapped[Thread] = relationship()
    labels: Mapped[list["Label"]] = relationship(secondary="mail_entry_label", order_by="Label.name")


class Unread(Model):
    """A mail that its reader has not opened; bookkeeping, since opening a page deletes the row."""

    __tablename__ = "mail_unread"

    entry_id: Mapped[int] = mapped_column(ForeignKey("mail_entry.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)


class Label(Model):
    """A label of an account; names are unique among those with the same parent, case ignored."""

    __tablename__ = "mail_label"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("mail_label.id"))
    name: Mapped[str]
    colour: Mapped[str]


class EntryLabel(Model):
    """A label on a mail."""

    __tablename__ = "mail_entry_label"

    entry_id: Mapped[int] = mapped_column(ForeignKey("mail_entry.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("mail_label.id"), primary_key=True, index=True)


class MailReminder(Model):
    """Brings a thread back to the inbox at `due_at`, if nobody has answered the mail by then."""

    __tablename__ = "mail_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("mail_entry.id", ondelete="CASCADE"), unique=True)
    due_at: Mapped[datetime]
    note: Mapped[str]


class Undo(Model):
    """What takes an account's last bulk change back; bookkeeping.

    `before` maps entry ids to the columns as they were, `labels` lists [entry id, label id, was on it].
    """

    __tablename__ = "mail_undo"

    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), primary_key=True)
    number: Mapped[int]
    what: Mapped[str]
    before: Mapped[dict[str, object]] = mapped_column(JSON)
