"""A world: the people, the clock and the rows that the app clones of one episode share."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.models import Clock, Desk, Person, Sequence

CLOCK_ROW = 1
DESK_ROW = 1


class World:
    """One world seen through an ORM session, which the caller owns and commits."""

    def __init__(self, db: Session) -> None:
        self.db = db

    @property
    def now(self) -> datetime:
        """The world's time: naive, frozen between ticks."""
        return self.db.get_one(Clock, CLOCK_ROW).now

    @property
    def person(self) -> Person:
        """Who sits at the computer."""
        return self.db.get_one(Desk, DESK_ROW).person

    def seat(self, person_id: int) -> None:
        """Let another person sit at the computer (part of a task's set-up)."""
        self.db.get_one(Desk, DESK_ROW).person_id = person_id
        self.db.flush()
        self.db.expire_all()

    @property
    def people(self) -> list[Person]:
        """Everybody, by id."""
        return list(self.db.scalars(select(Person).order_by(Person.id)))

    def next_number(self, sequence: str) -> int:
        """Give out the next number of a named sequence: 1, 2, 3, ... in each world."""
        row = self.db.get(Sequence, sequence)
        if row is None:
            row = Sequence(name=sequence, last=0)
            self.db.add(row)
        row.last += 1
        self.db.flush()
        return row.last
