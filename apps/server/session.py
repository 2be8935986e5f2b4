"""Live sessions: the private database of each running episode, reached with an unguessable token."""

import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.server.navigation_policy import NavigationPolicy
from gristmill.apps.server.query_cache import QueryCache
from gristmill.apps.world.clock import RunningClock, Time, clock_on, clock_page, later, steps_until
from gristmill.apps.world.events import has_events, next_due, next_due_in, run_due
from gristmill.apps.world.handlers import NO_HANDLERS, Handlers
from gristmill.apps.world.recording import recorded
from gristmill.errors import SnapshotError
from gristmill.snapshots.comparison import Comparison
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PageChanges, PatchedImage, essence
from gristmill.snapshots.world_changes import WorldChange


@dataclass(frozen=True, slots=True)
class StateDelta:
    """What a database became: the pages that changed, how many there are, the content and the next event."""

    pages: PageChanges
    page_count: int
    content: bytes
    next_due: str | None

    @property
    def size_bytes(self) -> int:
        """What the pages take."""
        return sum(map(len, self.pages.values()))

    @property
    def essence(self) -> object:
        """Equal for two changes of equal rows into equal rows; SQLite's own counters are left out."""
        pages = {number: essence(number, page) for number, page in self.pages.items()}
        return pages, self.page_count, self.content


