"""One SQLAlchemy engine for every database of the process.

All sessions share one engine, so each statement is compiled once. The engine does not own its connections:
it uses the one of the current `lend_connection(connection)` block, and closing that does nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from gristmill.apps.server.query_cache import Reader, Result
from gristmill.apps.world.handlers import NO_HANDLERS, Handlers
from gristmill.errors import HandlerError
from gristmill.snapshots.schema import Table

_lent: ContextVar[sqlite3.Connection] = ContextVar("gristmill_connection")


class SharingCursor(sqlite3.Cursor):
    """A cursor that returns cached rows where its connection's reader has them."""

    _result: Result | None = None
    _at = 0

    def execute(self, sql: str, parameters: Any = (), /) -> "SharingCursor":
        """See `sqlite3.Cursor.execute`."""
        connection: LentConnection = self.connection  # type: ignore[assignment]
        reader, self._result, self._at = connection.reader, None, 0
        connection.note(sql)
        if reader is not None and self.row_factory is None:
            self._result = reader.result(self, sql, parameters)
        if self._result is None:
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Any, /) -> "SharingCursor":
        """See `sqlite3.Cursor.executemany`; ends caching on this connection, as its effect is unknown."""
        self._result = self.connection.reader = None  # type: ignore[attr-defined]
        self.connection.note(sql)  # type: ignore[attr-defined]
        super().executemany(sql, parameters)
        return self

    def executescript(self, sql: str, /) -> "SharingCursor":
        """See `sqlite3.Cursor.executescript`; ends caching on this connection, as its effect is unknown."""
        self._result = self.connection.reader = None  # type: ignore[attr-defined]
        self.connection.note(sql)  # type: ignore[attr-defined]
        super().executescript(sql)
        return self

    @property
    def description(self) -> Any:
        """See `sqlite3.Cursor.description`."""
        return super().description if self._result is None else self._result.description

    def fetchone(self) -> Any:
        """See `sqlite3.Cursor.fetchone`."""
        return super().fetchone() if self._result is None else next(iter(self.fetchmany(1)), None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """See `sqlite3.Cursor.fetchmany`."""
        size = self.arraysize if size is None else size
        if self._result is None:
            return super().fetchmany(size)
        rows = self._result.rows[self._at : self._at + size]
        self._at += len(rows)
        return list(rows)

    def fetchall(self) -> list[Any]:
        """See `sqlite3.Cursor.fetchall`."""
        return super().fetchall() if self._result is None else self.fetchmany(len(self._result.rows))

    def __next__(self) -> Any:
        if self._result is None:
            return super().__next__()
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row


class LentConnection(sqlite3.Connection):
    """A SQLite connection that SQLAlchemy cannot close; its owner calls `shut`.

    It enforces foreign keys.

    Attributes:
        clock_reads: number of statements about the world's clock, except its owner's `execute` calls while
            there is no reader.
        reader: gives access to the query cache; None outside `LiveSession.reading`.
        handlers: of the app clones of its world.
        records_writes: whether writes of handlers are recorded; False while a world is built.
        causes: kinds of the events and signals whose handlers are running, the innermost last.
        copied_tables: tables whose rows are copied while a handler runs; see `recording.py`.
        failure: the error of a signal handler, even if the view caught it.
    """

    clock_reads = 0
    reader: Reader | None = None
    handlers: Handlers = NO_HANDLERS
    records_writes = False
    copied_tables: tuple[Table, ...] = ()
    failure: HandlerError | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.causes: list[str] = []
        self.execute("PRAGMA foreign_keys = ON").close()

    def note(self, sql: str) -> None:
        """Count a statement that reads or sets the clock.

        Not a listener of the engine: with one, SQLAlchemy takes a slower path for every statement.
        """
        if "world_clock" in sql:
            self.clock_reads += 1

    def cursor(self, factory: Any = SharingCursor) -> Any:
        """See `sqlite3.Connection.cursor`."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """See `sqlite3.Connection.execute`, which would bypass the reader."""
        if self.reader is None:
            return super().execute(sql, parameters)
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Any:
        """See `sqlite3.Connection.executemany`, which would bypass the reader."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql: str, /) -> Any:
        """See `sqlite3.Connection.executescript`, which would bypass the reader."""
        return self.cursor().executescript(sql)

    def close(self) -> None:
        """Do nothing: the connection belongs to its lender."""

    def shut(self) -> None:
        """Close the connection and free its database."""
        super().close()


@cache
def engine() -> Engine:
    """The engine of this process."""
    return create_engine("sqlite://", creator=lambda: _lent.get(), poolclass=NullPool)


@contextmanager
def lend_connection(connection: sqlite3.Connection) -> Iterator[None]:
    """Make the engine use this connection, within this block and thread."""
    token = _lent.set(connection)
    try:
        yield
    finally:
        _lent.reset(token)


def current_reader() -> Reader | None:
    """The reader of the connection that this thread was lent, or None."""
    connection = _lent.get(None)
    return connection.reader if isinstance(connection, LentConnection) else None


def new_orm_session(bind: Connection | None = None) -> Session:
    """An ORM session on this connection, by default on the one that is lent; the caller closes it."""
    return Session(bind or engine(), expire_on_commit=False)


@contextmanager
def orm_session(connection: sqlite3.Connection) -> Iterator[Session]:
    """An ORM session on this connection; uncommitted changes are rolled back."""
    with lend_connection(connection), engine().connect() as own, new_orm_session(own) as db:
        yield db


def lent(db: Session) -> sqlite3.Connection:
    """The SQLite connection of an ORM session."""
    connection = db.connection().connection.dbapi_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


def db() -> Session:
    """The ORM session of the current request."""
    session: Session = g.db
    return session
