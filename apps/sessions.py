"""Live sessions: the private database of each running episode, reached with an unguessable token."""

import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from gristmill.apps.database import LentConnection, using
from gristmill.snapshots.image import restore, serialize


class LiveSession:
    """A private, writable copy of a snapshot. Requests and readers take turns by its lock."""

    def __init__(self, image: bytes, apps: Collection[str]) -> None:
        self.token = secrets.token_urlsafe(24)
        self.apps = frozenset(apps)
        self.fault: BaseException | None = None
        self.lock = threading.RLock()
        self._connection = restore(image, factory=LentConnection)

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

    @property
    def change_count(self) -> int:
        """Rows changed since the session began; equal counts mean that nothing was written."""
        return self._connection.total_changes

    def image(self) -> bytes:
        """The database as it is now."""
        with self.raw() as connection:
            return serialize(connection)

    def shut(self) -> None:
        """Free the database. Twice is harmless."""
        with self.lock:
            if isinstance(self._connection, LentConnection):
                self._connection.shut()


class SessionRegistry:
    """The live sessions of one host, by token."""

    def __init__(self) -> None:
        self._sessions: dict[str, LiveSession] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self, image: bytes, apps: Collection[str]) -> LiveSession:
        """A new session on a copy of this image; the caller gives it back with `close`."""
        session = LiveSession(image, apps)
        self._sessions[session.token] = session
        return session

    def find(self, token: str | None) -> LiveSession | None:
        """The session of a token, or None."""
        return self._sessions.get(token or "")

    def close(self, session: LiveSession) -> None:
        """Forget a session and free its database. Twice is harmless."""
        self._sessions.pop(session.token, None)
        session.shut()
