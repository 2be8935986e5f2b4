"""Tables that every world has: its people, its clock, who sits at the desk, its number sequences."""

from datetime import datetime

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
    """Somebody of this world: a shop's customer, a mail account and a chat member at once."""

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
    """The world's clock: one row, bookkeeping; moves `tick_s` seconds at each agent step."""

    __tablename__ = "world_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    now: Mapped[datetime]
    tick_s: Mapped[int]


class Desk(Model):
    """Who sits at the computer, and is signed in to every app clone: one row."""

    __tablename__ = "world_desk"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))

    person: Mapped[Person] = relationship()


class Sequence(Model):
    """The last number given out under a name, so that ids are the same on every run."""

    __tablename__ = "world_sequence"

    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
