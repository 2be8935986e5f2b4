"""Functions that read the database, whose values are reused while the tables that they read are equal."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from gristmill.apps.server.database import current_reader

P = ParamSpec("P")
T = TypeVar("T")


def remembered(read: Callable[Concatenate[Connection, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Share what this function returns between all requests and sessions in which it would be the same.

    It is called with a session and given that session's connection: what it reads, it reads in SQL, so
    that it is known which tables that were. Its value must follow from these and its arguments, which are
    hashable, and must not change afterwards. What reads the clock is never reused.
    """

    @wraps(read)
    def reused(db: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if db.new or db.dirty or db.deleted:
            db.flush()
        connection, reader = db.connection(), current_reader()
        if reader is None:
            return read(connection, *args, **kwargs)
        named: Hashable = (read.__module__, read.__qualname__, args, tuple(sorted(kwargs.items())))
        return cast(T, reader.value(named, lambda: read(connection, *args, **kwargs)))

    return reused
