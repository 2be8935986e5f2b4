"""Live sessions: the private database of a running episode, addressed by an unguessable token."""

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
    """The effect of a request on a database: changed pages, and the resulting page count, content and event.

    Attributes:
        pages: the changed pages by number, the clock's left out.
        page_count: pages of the database afterwards.
        content: `LiveSession.content` afterwards.
        next_due: when the next event is due afterwards; None without one.
    """

    pages: PageChanges
    page_count: int
    content: bytes
    next_due: str | None

    @property
    def size_bytes(self) -> int:
        """The size of the changed pages."""
        return sum(map(len, self.pages.values()))

    @property
    def essence(self) -> object:
        """Compares equal for deltas with the same effect on equal rows; ignores SQLite's change counters."""
        pages = {number: essence(number, page) for number, page in self.pages.items()}
        return pages, self.page_count, self.content


class LiveSession:
    """A private, writable copy of a snapshot. Thread-safe: requests and readers hold its lock.

    A new session is evicted: it holds only the pages that differ from its `base`, which all sessions of a
    world share. The first access to its database makes it resident; `evict` reverts that.

    Attributes:
        token: identifies the session in requests.
        apps: names of the app clones that serve it.
        fault: what an app clone raised, or None.
        fault_url: URL of the request that raised it.
        visited: URLs of the pages that were opened, without a fragment.
        lock: reentrant; held during each request.
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
        self.fault_url = ""
        self.visited: set[str] = set()
        self.navigation_policy = NavigationPolicy(self.apps)
        self.lock = threading.RLock()
        self._on_materialized, self._handlers = on_materialized, handlers
        self._clock_page = clock_page(start.base)
        self._evicted = start  # the database as of the last eviction
        self._next_due: tuple[int, str | None] = 0, next_due_in(start)  # with its change count
        self._evicted_time = clock_on(start.base, *((n, start.page(n)) for n in self._clock_page))
        self._connection: LentConnection | None = None
        self._clock: RunningClock  # only while resident
        self._comparison: Comparison | None = None
        self._users = 0  # open `connection` blocks, all of one thread
        self._pending_ticks = self._past_changes = 0
        self._rows = 0, start  # with its change count; its clock may lag
        self._content: tuple[int, bytes] | None = None
        self._is_shut = False

    @contextmanager
    def orm_session(self) -> Iterator[Session]:
        """The database as an ORM session, under the lock; uncommitted changes are rolled back."""
        with self.reading() as connection, orm_session(connection) as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[LentConnection]:
        """Like `connection`, with query results shared between sessions whose tables are equal."""
        with self.connection() as connection:
            if self._queries is not None:
                connection.reader = self._queries.reader(self.rows(), self.content())
            try:
                yield connection
            finally:
                connection.reader = None

    @contextmanager
    def connection(self) -> Iterator[LentConnection]:
        """The database as a plain SQLite connection, under the lock; makes the session resident.

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
        """A comparison of the database with an earlier image, under the lock.

        It is cached until eviction, so comparing with the same image again is cheap.
        """
        with self.connection() as connection:
            cached = self._comparison
            if cached is not None and (cached.image is not before or cached.ignore != frozenset(ignore)):
                cached.close()
                cached = self._comparison = None
            if cached is None:
                cached = self._comparison = Comparison(before, connection, ignore=ignore)
            yield cached

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
        """Close the in-memory database and keep only its changed pages; the next access restores it.

        Returns False and does nothing if the database is in use, also by this thread, or has an open
        transaction.
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
        """The current database, stored as its difference from the base."""
        with self.lock:
            self._require_open()
            if self._connection is None and not self._pending_ticks:
                return self._evicted
            with self.connection() as connection:
                return PatchedImage.of(self._evicted.base, serialize(connection))

    def image(self) -> bytes:
        """The current database as bytes."""
        return self.snapshot().data()

    def tick(
        self, steps: int = 1, *, run: Callable[[], None] | None = None, until_event: bool = False
    ) -> None:
        """Advance the world's clock by agent steps; after each, run the events that are due.

        An evicted session becomes resident only if an event is due. `run` replaces `run_due`. With
        `until_event` the clock stops at the first step at which events were due.

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
                    if until_event:
                        return

    def run_due(self) -> None:
        """Run the events that are due.

        Raises:
            HandlerError: a handler failed.
        """
        with self.connection() as connection:
            run_due(connection)

    def _move_clock(self, steps: int) -> None:
        if self._connection is None:
            self._pending_ticks += steps
        else:
            self._clock.tick(steps)

    def _steps_until(self, due: str | None) -> int:
        """Steps until this time; 0 or less if it has come, 0 for None."""
        if due is None:
            return 0
        if self._connection is not None:
            time = self.time()
            return steps_until(due, time) if time is not None else 0
        return steps_until(due, self._evicted_time) - self._pending_ticks if self._evicted_time else 0

    def next_due(self) -> str | None:
        """When the next event is due, or None; queries the database only if rows have changed."""
        with self.lock:
            if self._connection is None or self._next_due[0] == self.change_count:
                return self._next_due[1]
            due = next_due(self._connection) if has_events(self._connection) else None
            if not self._connection.in_transaction:  # otherwise it may be rolled back
                self._next_due = self.change_count, due
            return due

    def time(self) -> Time | None:
        """The world's time, without making the session resident; None in a world without a clock."""
        with self.lock:
            if self._connection is not None:
                return self._clock.time() if self._clock_page else None
            if self._evicted_time is None:
                return None
            now, tick_s = self._evicted_time
            return later(now, self._pending_ticks * tick_s), tick_s

    @property
    def clock_reads(self) -> int:
        """Number of statements about the clock that app clones ran since the session became resident."""
        return self._connection.clock_reads if self._connection else 0

    @property
    def change_count(self) -> int:
        """Counter that increases with every row written, except by ticks."""
        recent = self._connection.total_changes - self._clock.changes if self._connection else 0
        return self._past_changes + recent

    def content(self) -> bytes:
        """A digest of all rows except the clock's: equal for sessions of one base with equal rows.

        Recomputed only after a write, in about 0.5 ms.
        """
        with self.lock:
            if self._content is None or self._content[0] != self.change_count:
                digest = self.rows().content_digest(but_pages=self._clock_page)
                self._content = self.change_count, digest
            return self._content[1]

    def rows(self) -> PatchedImage:
        """The current database, except that its clock may lag; cached until the next write."""
        with self.lock:
            if self._rows[0] != self.change_count:
                self._rows = self.change_count, self.snapshot()
            return self._rows[1]

    def delta_since(self, before: PatchedImage) -> StateDelta:
        """The changes since `before`, an earlier `rows()`, except those of the clock."""
        now = self.rows()
        pages = {n: page for n, page in now.changed_since(before).items() if n not in self._clock_page}
        return StateDelta(pages, now.page_count, self.content(), self.next_due())

    def apply_delta(self, delta: StateDelta) -> None:
        """Apply a delta recorded in a session with the same content; evicts this one."""
        with self.lock:
            self._evict()
            self._evicted = self._evicted.with_pages(delta.pages, delta.page_count)
            self._past_changes += 1
            self._rows = self.change_count, self._evicted
            self._content = self.change_count, delta.content
            self._next_due = self.change_count, delta.next_due

    def world_changes(self, *, ignore: Collection[str] = ()) -> tuple[WorldChange, ...]:
        """Changes by event and signal handlers since the episode began, in order; `ignore` names tables."""
        with self.connection() as connection:
            return recorded(connection, ignore=ignore)

    def abandon(self, user: "Future[Any]") -> None:
        """Shut the session, but leave its database to a thread that may hang; freed once `user` is done."""
        with self.lock:
            connection, self._connection, self._is_shut = self._connection, None, True
        if connection is not None:
            user.add_done_callback(lambda _: connection.shut())

    def shut(self) -> None:
        """Free the database; later access raises `SnapshotError`. Idempotent."""
        with self.lock:
            self._is_shut = True
            if self._connection is not None:
                self._connection.shut()
                self._connection = None
