"""Mails that are being written, and those that wait to be sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.mail.models.messages import Mail
from gristmill.apps.world.models import Model, WorldFile


class DraftKind(StrEnum):
    """What a draft answers with."""

    NEW = "new"
    REPLY = "reply"
    REPLY_ALL = "reply_all"
    FORWARD = "forward"


class MailDraft(Model):
    """A mail that is being written. Recipients are as typed, and may be malformed until it is sent."""

    __tablename__ = "mail_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("mail_message.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("mail_thread.id"), index=True)
    sender_email: Mapped[str]
    to: Mapped[str]
    cc: Mapped[str]
    bcc: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    markup: Mapped[str]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("mail_signature.id"))
    remind_after_days: Mapped[int | None]  # after sending: remind if nobody has answered
    updated_at: Mapped[datetime]

    parent: Mapped[Mail | None] = relationship()
    files: Mapped[list["DraftFile"]] = relationship(order_by="DraftFile.id", cascade="all, delete-orphan")
    outgoing: Mapped["Outgoing | None"] = relationship(cascade="all, delete-orphan")


class DraftFile(Model):
    """A file that a draft carries."""

    __tablename__ = "mail_draft_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("mail_draft.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("world_file.id"))

    file: Mapped[WorldFile] = relationship()


class Outgoing(Model):
    """A draft that is sent at `due_at`: a moment after "Send", or at the time it was scheduled for.

    Undoing deletes the row, so that the draft is one again; sending deletes the draft as well.
    """

    __tablename__ = "mail_outgoing"

    draft_id: Mapped[int] = mapped_column(ForeignKey("mail_draft.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime]
    is_scheduled: Mapped[bool]
