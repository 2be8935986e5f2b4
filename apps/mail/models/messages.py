"""Mails as they were sent: equal for everybody who got them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.mail.models.agenda import Meeting
from gristmill.apps.world.models import Model, WorldFile


class MessageKind(StrEnum):
    """What a mail is: written by somebody, or by a machine."""

    MAIL = "mail"
    LETTER = "letter"
    RECEIPT = "receipt"
    NOTICE = "notice"
    BOUNCE = "bounce"
    VACATION = "vacation"
    INVITATION = "invitation"


class RecipientKind(StrEnum):
    """How a mail is addressed to somebody."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


class Markup(StrEnum):
    """How a body is read: plain text, or text with simple marks (bold, italic, lists, links)."""

    PLAIN = "plain"
    RICH = "rich"


class Mail(Model):
    """A sent mail.

    `message_id`, `in_reply_to` and `references` are as in RFC 5322, without angle brackets, the last one
    separated by spaces. `return_path` is empty for mails that must never be answered by a machine.
    `base_subject` is what threading compares. `words`, `subject_words` and `sender_words` are what search
    looks at (see `services/search/words.py`).

    Columns that lists and searches read come first: SQLite reads a row from its beginning, and a long body
    lies on other pages.
    """

    __tablename__ = "mail_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
    sender_name: Mapped[str]
    sender_email: Mapped[str] = mapped_column(index=True)
    sender_account_id: Mapped[int | None] = mapped_column(ForeignKey("mail_account.id"), index=True)
    subject: Mapped[str]
    snippet: Mapped[str]
    kind: Mapped[str]
    size_bytes: Mapped[int]
    attachment_count: Mapped[int]
    subject_words: Mapped[str] = mapped_column(deferred=True)
    sender_words: Mapped[str] = mapped_column(deferred=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    in_reply_to: Mapped[str]
    references: Mapped[str]
    reply_to: Mapped[str]  # an address, or empty
    return_path: Mapped[str]
    base_subject: Mapped[str] = mapped_column(index=True)
    markup: Mapped[str]
    is_automatic: Mapped[bool]
    list_email: Mapped[str]  # the list that it came through, or empty
    unsubscribes_from: Mapped[str]  # the sender that one can unsubscribe from, or empty
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("mail_meeting.id"))
    meeting_method: Mapped[str | None]
    words: Mapped[str] = mapped_column(deferred=True)
    body: Mapped[str]

    recipients: Mapped[list["Recipient"]] = relationship(order_by="Recipient.id")
    attachments: Mapped[list["MailFile"]] = relationship(order_by="MailFile.id")
    meeting: Mapped[Meeting | None] = relationship()

    @property
    def sender(self) -> str:
        """The sender's name, or else address."""
        return self.sender_name or self.sender_email


class Recipient(Model):
    """A recipient as the sender wrote them. `account_id` is whose mailbox the address is, if any."""

    __tablename__ = "mail_recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("mail_message.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("mail_account.id"))
    words: Mapped[str] = mapped_column(deferred=True)

    @property
    def label(self) -> str:
        """The name, or else the address."""
        return self.name or self.email


class MailFile(Model):
    """A file of the world that a mail carries; name, type and size are copied, so lists need no content."""

    __tablename__ = "mail_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("mail_message.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("world_file.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    words: Mapped[str] = mapped_column(deferred=True)

    file: Mapped[WorldFile] = relationship()
