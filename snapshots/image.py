"""Serialize a SQLite connection to bytes, and restore bytes to private in-memory databases."""

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import TypeVar, overload

from gristmill.errors import SnapshotDamagedError, SnapshotError

HEADER = b"SQLite format 3\0"

C = TypeVar("C", bound=sqlite3.Connection)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One SQLite database as immutable bytes, addressed by the sha256 of its content."""

    data: bytes
    digest: str

    @classmethod
    def of(cls, data: bytes) -> "Snapshot":
        """The snapshot of these bytes; `digest` is their sha256 in hex."""
        return cls(data, hashlib.sha256(data).hexdigest())


@overload
def restore(image: Snapshot | bytes) -> sqlite3.Connection: ...
@overload
def restore(image: Snapshot | bytes, factory: type[C]) -> C: ...
def restore(
    image: Snapshot | bytes, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    """A private, writable in-memory copy, usable from any one thread at a time; the caller closes it.

    Raises:
        SnapshotDamagedError: the bytes are not a SQLite database.
    """
    data = image.data if isinstance(image, Snapshot) else image
    require_database(data)
    connection = sqlite3.connect(":memory:", factory=factory, check_same_thread=False)
    connection.deserialize(data)
    return connection


def require_database(data: bytes) -> None:
    """Check for SQLite's file header; the rest of the bytes is not validated.

    Raises:
        SnapshotDamagedError: the header is missing.
    """
    if not data.startswith(HEADER):
        raise SnapshotDamagedError(
            f"{len(data)} bytes that begin with {data[:16]!r} are not a SQLite database. "
            "Pass a Snapshot's data or what `serialize` returned."
        )


def serialize(connection: sqlite3.Connection) -> bytes:
    """Return the connection's main database as bytes.

    Raises:
        SnapshotError: a transaction is open: its rows may yet be rolled back, and whether SQLite would
            include them depends on whether they have been spilled from its page cache.
    """
    if connection.in_transaction:
        raise SnapshotError("Cannot serialize inside an open transaction. Commit or roll back first.")
    return connection.serialize()
