"""Tables that every world has: people, clock, current user, sequences, notices, events and their changes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Model(DeclarativeBase):
    """Base of every table of every app clone; a table's name starts with its app's name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        }
    )


class Person(Model):
    """A person of this world, who may be a customer, mail user and chat member at once."""

    __tablename__ = "world_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


class Clock(Model):
    """The world's clock (one row, bookkeeping); advances by `tick_s` seconds per agent step."""

    __tablename__ = "world_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    now: Mapped[datetime]
    tick_s: Mapped[int]


class WorldSettings(Model):
    """What the world was asked to be: one row, bookkeeping; no view changes it."""

    __tablename__ = "world_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[str]
    skin: Mapped[str]


class CurrentUser(Model):
    """The person who is signed in to every app clone (one row)."""

    __tablename__ = "world_current_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))

    person: Mapped[Person] = relationship()


class Sequence(Model):
    """The last number issued under a name; makes generated ids reproducible."""

    __tablename__ = "world_sequence"

    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class EventStatus(StrEnum):
    """The state of an event."""

    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"
    GONE = "gone"


class WorldEvent(Model):
    """An event that is due at some world time; bookkeeping.

    `payload` is JSON text. It is run by the handler that an app of this world declares for `kind`.
    """

    __tablename__ = "world_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    due: Mapped[datetime]
    payload: Mapped[str]
    status: Mapped[str]


class Notice(Model):
    """What a person's last change in an app did, as the query of the page that says so; bookkeeping."""

    __tablename__ = "world_notice"

    app: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    query: Mapped[str]


class RecordedChange(Model):
    """A row changed by an event or signal handler; bookkeeping, written by `recording.py`.

    `key`, `before` and `after` are JSON text; for an updated row the last two hold only changed columns.
    """

    __tablename__ = "world_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    cause: Mapped[str]
    table_name: Mapped[str]
    key: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
