"""Table metadata read from SQLite: columns, keys, and SQL that reads rows in key order."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache

from gristmill.errors import SnapshotError
from gristmill.snapshots.values import Row, SqlValue


@dataclass(frozen=True, slots=True)
class Definition:
    """A table's CREATE statement and root page number."""

    sql: str
    root_page: int


Definitions = Mapping[str, Definition]
"""Table definitions by table name, in name order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """An ordinary table.

    `key` is its primary key, or its rowid if it has none. `untyped` columns have no numeric affinity, so
    they may store a number as integer or real; every other column converts it when it is written.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    untyped: frozenset[str]

    @property
    def is_keyed(self) -> bool:
        """Whether its rows are identified by a primary key rather than by the rowid."""
        return set(self.key) <= set(self.columns)

    def select(self, where: str = "", *, schema: str = "main") -> str:
        """SQL for its rows in primary-key order."""
        columns, key = quoted_list(self.columns), quoted_list(self.key)
        return f"SELECT {columns} FROM {schema}.{quoted(self.name)} {where} ORDER BY {key}"

    def row(self, values: tuple[SqlValue, ...]) -> Row:
        """A row from values in the order of `columns`."""
        return dict(zip(self.columns, values, strict=True))


def quoted(name: str) -> str:
    """The name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted_list(names: Collection[str]) -> str:
    """The names as quoted SQL identifiers, separated by commas."""
    return ", ".join(quoted(name) for name in names)


def definitions(cursor: sqlite3.Cursor, schema: str = "main", *, ignore: Collection[str] = ()) -> Definitions:
    """Return the ordinary tables of one attached database.

    Excludes SQLite's internal tables, virtual tables and their shadow tables.
    """
    found = cursor.execute(
        f"SELECT t.name, m.sql, m.rootpage FROM pragma_table_list AS t "
        f"JOIN {schema}.sqlite_master AS m ON m.name = t.name AND m.type = 'table' "
        "WHERE t.schema = ? AND t.type = 'table' ORDER BY t.name",
        (schema,),
    )
    return {
        name: Definition(sql, root)
        for name, sql, root in found.fetchall()
        if not name.startswith("sqlite_") and name not in ignore
    }


def tables(found: Definitions) -> dict[str, Table]:
    """Tables by name, parsed from their CREATE statements; cached per schema (LRU)."""
    return {table.name: table for table in _tables(tuple((name, d.sql) for name, d in found.items()))}


def plain_cursor(connection: sqlite3.Connection) -> "closing[sqlite3.Cursor]":
    """A cursor that returns tuples whatever the connection's row factory; closed on exit of the block."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return closing(cursor)


@lru_cache(maxsize=64)
def _tables(statements: tuple[tuple[str, str], ...]) -> tuple[Table, ...]:
    with closing(sqlite3.connect(":memory:")) as scratch:
        for _, sql in statements:
            scratch.execute(sql)
        return tuple(_table(scratch, name) for name, _ in statements)


def _table(scratch: sqlite3.Connection, name: str) -> Table:
    info = scratch.execute(
        'SELECT name, type, pk, "notnull" FROM pragma_table_info(?)',
        (name,),
    ).fetchall()
    columns = tuple(column for column, *_ in info)
    key = tuple(column for _, column in sorted((pk, column) for column, _, pk, _ in info if pk))
    is_rowid = [kind.upper() for _, kind, pk, _ in info if pk] == ["INTEGER"]
    # A key that admits NULL does not identify its rows: SQLite lets NULLs repeat.
    is_key = key and (is_rowid or all(is_filled for _, _, pk, is_filled in info if pk))
    return Table(
        name=name,
        columns=columns,
        key=key if is_key else (_rowid(name, columns),),
        untyped=frozenset(column for column, kind, *_ in info if _is_untyped(kind)),
    )


def _is_untyped(declared: str) -> bool:
    return declared.upper() in ("", "ANY") or "BLOB" in declared.upper()


def _rowid(table: str, columns: tuple[str, ...]) -> str:
    taken = {column.lower() for column in columns}
    names: Iterator[str] = (name for name in ("rowid", "_rowid_", "oid") if name not in taken)
    try:
        return next(names)
    except StopIteration:
        message = (
            f"Table {table!r} has no primary key, and its columns hide its rowid. Give it a primary key."
        )
        raise SnapshotError(message) from None
