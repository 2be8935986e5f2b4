"""Tables that every world has: people, jobs, files, clock, current user, notices, events, changes."""

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


class Site(Model):
    """A place of work. Times of a world are those of its first site; `offset_minutes` is the difference."""

    __tablename__ = "world_site"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    zone: Mapped[str]  # such as "UTC-5"
    offset_minutes: Mapped[int]
    opens: Mapped[str]  # local, such as "09:00"
    closes: Mapped[str]
    mail_room: Mapped[str]  # address in one line; empty where there is none


class Team(Model):
    """A team of the world's company."""

    __tablename__ = "world_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))


class Job(Model):
    """What a person does in the world's company; nobody has one in a world without stories.

    `status` is staff, guest (with a sponsor in the company), or left. `private_email` is an alias of the
    person's mailbox, `former_email` an address that they had before.
    """

    __tablename__ = "world_job"

    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("world_team.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("world_site.id"))
    role: Mapped[str]
    status: Mapped[str]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("world_person.id"))
    private_email: Mapped[str] = mapped_column(unique=True)
    former_email: Mapped[str | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    manager: Mapped[Person | None] = relationship(foreign_keys=[manager_id])
    team: Mapped[Team | None] = relationship()
    site: Mapped[Site] = relationship()


class WorldFile(Model):
    """A file that can be attached in any app clone; contents never change."""

    __tablename__ = "world_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("world_person.id"))
    created_at: Mapped[datetime]
    content: Mapped[bytes]

    @property
    def size_bytes(self) -> int:
        """Its length."""
        return len(self.content)


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
    """The state of an event. A held one does not run until a task's set-up makes it pending."""

    PENDING = "pending"
    HELD = "held"
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


class Dismissal(Model):
    """A notice of a skin, such as a cookie notice, that a person has dismissed in an app; bookkeeping."""

    __tablename__ = "world_dismissal"

    app: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), primary_key=True)
    notice: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]


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
