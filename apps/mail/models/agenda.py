"""Meetings, their guests and their answers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.world.models import Model


class Answer(StrEnum):
    """A guest's answer to an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    MAYBE = "maybe"
    DECLINED = "declined"


class InvitationMethod(StrEnum):
    """What a mail with a meeting does: invite, answer, propose another time, or call it off."""

    REQUEST = "request"
    REPLY = "reply"
    COUNTER = "counter"
    CANCEL = "cancel"


class Repeats(StrEnum):
    """How often a meeting recurs."""

    WEEKLY = "weekly"
    WEEKDAYS = "weekdays"


class MeetingSeries(Model):
    """What the meetings of a series have in common; each is a row of its own, with its own answers."""

    __tablename__ = "mail_meeting_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    repeats: Mapped[str]
    ends_on: Mapped[date]

    meetings: Mapped[list["Meeting"]] = relationship(order_by="Meeting.starts_at", back_populates="series")


class Meeting(Model):
    """A meeting or an appointment without guests. `key` names it in invitations, also of other servers."""

    __tablename__ = "mail_meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("mail_account.id"), index=True)
    organiser_name: Mapped[str]
    organiser_email: Mapped[str]
    title: Mapped[str]
    place: Mapped[str]
    notes: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revision: Mapped[int]
    is_cancelled: Mapped[bool]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("mail_meeting_series.id"), index=True)

    guests: Mapped[list["Guest"]] = relationship(order_by="Guest.id")
    series: Mapped[MeetingSeries | None] = relationship(back_populates="meetings")


class Guest(Model):
    """Somebody invited to a meeting, with their answer and the time that they propose instead."""

    __tablename__ = "mail_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("mail_meeting.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("mail_account.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    answer: Mapped[str]
    comment: Mapped[str]
    answered_at: Mapped[datetime | None]
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
