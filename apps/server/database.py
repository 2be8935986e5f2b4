"""One SQLAlchemy engine for every database of the process.

All sessions share one engine, so each statement is compiled once. The engine's connections are
not its own: they are lent by whoever entered `lend_connection(connection)`, and closing them does nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from gristmill.apps.world.handlers import NO_HANDLERS, Handlers
from gristmill.errors import HandlerError
from gristmill.snapshots.schema import Table

_lent: ContextVar[sqlite3.Connection] = ContextVar("gristmill_connection")


class LentConnection(sqlite3.Connection):
    """A SQLite connection that SQLAlchemy cannot close; its owner calls `shut`.

    It enforces foreign keys.

    Attributes:
        clock_reads: how many statements about the world's clock came through the engine.
        handlers: of the app clones of its world.
        records_writes: whether what handlers write is recorded, as it is once an episode has begun.
        causes: the kinds of event or signal whose handlers run right now, the innermost last.
        copied_tables: those whose rows are copied while a handler runs; see `recording.py`.
        failure: why a signal handler failed, even if the view went on.
    """

    clock_reads = 0
    handlers: Handlers = NO_HANDLERS
    records_writes = False
    copied_tables: tuple[Table, ...] = ()
    failure: HandlerError | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.causes: list[str] = []
        self.execute("PRAGMA foreign_keys = ON").close()

    def close(self) -> None:
        """Do nothing: the connection belongs to its lender."""

    def shut(self) -> None:
        """Close the connection and free its database."""
        super().close()


@cache
def engine() -> Engine:
    """The engine of this process."""
    made = create_engine("sqlite://", creator=lambda: _lent.get(), poolclass=NullPool)
    event.listen(made, "before_cursor_execute", count_clock_read)
    return made


def count_clock_read(_: Connection, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
    """Count a statement that reads or sets the clock."""
    if "world_clock" in statement and isinstance(cursor.connection, LentConnection):
        cursor.connection.clock_reads += 1


@contextmanager
def lend_connection(connection: sqlite3.Connection) -> Iterator[None]:
    """Within this block, in this thread, the engine works on this connection."""
    token = _lent.set(connection)
    try:
        yield
    finally:
        _lent.reset(token)


@contextmanager
def orm_session(connection: sqlite3.Connection) -> Iterator[Session]:
    """An ORM session on this connection; what the caller does not commit is rolled back."""
    with lend_connection(connection), engine().connect() as own, Session(own, expire_on_commit=False) as db:
        yield db


def lent(db: Session) -> sqlite3.Connection:
    """The SQLite connection that a session works on."""
    connection = db.connection().connection.dbapi_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


def db() -> Session:
    """The ORM session of the request that is being served."""
    session: Session = g.db
    return session