class LiveSession:
    """A private, writable copy of a snapshot. Requests and readers take turns by its lock.

    It is asleep until somebody looks into its database: then it is no more than the pages that differ
    from its `base`, which all sessions of a world share. `evict` sends it back.
    """

    def __init__(
        self,
        start: PatchedImage,
        apps: Collection[str],
        *,
        handlers: Handlers = NO_HANDLERS,
        on_materialized: Callable[["LiveSession"], None] = lambda _: None,
        queries: QueryCache | None = None,
    ) -> None:
        self._queries = queries
        self.token = secrets.token_urlsafe(24)
        self.apps = frozenset(apps)
        self.fault: BaseException | None = None
        self.fault_url = ""  # what was asked when the app failed
        self.navigation_policy = NavigationPolicy(self.apps)
        self.lock = threading.RLock()
        self._on_materialized, self._handlers = on_materialized, handlers
        self._clock_page = clock_page(start.base)
        self._evicted = start  # as it was when it fell asleep
        self._next_due: tuple[int, str | None] = 0, next_due_in(start)  # as of a change count
        self._evicted_time = clock_on(start.base, *((n, start.page(n)) for n in self._clock_page))
        self._connection: LentConnection | None = None
        self._clock: RunningClock  # of that connection
        self._comparison: Comparison | None = None
        self._users = 0  # blocks of `connection` that are open; more than one only within one thread
        self._pending_ticks = self._past_changes = 0
        self._rows = 0, start  # as of a change count; the clock on it may be slow
        self._content: tuple[int, bytes] | None = None
        self._is_shut = False

    @contextmanager
    def orm_session(self) -> Iterator[Session]:
        """The database as an ORM session, while nobody else uses it; uncommitted work is dropped."""
        with self.reading() as connection, orm_session(connection) as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[LentConnection]:
        """Like `connection`, with results of queries shared between sessions whose tables are equal."""
        with self.connection() as connection:
            if self._queries is not None:
                connection.reader = self._queries.reader(self.rows(), self.content())
            try:
                yield connection
            finally:
                connection.reader = None

    @contextmanager
    def connection(self) -> Iterator[LentConnection]:
        """The database as a plain SQLite connection, while nobody else uses it.

        Raises:
            SnapshotError: the session was shut.
        """
        with self.lock:
            self._users += 1
            try:
                yield self._connection or self._materialize()
            finally:
                self._users -= 1

    @contextmanager
    def compare_with(self, before: PatchedImage, *, ignore: Collection[str] = ()) -> Iterator[Comparison]:
        """The database next to what it was before, while nobody else uses it.

        That is kept ready until the database falls asleep, so that to compare again costs little.
        """
        with self.connection() as connection:
            known = self._comparison
            if known is not None and (known.image is not before or known.ignore != frozenset(ignore)):
                known.close()
                known = self._comparison = None
            if known is None:
                known = self._comparison = Comparison(before, connection, ignore=ignore)
            yield known

    def _materialize(self) -> LentConnection:
        self._require_open()
        self._comparison = None
        self._connection = restore(self._evicted.data(), factory=LentConnection)
        self._connection.handlers, self._connection.records_writes = self._handlers, True
        self._clock = RunningClock(self._connection)
        if self._pending_ticks:
            self._clock.tick(self._pending_ticks)
            self._pending_ticks = 0
        self._on_materialized(self)
        return self._connection

    def _require_open(self) -> None:
        if self._is_shut:
            raise SnapshotError("This session was closed with its episode. Reset the environment.")

    def evict(self) -> bool:
        """Put the database away until it is next asked for.

        False, and nothing done, while somebody uses it (this thread too) or has not committed.
        """
        if not self.lock.acquire(blocking=False):
            return False
        try:
            if self._users or (self._connection and self._connection.in_transaction):
                return False
            self._evict()
        finally:
            self.lock.release()
        return True

    def _evict(self) -> None:
        if self._connection is not None:
            self.next_due()
            self._evicted, self._past_changes = self.snapshot(), self.change_count
            self._evicted_time = self._clock.time() if self._clock_page else None
            self._connection.shut()
            self._connection = None

    def snapshot(self) -> PatchedImage:
        """The database as it is now, as what differs from the base."""
        with self.lock:
            self._require_open()
            if self._connection is None and not self._pending_ticks:
                return self._evicted
            with self.connection() as connection:
                return PatchedImage.of(self._evicted.base, serialize(connection))

    def image(self) -> bytes:
        """The database as it is now."""
        return self.snapshot().data()

    def tick(self, steps: int = 1, *, run: Callable[[], None] | None = None) -> None:
        """Move the world's clock by so many agent steps, and `run` the events that are due after each.

        The database wakes only if there are any.

        Raises:
            HandlerError: the handler of an event failed.
        """
        with self.lock:
            while steps > 0:
                due = self.next_due()
                waiting = self._steps_until(due)
                taken = min(steps, max(waiting, 1)) if due is not None else steps
                self._move_clock(taken)
                steps -= taken
                if due is not None and taken >= waiting:
                    (run or self.run_due)()

    def run_due(self) -> None:
        """Run the events that are due.

        Raises:
            HandlerError: the handler of one failed.
        """
        with self.connection() as connection:
            run_due(connection)

    def _move_clock(self, steps: int) -> None:
        if self._connection is None:
            self._pending_ticks += steps
        else:
            self._clock.tick(steps)

    def _steps_until(self, due: str | None) -> int:
        """Steps until an event is due, 0 or less once it is; 0 without one."""
        if due is None:
            return 0
        if self._connection is not None:
            time = self.time()
            return steps_until(due, time) if time is not None else 0
        return steps_until(due, self._evicted_time) - self._pending_ticks if self._evicted_time else 0

    def next_due(self) -> str | None:
        """When the next event is due, if there is any; asked of the database only after a change."""
        with self.lock:
            if self._connection is None or self._next_due[0] == self.change_count:
                return self._next_due[1]
            due = next_due(self._connection) if has_events(self._connection) else None
            if not self._connection.in_transaction:  # else it may be rolled back
                self._next_due = self.change_count, due
            return due

    def time(self) -> Time | None:
        """The world's time; None in a world without a clock."""
        with self.lock:
            if self._connection is not None:
                return self._clock.time() if self._clock_page else None
            if self._evicted_time is None:
                return None
            now, tick_s = self._evicted_time
            return later(now, self._pending_ticks * tick_s), tick_s

    @property
    def clock_reads(self) -> int:
        """Statements about the clock that the app clones have run since the database last woke."""
        return self._connection.clock_reads if self._connection else 0

    @property
    def change_count(self) -> int:
        """Rows changed since the session began, ticks left out; equal counts: nothing was written."""
        awake = self._connection.total_changes - self._clock.changes if self._connection else 0
        return self._past_changes + awake

    def content(self) -> bytes:
        """A digest of the rows, the clock's left out: sessions of one base with equal ones show the same.

        It costs about half a millisecond after something was written, else nothing.
        """
        with self.lock:
            if self._content is None or self._content[0] != self.change_count:
                digest = self.rows().content_digest(but_pages=self._clock_page)
                self._content = self.change_count, digest
            return self._content[1]

    def rows(self) -> PatchedImage:
        """The database as it is now, but the clock on it may be slow; costs nothing without a change."""
        with self.lock:
            if self._rows[0] != self.change_count:
                self._rows = self.change_count, self.snapshot()
            return self._rows[1]

    def delta_since(self, before: PatchedImage) -> StateDelta:
        """What the rows became since they were `rows()`, the clock left out."""
        now = self.rows()
        pages = {n: page for n, page in now.changed_since(before).items() if n not in self._clock_page}
        return StateDelta(pages, now.page_count, self.content(), self.next_due())

    def apply_delta(self, change: StateDelta) -> None:
        """Take over what a session with the same content became; it falls asleep over it."""
        with self.lock:
            self._evict()
            self._evicted = self._evicted.with_pages(change.pages, change.page_count)
            self._past_changes += 1
            self._rows = self.change_count, self._evicted
            self._content = self.change_count, change.content
            self._next_due = self.change_count, change.next_due

    def world_changes(self, *, ignore: Collection[str] = ()) -> tuple[WorldChange, ...]:
        """What the world did by itself since the episode began, in order, but in tables to ignore."""
        with self.connection() as connection:
            return recorded(connection, ignore=ignore)

    def abandon(self, user: "Future[Any]") -> None:
        """Leave the database to work that does not end; it is freed if that ends after all.

        The session is then as good as shut.
        """
        with self.lock:
            connection, self._connection, self._is_shut = self._connection, None, True
        if connection is not None:
            user.add_done_callback(lambda _: connection.shut())

    def shut(self) -> None:
        """Free the database. Twice is harmless."""
        with self.lock:
            self._is_shut = True
            if self._connection is not None:
                self._connection.shut()
                self._connection = None
