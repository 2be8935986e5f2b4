import sqlite3
from collections.abc import Collection

import pytest

from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.snapshots.rows import DatabaseRows
from gristmill.snapshots.schema import Table, definitions, plain_cursor, tables


@pytest.fixture
def rows(live: sqlite3.Connection) -> DatabaseRows:
    return DatabaseRows(live, shapes(live, ignore={"loose"}))


def shapes(live: sqlite3.Connection, *, ignore: Collection[str] = ()) -> dict[str, Table]:
    with plain_cursor(live) as cursor:
        return tables(definitions(cursor, ignore=ignore))


def test_all_rows_come_in_primary_key_order(rows: DatabaseRows) -> None:
    assert [row["id"] for row in rows.all("item")] == [1, 2, 3, 4, 5]
    assert [(row["a"], row["b"]) for row in rows.all("pair")] == [("x", 1), ("x", 2), ("y", 1)]


def test_rows_with_some_values_come_in_primary_key_order(rows: DatabaseRows) -> None:
    assert [(row["a"], row["b"]) for row in rows.all("pair", a="x")] == [("x", 1), ("x", 2)]
    assert rows.all("pair", a="x", b=2) == [rows.get("pair", "x", 2)]
    assert rows.all("item", name="nobody") == []


def test_none_is_null(live: sqlite3.Connection) -> None:
    rows = DatabaseRows(live, shapes(live))
    assert rows.all("loose", note=None) == [row for row in rows.all("loose") if row["note"] is None] != []


def test_an_unknown_column_is_an_error_that_lists_the_columns(rows: DatabaseRows) -> None:
    with pytest.raises(UnknownNameError, match="Available: a, b, v"):
        rows.all("pair", c=1)


def test_get_finds_a_row_by_its_whole_key(rows: DatabaseRows) -> None:
    assert rows.get("item", 2) == {"id": 2, "name": "item 2", "price": 1.5, "stock": 2}
    assert rows.get("pair", "x", 1) == {"a": "x", "b": 1, "v": b"\x00"}


def test_get_answers_none_for_a_key_that_is_not_there(rows: DatabaseRows) -> None:
    assert rows.get("item", 99) is None


def test_a_table_without_primary_key_is_reached_by_rowid(live: sqlite3.Connection) -> None:
    assert DatabaseRows(live, shapes(live)).get("loose", 2) == {"value": 2, "note": None}


@pytest.mark.parametrize("name", ["order", "loose", "sqlite_master"])
def test_an_unknown_or_ignored_table_is_an_error_that_lists_the_tables(rows: DatabaseRows, name: str) -> None:
    with pytest.raises(UnknownNameError, match="Available: item, pair"):
        rows.all(name)


def test_a_key_with_missing_parts_is_an_error_that_names_them(rows: DatabaseRows) -> None:
    with pytest.raises(InvalidOptionError, match="give a value for a, b"):
        rows.get("pair", "x")


def test_a_live_connection_is_read_as_it_is_now(live: sqlite3.Connection) -> None:
    rows = DatabaseRows(live, shapes(live))
    assert len(rows.all("item")) == 5
    live.execute("DELETE FROM item WHERE id = 1")
    assert len(rows.all("item")) == 4
    live.rollback()
