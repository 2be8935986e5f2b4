"""Changes by handlers and by the agent are separated cell by cell, in any order."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.world.recording import recorded, written_by_world
from gristmill.snapshots.comparison import Comparison
from gristmill.snapshots.diff import ChangeKind, RowChange, SqlValue, StateDiff
from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage
from gristmill.snapshots.world_changes import WorldChange, agent_diff

CREATED = {
    "plain": "CREATE TABLE thing (k INTEGER PRIMARY KEY, a, b)",
    "text": "CREATE TABLE thing (k TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, a, b)",
    "composite": "CREATE TABLE thing (k INT NOT NULL, c INT NOT NULL DEFAULT 1, a, b, PRIMARY KEY (c, k))",
    "without_rowid": "CREATE TABLE thing (k TEXT PRIMARY KEY, a, b) WITHOUT ROWID",
}
BOOKKEEPING = (
    "CREATE TABLE world_clock (id INTEGER PRIMARY KEY, now TEXT)",
    "INSERT INTO world_clock VALUES (1, '2031-03-04 10:00:00.000000')",
    "CREATE TABLE world_change (id INTEGER PRIMARY KEY, at, cause, table_name, key, before, after)",
)
HIDDEN = {"world_clock", "world_change"}


class ThingDatabase:
    """A database of things, written by the agent or by the world."""

    def __init__(self, created: str, *rows: str) -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            for statement in (created, *BOOKKEEPING, *rows):
                connection.execute(statement)
            connection.commit()
            self.before = PatchedImage.whole(connection.serialize())
        self.connection = restore(self.before.data(), factory=LentConnection)
        self.connection.records_writes = True
        self.comparison = Comparison(self.before, self.connection, ignore=HIDDEN)

    def agent(self, *statements: str, **values: SqlValue) -> None:
        with orm_session(self.connection) as db:
            for statement in statements:
                db.execute(text(statement), values)
            db.commit()

    def world(self, *statements: str, cause: str = "x.y", **values: SqlValue) -> None:
        with orm_session(self.connection) as db:
            with written_by_world(db, cause):
                for statement in statements:
                    db.execute(text(statement), values)
            db.commit()

    def changes(self) -> tuple[WorldChange, ...]:
        return recorded(self.connection)

    def diff(self) -> StateDiff:
        return agent_diff(self.comparison.diff(), self.changes(), self.comparison.after)

    def told(self) -> list[Any]:
        return [(change.kind, change.key, change.before, change.after) for change in self.diff().changes]

    def close(self) -> None:
        self.comparison.close()
        self.connection.shut()


@pytest.fixture
def database() -> Iterator[ThingDatabase]:
    made = ThingDatabase(CREATED["plain"], "INSERT INTO thing VALUES (1, 1, 1), (2, 2, 2)")
    yield made
    made.close()


def test_what_the_world_writes_is_in_no_diff(database: ThingDatabase) -> None:
    database.world("UPDATE thing SET a = 9")
    database.world("INSERT INTO thing VALUES (3, 3, 3)", "DELETE FROM thing WHERE k = 2")
    assert database.told() == []
    assert [(change.kind, change.key) for change in database.changes()] == [
        (ChangeKind.UPDATED, (1,)), (ChangeKind.UPDATED, (2,)), (ChangeKind.INSERTED, (3,)),
        (ChangeKind.DELETED, (2,)),
    ]  # fmt: skip


def test_what_the_agent_then_changes_has_the_worlds_values_as_its_before(database: ThingDatabase) -> None:
    database.world("UPDATE thing SET a = 9 WHERE k = 1", "INSERT INTO thing VALUES (3, 3, 3), (4, 4, 4)")
    database.agent("UPDATE thing SET a = 10 WHERE k = 1", "UPDATE thing SET b = 5 WHERE k = 3")
    database.agent("DELETE FROM thing WHERE k = 4")
    assert database.told() == [
        (ChangeKind.UPDATED, (1,), {"k": 1, "a": 9, "b": 1}, {"k": 1, "a": 10, "b": 1}),
        (ChangeKind.UPDATED, (3,), {"k": 3, "a": 3, "b": 3}, {"k": 3, "a": 3, "b": 5}),
        (ChangeKind.DELETED, (4,), {"k": 4, "a": 4, "b": 4}, None),
    ]


def test_an_agent_that_sets_back_what_the_world_changed_has_changed_it(database: ThingDatabase) -> None:
    database.world("UPDATE thing SET a = 9 WHERE k = 1")
    database.agent("UPDATE thing SET a = 1 WHERE k = 1")
    assert database.told() == [(ChangeKind.UPDATED, (1,), {"k": 1, "a": 9, "b": 1}, {"k": 1, "a": 1, "b": 1})]


def test_the_last_to_write_a_cell_has_written_it(database: ThingDatabase) -> None:
    database.world("UPDATE thing SET a = 7, b = 7 WHERE k = 1")
    database.agent("UPDATE thing SET a = 8, b = 8 WHERE k = 1")
    database.world("UPDATE thing SET a = 9 WHERE k = 1")
    assert database.told() == [(ChangeKind.UPDATED, (1,), {"k": 1, "a": 9, "b": 7}, {"k": 1, "a": 9, "b": 8})]


def test_a_row_that_the_agent_inserted_is_shown_as_the_agent_wrote_it(database: ThingDatabase) -> None:
    database.agent("INSERT INTO thing VALUES (3, 3, 3)")
    database.world("UPDATE thing SET a = 4 WHERE k = 3")
    database.world("UPDATE thing SET a = 5, b = 5 WHERE k = 3")
    assert database.told() == [(ChangeKind.INSERTED, (3,), None, {"k": 3, "a": 3, "b": 3})]
    database.agent("UPDATE thing SET b = 6 WHERE k = 3")
    assert database.told() == [(ChangeKind.INSERTED, (3,), None, {"k": 3, "a": 3, "b": 6})]
    database.world("DELETE FROM thing WHERE k = 3")
    assert database.told() == []


def test_a_change_that_is_undone_within_a_handler_is_none(database: ThingDatabase) -> None:
    database.world("UPDATE thing SET a = 9 WHERE k = 1", "UPDATE thing SET a = 1 WHERE k = 1")
    database.world("INSERT INTO thing VALUES (3, 3, 3)", "DELETE FROM thing WHERE k = 3")
    assert database.changes() == ()


def test_replaced_and_renumbered_rows_are_recorded(database: ThingDatabase) -> None:
    database.world("REPLACE INTO thing VALUES (1, 9, 1)", "UPDATE thing SET k = 5 WHERE k = 2")
    assert [(c.kind, c.key, c.columns) for c in database.changes()] == [
        (ChangeKind.UPDATED, (1,), ("a",)),
        (ChangeKind.DELETED, (2,), ("k", "a", "b")),
        (ChangeKind.INSERTED, (5,), ("k", "a", "b")),
    ]
    assert database.told() == []


def test_rows_that_go_along_with_others_are_recorded() -> None:
    database = ThingDatabase(
        "CREATE TABLE thing (k INTEGER PRIMARY KEY)",
        "CREATE TABLE part (id INTEGER PRIMARY KEY, k REFERENCES thing ON DELETE CASCADE)",
        "INSERT INTO thing VALUES (1)", "INSERT INTO part VALUES (1, 1), (2, 1)",
    )  # fmt: skip
    database.connection.execute("PRAGMA foreign_keys = ON")
    database.world("DELETE FROM thing")
    told = sorted((change.table, change.key) for change in database.changes())
    assert told == [("part", (1,)), ("part", (2,)), ("thing", (1,))]
    assert database.told() == []
    database.close()


def fail(database: ThingDatabase) -> None:
    with orm_session(database.connection) as db, written_by_world(db, "x.y"):
        db.execute(text("UPDATE thing SET a = 9"))
        raise LookupError


def test_what_is_rolled_back_is_not_recorded_and_the_next_is(database: ThingDatabase) -> None:
    with orm_session(database.connection) as db, written_by_world(db, "x.y"):
        db.execute(text("UPDATE thing SET a = 9"))
        db.rollback()
    with pytest.raises(LookupError):
        fail(database)
    assert database.changes() == ()
    database.agent("UPDATE thing SET b = 9 WHERE k = 1")
    assert database.changes() == ()
    database.world("UPDATE thing SET a = 9 WHERE k = 1")
    assert [c.columns for c in database.changes()] == [("a",)]


def test_in_one_transaction_the_views_writes_are_the_agents_and_the_handlers_the_worlds(
    database: ThingDatabase,
) -> None:
    with orm_session(database.connection) as db:
        db.execute(text("UPDATE thing SET a = 8 WHERE k = 1"))
        with written_by_world(db, "outer.x"):
            db.execute(text("UPDATE thing SET b = 8 WHERE k = 1"))
            with written_by_world(db, "inner.x"):
                db.execute(text("UPDATE thing SET b = 9 WHERE k = 1"))
            db.execute(text("UPDATE thing SET b = 8 WHERE k = 2"))
        db.execute(text("UPDATE thing SET a = 8 WHERE k = 2"))
        db.commit()
    assert [(c.cause, c.key, c.columns) for c in database.changes()] == [
        ("outer.x", (1,), ("b",)), ("inner.x", (1,), ("b",)), ("outer.x", (2,), ("b",)),
    ]  # fmt: skip
    assert [(c.key, c.columns) for c in database.diff().changes] == [((1,), ("a",)), ((2,), ("a",))]


@pytest.mark.parametrize("value", [None, 1, 1.0, -(2**63), 1e300, 0.1, "1", "", b"\x00\xff", float("-inf")])
def test_values_are_recorded_exactly(database: ThingDatabase, value: SqlValue) -> None:
    database.world("UPDATE thing SET a = 'x', b = 'x'")
    database.world("UPDATE thing SET a = :value WHERE k = 1", value=value)
    assert repr((database.changes()[-1].after or {})["a"]) == repr(value)
    assert database.told() == []


Cells = dict[str, int]


@dataclass
class Known:
    """A row as the rule of decision 26 sees it: what the world has it as, and what it is."""

    world: Cells | None = None
    now: Cells | None = None
    mine: Cells = field(default_factory=dict)
    """The agent's values of cells over which the world wrote, in a row that only the agent has."""

    def write(self, by: str, cells: Cells) -> None:
        if by == "agent":
            self.now = {**(self.now or {}), **cells}
            self.mine = {c: v for c, v in self.mine.items() if c not in cells}
        elif self.now is None:
            self.now, self.world = dict(cells), dict(cells)
        else:
            if self.world is not None:
                self.world |= cells
            else:
                self.mine = {**{c: self.now[c] for c in cells}, **self.mine}
            self.now |= cells

    def drop(self, by: str) -> None:
        if self.now is not None:
            self.now, self.mine = None, {}
            self.world = None if by == "world" else self.world

    def change(self) -> tuple[Cells | None, Cells | None] | None:
        after = {**self.now, **self.mine} if self.now and not self.world else self.now
        return None if self.world == after else (self.world, after)


