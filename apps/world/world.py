"""A world: the people, clock and rows shared by the app clones of one episode."""

import json
import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, lent
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.handlers import NO_HANDLERS, Handlers, Payload, Subscriber, failure
from gristmill.apps.world.models import (
    Clock,
    CurrentUser,
    EventStatus,
    Person,
    Sequence,
    WorldEvent,
    WorldSettings,
)
from gristmill.apps.world.recording import has_written, written_by_world
from gristmill.errors import HandlerError, InvalidOptionError, TargetGone, UnknownNameError

log = logging.getLogger("gristmill.events")

CLOCK_ROW = 1
CURRENT_USER_ROW = 1
SETTINGS_ROW = 1
MAX_NESTED_SIGNALS = 20


class World:
    """A world accessed through an ORM session, which the caller owns and commits."""

    def __init__(self, db: Session) -> None:
        self.db = db

    @property
    def now(self) -> datetime:
        """The world's time: naive, constant between ticks."""
        return self.db.get_one(Clock, CLOCK_ROW).now

    @property
    def size(self) -> WorldSize:
        """How much is in this world: what an app's seed goes by."""
        return WorldSize(self.db.get_one(WorldSettings, SETTINGS_ROW).size)

    @property
    def skin(self) -> str:
        """How pages are to look: one of its apps' `AppSpec.skins`. Rows are the same in every skin."""
        return self.db.get_one(WorldSettings, SETTINGS_ROW).skin

    @property
    def person(self) -> Person:
        """The current user, who is signed in to every app clone."""
        return self.db.get_one(CurrentUser, CURRENT_USER_ROW).person

    def sign_in(self, person_id: int) -> None:
        """Make another person the current user. At the start of an episode this is the task's person.

        Raises:
            UnknownNameError: there is no such person.
        """
        if self.db.get(Person, person_id) is None:
            raise UnknownNameError("person", person_id, [person.id for person in self.people])
        self.db.get_one(CurrentUser, CURRENT_USER_ROW).person_id = person_id
        self.db.flush()
        self.db.expire_all()

    @property
    def people(self) -> list[Person]:
        """All people, by id."""
        return list(self.db.scalars(select(Person).order_by(Person.id)))

    def next_number(self, sequence: str) -> int:
        """Return the next number of a named sequence: 1, 2, 3, ... in each world."""
        self.skip_numbers(sequence, 1)
        return self.db.get_one(Sequence, sequence).last

    def last_number(self, sequence: str) -> int:
        """The number of a named sequence that was taken last; 0 if none was."""
        row = self.db.get(Sequence, sequence)
        return row.last if row is not None else 0

    def skip_numbers(self, sequence: str, count: int) -> None:
        """Leave out the next numbers of a named sequence, as if others had taken them."""
        row = self.db.get(Sequence, sequence)
        if row is None:
            row = Sequence(name=sequence, last=0)
            self.db.add(row)
        row.last += count
        self.db.flush()

    @property
    def handlers(self) -> Handlers:
        """The handlers of this world's apps."""
        connection = lent(self.db)
        return connection.handlers if isinstance(connection, LentConnection) else NO_HANDLERS

    def schedule(self, kind: str, due: datetime, payload: Payload | None = None) -> int:
        """Schedule an event for when the clock reaches `due`; returns the id for `cancel`.

        Events run after an agent's step, in order of (due, id). One that is already due runs after the
        current step, or in the same tick if a handler schedules it.

        Raises:
            UnknownNameError: no app of this world handles this kind.
            InvalidOptionError: `due` has a time zone, or the payload is not a JSON object.
        """
        if kind not in self.handlers.events:
            raise UnknownNameError("event kind", kind, sorted(self.handlers.events))
        if due.tzinfo is not None:
            raise InvalidOptionError(f"The world's time has no time zone, but {kind} is due at {due}.")
        number = self.next_number("event")
        text = json_text(kind, payload)
        row = WorldEvent(id=number, kind=kind, due=due, payload=text, status=EventStatus.PENDING)
        self.db.add(row)
        self.db.flush()
        return number

    def cancel(self, event_id: int) -> bool:
        """Cancel a pending event; False if it has run or was cancelled already.

        Raises:
            UnknownNameError: there is no event with this id.
        """
        event = self.db.get(WorldEvent, event_id)
        if event is None:
            raise UnknownNameError("event", event_id, self.db.scalars(select(WorldEvent.id)))
        was_pending = event.status == EventStatus.PENDING
        if was_pending:
            event.status = EventStatus.CANCELLED
            self.db.flush()
        return was_pending

    def publish(self, kind: str, payload: Payload | None = None) -> None:
        """Call the signal handlers of the world's other apps, within the current transaction.

        Handlers run synchronously, ordered by app name; there may be none. If one fails, the transaction
        is rolled back.

        Raises:
            UnknownNameError: the kind does not start with the name of an app of this world.
            InvalidOptionError: the payload is not a JSON object.
            HandlerError: a handler failed.
        """
        if kind.partition(".")[0] not in self.handlers.apps:
            raise UnknownNameError("app of a signal", kind, sorted(self.handlers.apps))
        text = json_text(kind, payload)
        for subscriber in self.handlers.signals.get(kind, ()):
            try:
                self._notify(subscriber, kind, json.loads(text))
            except HandlerError as error:
                self._roll_back(error)
                raise

    def _notify(self, subscriber: Subscriber, kind: str, payload: Payload) -> None:
        what = f"the signal {kind} in {subscriber.app}"
        connection = lent(self.db)
        if isinstance(connection, LentConnection) and len(connection.causes) >= MAX_NESTED_SIGNALS:
            raise HandlerError(f"Signals publish each other in a loop: {', '.join(connection.causes[-4:])}.")
        try:
            with written_by_world(self.db, kind):
                self._handle(subscriber, what, payload)
        except HandlerError:
            raise
        except Exception as error:
            raise failure(what, subscriber.handler, error) from error

    def _handle(self, subscriber: Subscriber, what: str, payload: Payload) -> None:
        try:
            subscriber.handler(self, payload)
        except TargetGone as gone:
            if has_written(self.db):
                raise HandlerError(
                    f"The handler of {what} wrote before it raised TargetGone: {gone}"
                ) from gone
            log.info("Ignored %s, its target is gone: %s", what, gone)

    def _roll_back(self, error: HandlerError) -> None:
        connection = lent(self.db)
        if isinstance(connection, LentConnection):
            connection.failure = error
        self.db.rollback()


def json_text(kind: str, payload: Payload | None) -> str:
    """Encode a payload as JSON text.

    Raises:
        InvalidOptionError: it is not a JSON object.
    """
    try:
        return json.dumps(dict(payload or {}), sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidOptionError(f"The payload of {kind} must be a JSON object: {error}.") from error
