"""Caching decorator for functions that read the database."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from gristmill.apps.server.database import current_reader

P = ParamSpec("P")
T = TypeVar("T")


def remembered(read: Callable[Concatenate[Connection, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Cache a function's results across requests and sessions, while the tables that it reads are unchanged.

    Callers pass an ORM session; the function receives its connection and must read with SQL, which records
    the tables. Its result must depend only on these and its arguments, which must be hashable, and must not
    be modified. Results that depend on the clock are not cached.
    """

    @wraps(read)
    def reused(db: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if db.new or db.dirty or db.deleted:
            db.flush()
        connection, reader = db.connection(), current_reader()
        if reader is None:
            return read(connection, *args, **kwargs)
        call: Hashable = (read.__module__, read.__qualname__, args, tuple(sorted(kwargs.items())))
        return cast(T, reader.value(call, lambda: read(connection, *args, **kwargs)))

    return reused