actors = st.sampled_from(["agent", "world"])
keys = st.integers(0, 3)
moves = st.tuples(actors, st.sampled_from(["put", "put a", "put b", "drop"]), keys)


@pytest.mark.slow
@pytest.mark.parametrize(
    "created",
    [
        "plain",
        "composite",
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("text", "without_rowid")),
    ],
)
@settings(max_examples=60, deadline=None)
@given(st.sets(keys), st.lists(st.lists(moves, min_size=1, max_size=3), max_size=8))
def test_whoever_writes_in_whatever_order_the_diff_is_the_agents(
    created: str, there: set[int], rounds: list[list[tuple[str, str, int]]]
) -> None:
    fresh = count(100)  # each write has a value of its own: whose it is shows
    rows = {key: {"a": next(fresh), "b": next(fresh)} for key in there}
    database = ThingDatabase(
        CREATED[created],
        *(f"INSERT INTO thing (k, a, b) VALUES ({k}, {row['a']}, {row['b']})" for k, row in rows.items()),
    )
    known = {key: Known(rows.get(key), rows.get(key)) for key in range(4)}
    for row in known.values():
        row.world, row.now = (dict(cells) if cells else None for cells in (row.world, row.now))
    for group in rounds:
        for by, verb, key in group:
            row = known[key]
            write = database.agent if by == "agent" else database.world
            if verb == "drop":
                row.drop(by)
                write("DELETE FROM thing WHERE k = :k", k=key)
                continue
            columns = ["a", "b"] if verb == "put" or row.now is None else [verb[-1]]
            cells = {column: next(fresh) for column in columns}
            if row.now is None:
                write("INSERT INTO thing (k, a, b) VALUES (:k, :a, :b)", k=key, **cells)
            else:
                assigned = ", ".join(f"{column} = :{column}" for column in cells)
                write(f"UPDATE thing SET {assigned} WHERE k = :k", k=key, **cells)
            row.write(by, cells)
        expected = {key: row.change() for key, row in known.items() if row.change()}
        assert {int(change.key[-1]): sides(change) for change in database.diff().changes} == expected
    database.close()


def sides(change: RowChange) -> tuple[Cells | None, Cells | None]:
    """The cells before and after, without the key."""
    before, after = (
        None if row is None else {column: row[column] for column in ("a", "b")}
        for row in (change.before, change.after)
    )
    return before, after  # type: ignore[return-value]
