import sqlite3
from collections.abc import Callable, Iterator

import pytest

from gristmill.snapshots.image import restore, serialize

SCHEMA = """
CREATE TABLE item (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, price REAL, stock INTEGER);
CREATE TABLE loose (value, note TEXT);
CREATE TABLE pair (a TEXT NOT NULL, b INTEGER NOT NULL, v BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
"""

Open = Callable[[bytes], sqlite3.Connection]


@pytest.fixture
def image() -> bytes:
    """A small database: a plain table, one without a primary key, one with a composite key."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    connection.executemany(
        "INSERT INTO item VALUES (?, ?, ?, ?)", [(i, f"item {i}", 1.5, i) for i in range(1, 6)]
    )
    connection.executemany("INSERT INTO loose VALUES (?, ?)", [(1, "one"), (2, None)])
    connection.executemany(
        "INSERT INTO pair VALUES (?, ?, ?)", [("x", 1, b"\x00"), ("x", 2, None), ("y", 1, "t")]
    )
    connection.commit()
    data = serialize(connection)
    connection.close()
    return data


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens images; closes all of them at the end."""
    connections: list[sqlite3.Connection] = []

    def open_image(data: bytes) -> sqlite3.Connection:
        connections.append(restore(data))
        return connections[-1]

    yield open_image
    for connection in connections:
        connection.close()


@pytest.fixture
def live(image: bytes, opened: Open) -> sqlite3.Connection:
    """A live copy of `image`."""
    return opened(image)
