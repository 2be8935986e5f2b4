"""Live sessions: the private database of each running episode, reached with an unguessable token."""

import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gristmill.apps.database import LentConnection, using
from gristmill.apps.world import CLOCK_PAGE, CLOCK_ROW_SQL, TICK
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PageChanges, changed_pages, content_digest, page_size_bytes, patched

TOKEN_HEADER = "X-Gristmill-Session"
TOKEN_KEY = "HTTP_X_GRISTMILL_SESSION"  # the same in a WSGI environment


@dataclass(frozen=True, slots=True)
class Change:
    """What a database became: the pages that changed, how many there are, and the content since."""

    pages: PageChanges
    page_count: int
    content: bytes

    @property
    def size_bytes(self) -> int:
        """What the pages take."""
        return sum(map(len, self.pages.values()))


@dataclass(slots=True)
class Watch:
    """What was seen to change, if anything did."""

    change: Change | None = None


class LiveSession:
    """A private, writable copy of a snapshot. Requests and readers take turns by its lock.

    Sessions whose images were made from one `base` share a digest whenever they hold the same.
    """

    def __init__(self, image: bytes, apps: Collection[str], *, base: bytes | None = None) -> None:
        self.token = secrets.token_urlsafe(24)
        self.apps = frozenset(apps)
        self.fault: BaseException | None = None
        self.lock = threading.RLock()
        self._connection = restore(image, factory=LentConnection)
        self._base = image if base is None else base
        self._ticks = self._past_changes = 0
        self._clock_pages = self._connection.execute(CLOCK_PAGE).fetchone() or ()
        self._content: tuple[int, bytes] | None = None

    @contextmanager
    def open(self) -> Iterator[Session]:
        """The database as an ORM session, while nobody else uses it; uncommitted work is dropped."""
        with self.lock, using(self._connection) as db:
            yield db

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """The database as a plain SQLite connection, while nobody else uses it."""
        with self.lock:
            yield self._connection

    def tick(self) -> None:
        """Move the world's clock by one agent step."""
        with self.raw() as connection:
            before = connection.total_changes
            connection.execute(TICK)
            connection.commit()
            self._ticks += connection.total_changes - before

    def time(self) -> object:
        """The world's time, in no particular form; equal times are equal."""
        with self.raw() as connection:
            return connection.execute(CLOCK_ROW_SQL).fetchone()

    @property
    def clock_reads(self) -> int:
        """Statements about the clock that the app clones have run in this session so far."""
        return self._connection.clock_reads

    @property
    def change_count(self) -> int:
        """Rows changed since the session began, ticks left out; equal counts: nothing was written."""
        return self._past_changes + self._connection.total_changes - self._ticks

    def content(self) -> bytes:
        """A digest of the rows as they are, the clock's left out: sessions with equal ones show the same.

        It costs about a millisecond after something was written, else nothing.
        """
        with self.raw() as connection:
            if self._content is None or self._content[0] != self.change_count:
                digest = content_digest(self._base, serialize(connection), but_pages=self._clock_pages)
                self._content = self.change_count, digest
            return self._content[1]

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        """Find out what is changed within this block. The caller holds the lock."""
        watch, before, count = Watch(), self.image(), self.change_count
        yield watch
        if self.change_count != count:
            now = self.image()
            changes = changed_pages(before, now)
            pages = {number: page for number, page in changes.items() if number not in self._clock_pages}
            watch.change = Change(pages, len(now) // page_size_bytes(now), self.content())

    def become(self, change: Change) -> None:
        """Take over what a session with the same content became. The caller holds the lock."""
        image = patched(self.image(), change.pages, page_count=change.page_count)
        fresh = restore(image, factory=LentConnection)
        self._past_changes = self.change_count + 1
        self._ticks = 0
        self._connection.shut()
        self._connection = fresh
        self._content = self.change_count, change.content

    def image(self) -> bytes:
        """The database as it is now."""
        with self.raw() as connection:
            return serialize(connection)

    def shut(self) -> None:
        """Free the database. Twice is harmless."""
        with self.lock:
            self._connection.shut()


class SessionRegistry:
    """The live sessions of one host, by token."""

    def __init__(self) -> None:
        self._sessions: dict[str, LiveSession] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self, image: bytes, apps: Collection[str], *, base: bytes | None = None) -> LiveSession:
        """A new session on a copy of this image; the caller gives it back with `close`."""
        session = LiveSession(image, apps, base=base)
        self._sessions[session.token] = session
        return session

    def find(self, token: str | None) -> LiveSession | None:
        """The session of a token, or None."""
        return self._sessions.get(token or "")

    def close(self, session: LiveSession) -> None:
        """Forget a session and free its database. Twice is harmless."""
        self._sessions.pop(session.token, None)
        session.shut()
