"""One engine serves many databases, and never mixes them up."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gristmill.apps.server.database import LentConnection, engine, lend_connection, orm_session
from gristmill.snapshots.image import restore

READ = text("SELECT name FROM thing")


def database(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", factory=LentConnection, check_same_thread=False)
    connection.execute("CREATE TABLE thing (name TEXT)")
    connection.execute("INSERT INTO thing VALUES (?)", (name,))
    connection.commit()
    return connection


@pytest.fixture
def pair() -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    one, two = database("one"), database("two")
    yield one, two
    for connection in (one, two):
        assert isinstance(connection, LentConnection)
        connection.shut()


Pair = tuple[sqlite3.Connection, sqlite3.Connection]


def test_there_is_one_engine(pair: Pair) -> None:
    assert engine() is engine()


def test_a_row_that_refers_to_nothing_is_refused_also_in_a_restored_database() -> None:
    own = sqlite3.connect(":memory:", factory=LentConnection)
    own.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a(id))")
    copy = restore(own.serialize(), factory=LentConnection)
    for connection in (own, copy):
        with orm_session(connection) as db, pytest.raises(IntegrityError, match="FOREIGN KEY"):
            db.execute(text("INSERT INTO b VALUES (7)"))
        connection.shut()


def test_the_block_decides_which_database_is_used(pair: Pair) -> None:
    for connection, name in zip(pair, ("one", "two"), strict=True):
        with orm_session(connection) as db:
            assert db.scalar(READ) == name


def test_sessions_within_each_other_keep_to_their_own_database(pair: Pair) -> None:
    one, two = pair
    with orm_session(one) as outer:
        outer.commit()
        with orm_session(two) as inner:
            assert outer.scalar(READ) == "one"
            assert inner.scalar(READ) == "two"
            outer.execute(text("UPDATE thing SET name = 'ONE'"))
            outer.commit()
    assert one.execute("SELECT name FROM thing").fetchall() == [("ONE",)]
    assert two.execute("SELECT name FROM thing").fetchall() == [("two",)]


def test_threads_do_not_see_each_others_database(pair: Pair) -> None:
    def names(connection: sqlite3.Connection) -> set[object]:
        seen: set[object] = set()
        for _ in range(50):
            with orm_session(connection) as db:
                seen.add(db.scalar(READ))
        return seen

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(names, pair)) == [{"one"}, {"two"}]


def test_outside_a_block_there_is_no_database(pair: Pair) -> None:
    with lend_connection(pair[0]):
        pass
    with pytest.raises(LookupError):
        engine().connect()


def test_a_lent_connection_outlives_its_borrowers_until_it_is_shut() -> None:
    connection = database("one")
    with orm_session(connection) as db:
        db.scalar(READ)
    connection.close()
    assert connection.execute("SELECT 1").fetchone() == (1,)
    assert isinstance(connection, LentConnection)
    connection.shut()
    connection.shut()
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
