"""What a mailbox does by itself with mails that arrive, and texts that are used again."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.mail.models.mailbox import Label
from gristmill.apps.world.models import Model


class Joins(StrEnum):
    """Whether a mail must match all conditions of a filter, or any of them."""

    ALL = "all"
    ANY = "any"


class Filter(Model):
    """What to do with arriving mails that match its conditions, joined by `joins`; empty ones do not count.

    Filters run in the order of `position`; after one with `is_last` that matched, no other runs.
    """

    __tablename__ = "mail_filter"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    position: Mapped[int]
    is_active: Mapped[bool]
    joins: Mapped[str]
    sender: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    has_words: Mapped[str]
    lacks_words: Mapped[str]
    has_attachment: Mapped[bool]
    label_id: Mapped[int | None] = mapped_column(ForeignKey("mail_label.id"))
    category: Mapped[str | None]
    skips_inbox: Mapped[bool]
    marks_read: Mapped[bool]
    stars: Mapped[bool]
    marks_important: Mapped[bool]
    deletes: Mapped[bool]
    never_spam: Mapped[bool]
    forward_to: Mapped[str]
    is_last: Mapped[bool]

    label: Mapped[Label | None] = relationship()


class Vacation(Model):
    """An account's vacation notice; days are inclusive, None for open ends."""

    __tablename__ = "mail_vacation"

    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), primary_key=True)
    is_on: Mapped[bool]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    subject: Mapped[str]
    body: Mapped[str]
    every_days: Mapped[int]  # how long one sender is not answered again
    only_contacts: Mapped[bool]
    only_company: Mapped[bool]


class VacationAnswer(Model):
    """When a vacation notice last answered a sender."""

    __tablename__ = "mail_vacation_answer"
    __table_args__ = (UniqueConstraint("account_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"))
    email: Mapped[str]
    answered_at: Mapped[datetime]


class CannedText(Model):
    """A text that is put into drafts."""

    __tablename__ = "mail_canned_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    name: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]


class BlockedSender(Model):
    """A sender whose mails go to spam."""

    __tablename__ = "mail_blocked_sender"
    __table_args__ = (UniqueConstraint("account_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"))
    email: Mapped[str]
    blocked_at: Mapped[datetime]


class Unsubscription(Model):
    """A sender of letters whose next ones are not delivered to an account."""

    __tablename__ = "mail_unsubscription"
    __table_args__ = (UniqueConstraint("account_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"))
    email: Mapped[str]
    unsubscribed_at: Mapped[datetime]
