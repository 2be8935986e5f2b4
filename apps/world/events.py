"""Runs the events that are due at the world's time, and finds the next due time."""

import json
import logging
import sqlite3
from functools import lru_cache

from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.world.handlers import failure
from gristmill.apps.world.models import EventStatus, WorldEvent
from gristmill.apps.world.recording import written_by_world
from gristmill.apps.world.world import World
from gristmill.errors import HandlerError, TargetGone
from gristmill.snapshots.comparison import trees_of
from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage, page_size_bytes

MAX_CHAIN = 1000  # limit for events scheduled by other events of the same tick
NEXT_DUE = "SELECT min(due) FROM world_event WHERE status = 'pending'"
NEWEST = "SELECT coalesce(max(id), 0) FROM world_event"
DUE = (
    "SELECT id, kind FROM world_event WHERE status = 'pending' AND due <= (SELECT now FROM world_clock) "
    "ORDER BY due, id LIMIT 1"
)

log = logging.getLogger("gristmill.events")


def run_due(connection: LentConnection) -> None:
    """Run all due events in order of (due, id), each in its own transaction.

    Includes events that their handlers schedule for the current time or earlier.

    Raises:
        HandlerError: a handler failed, or more than MAX_CHAIN events were scheduled within the tick.
    """
    (newest,) = connection.execute(NEWEST).fetchone()
    chained = 0
    while (found := connection.execute(DUE).fetchone()) is not None:
        number, kind = found
        chained += number > newest
        if chained > MAX_CHAIN:
            raise HandlerError(
                f"Events schedule each other without end: after {MAX_CHAIN} in one tick, "
                f"{kind} is due again. Schedule the next one for a later time."
            )
        with orm_session(connection) as db:
            run_one(db, number)


def run_one(db: Session, number: int) -> None:
    """Run one event and commit its changes."""
    event = db.get_one(WorldEvent, number)
    what = f"the event {event.kind} (number {event.id}, due {event.due})"
    handler = World(db).handlers.events.get(event.kind)
    if handler is None:
        raise HandlerError(f"No app of this world handles {what}.")
    status, payload = EventStatus.DONE, json.loads(event.payload)
    try:
        with written_by_world(db, event.kind):
            handler(World(db), payload)
    except TargetGone as gone:
        db.rollback()
        log.info("Ignored %s, its target is gone: %s", what, gone)
        status = EventStatus.GONE
    except HandlerError:
        raise
    except Exception as error:
        raise failure(what, handler, error) from error
    db.get_one(WorldEvent, number).status = status
    db.commit()


def next_due(connection: sqlite3.Connection) -> str | None:
    """The due time of a database's next pending event, or None."""
    found: tuple[str | None] = connection.execute(NEXT_DUE).fetchone()
    return found[0]


def has_events(connection: sqlite3.Connection) -> bool:
    """Whether a database has the event table."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'world_event'").fetchone() is not None


def next_due_in(image: PatchedImage) -> str | None:
    """`next_due` of an image; cached, and cheap if its events are unchanged from the base."""
    pages = event_pages(image.base)
    if pages is not None and image.changes.keys().isdisjoint(pages):
        return _next_due_in(image.base, len(image.base) // page_size_bytes(image.base))
    return _next_due_in(image.base, image.page_count, *sorted(image.changes.items()))


@lru_cache(maxsize=16)
def event_pages(base: bytes) -> frozenset[int] | None:
    """The pages that hold an image's events and their free space; None if unknown."""
    trees = trees_of(base)
    if trees is None:
        return None
    return frozenset(number for number, owner in trees.owners.items() if owner == "world_event")


@lru_cache(maxsize=32)
def _next_due_in(base: bytes, page_count: int, *pages: tuple[int, bytes]) -> str | None:
    connection = restore(PatchedImage(base, dict(pages), page_count).data())
    try:
        return next_due(connection) if has_events(connection) else None
    finally:
        connection.close()
