"""Row-level diff of a live database against an earlier state, restricted to tables whose pages changed."""

import sqlite3
from collections.abc import Collection, Mapping, Set
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache

from gristmill.errors import SnapshotError
from gristmill.snapshots import values
from gristmill.snapshots.diff import RowChange, StateDiff
from gristmill.snapshots.image import require_database, serialize
from gristmill.snapshots.pages import PatchedImage, page_size_bytes
from gristmill.snapshots.rows import DatabaseRows
from gristmill.snapshots.schema import Definitions, Table, definitions, plain_cursor, quoted, tables
from gristmill.snapshots.values import SqlValue

BEFORE = "gristmill_before"
KEPT_STATEMENTS = 256  # cached SQL texts of each kind (LRU), one per table
SCHEMA_PAGE = 1  # schema changes show in the tables' root pages and SQL instead


class Comparison:
    """A live database with an earlier state attached, which can be compared any number of times.

    Does not own the connection; closing the connection ends the comparison too. Construction copies the
    earlier state and reads its schema (a few ms); a diff costs mainly what scanning the touched tables costs.

    Attributes:
        image: the earlier state.
        before: the rows of the earlier state.
        ignore: tables left out of rows and diffs; they need not exist.

    Raises:
        SnapshotError: the connection has a transaction open.
        SnapshotDamagedError: the earlier state is not a SQLite database.
    """

    def __init__(
        self, before: PatchedImage, after: sqlite3.Connection, *, ignore: Collection[str] = ()
    ) -> None:
        _require_committed(after)
        require_database(before.base)
        self.image, self.ignore, self._connection = before, frozenset(ignore), after
        self._known: tuple[int, Definitions] | None = None
        after.execute(f"ATTACH ':memory:' AS {BEFORE}").close()
        try:
            after.deserialize(before.data(), name=BEFORE)
            self._old = self._definitions(BEFORE)
        except BaseException:
            self.close()
            raise
        self.before = DatabaseRows(after, tables(self._old), schema=BEFORE)

    @property
    def after(self) -> DatabaseRows:
        """The current rows, read at each call, of the tables that currently exist."""
        return DatabaseRows(self._connection, tables(self._new()))

    def close(self) -> None:
        """Detach the earlier state; the connection stays open."""
        self._connection.execute(f"DETACH {BEFORE}").close()

    def diff(self, now: PatchedImage | None = None) -> StateDiff:
        """Return the inserted, updated and deleted rows.

        Values of different types differ (1, 1.0, '1'), and text is compared by its bytes, whatever the
        column's collation; 0.0 equals -0.0.

        Args:
            now: the live database's image over the same base as `image`; tables on unchanged pages are
                then skipped. It may be out of date for ignored tables only.

        Raises:
            SnapshotError: a transaction is open, or the two states do not have the same tables.
        """
        _require_committed(self._connection)
        old, new = self._old, self._new()
        _require_same_tables(old, new)
        touched = self._touched(now)
        with plain_cursor(self._connection) as cursor:
            changes = [
                change
                for name, table in tables(new).items()
                if touched is None or name in touched or old[name].root_page != new[name].root_page
                for change in _table_changes(cursor, table)
            ]
        return StateDiff(tuple(changes))

    def _new(self) -> Definitions:
        """The live database's tables, cached until `PRAGMA schema_version` changes."""
        with plain_cursor(self._connection) as cursor:
            (version,) = cursor.execute("PRAGMA main.schema_version").fetchone()
        if self._known is None or self._known[0] != version:
            self._known = version, self._definitions("main")
        return self._known[1]

    def _definitions(self, schema: str) -> Definitions:
        with plain_cursor(self._connection) as cursor:
            return definitions(cursor, schema, ignore=self.ignore)

    def _touched(self, now: PatchedImage | None) -> Set[str] | None:
        """A superset of the tables with a changed page; None if `now` is not given or `dbstat` is missing.

        A table outside this set holds the same rows if its root page number is unchanged too: the root
        page has the same bytes, so its children are the same pages, and so on down. Page ownership is
        known of the base only. A table none of whose pages differ between base and earlier state still
        owns the same pages in the earlier state; pages of the other tables may have changed owner.
        """
        trees = trees_of(self.image.base) if now is not None else None
        if now is None or trees is None:
            return None
        changed = now.changed_since(self.image).keys() - {SCHEMA_PAGE}
        owners = {trees.owners.get(number) for number in changed}
        moved = {name for name, table in self._old.items() if trees.roots.get(name) != table.root_page}
        altered = moved | {trees.owners.get(number) for number in self.image.changes.keys() - {SCHEMA_PAGE}}
        touched = owners if owners.isdisjoint(altered | {None}) else owners | altered
        return {name for name in touched if name is not None}


def diff(before: bytes, after: sqlite3.Connection, *, ignore: Collection[str] = ()) -> StateDiff:
    """Return the rows that changed since `before`; see `Comparison.diff`. Leaves `after` unchanged.

    Raises:
        SnapshotError: `after` has a transaction open, or the two do not have the same tables.
        SnapshotDamagedError: `before` is not a SQLite database.
    """
    require_database(before)
    image = serialize(after)
    has_same_page_size = page_size_bytes(before) == page_size_bytes(image)
    with closing(Comparison(PatchedImage.whole(before), after, ignore=ignore)) as comparison:
        return comparison.diff(PatchedImage.of(before, image) if has_same_page_size else None)


@dataclass(frozen=True, slots=True)
class Trees:
    """Which table or index owns each page of an image, and the root page of each table."""

    owners: Mapping[int, str]
    roots: Mapping[str, int]


@lru_cache(maxsize=16)
def trees_of(image: bytes) -> Trees | None:
    """The page ownership of an image; None if this SQLite build lacks `dbstat`. A few ms, cached (LRU)."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(image)
        try:
            owners = connection.execute("SELECT pageno, name FROM dbstat").fetchall()
        except sqlite3.OperationalError:
            return None
        roots = connection.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").fetchall()
        return Trees(dict(owners), dict(roots))


def _require_committed(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        raise SnapshotError("Cannot compare inside an open transaction. Commit or roll back first.")


def _require_same_tables(old: Definitions, new: Definitions) -> None:
    for names, where in ((old.keys() - new.keys(), "before"), (new.keys() - old.keys(), "after")):
        if names:
            raise SnapshotError(
                f"Tables only in the state {where}: {', '.join(sorted(names))}. "
                "Compare two states of one world."
            )
    differing = [name for name in new if old[name].sql != new[name].sql]
    if differing:
        raise SnapshotError(
            f"Tables defined differently before and after: {', '.join(differing)}. "
            "Compare two states of one world."
        )


def _table_changes(cursor: sqlite3.Cursor, table: Table) -> list[RowChange]:
    changes = [_change(table, pair) for pair in cursor.execute(_changed_sql(table)).fetchall()]
    inserted = sum(change.before is None for change in changes)
    (shrunk_by,) = cursor.execute(_shrunk_by_sql(table.name)).fetchone()
    if shrunk_by + inserted:
        changes += [_change(table, pair) for pair in cursor.execute(_deleted_sql(table)).fetchall()]
    return sorted(changes, key=lambda change: [values.sort_key(value) for value in change.key])


def _change(table: Table, pair: tuple[SqlValue, ...]) -> RowChange:
    """A change from a joined row: key and columns of the old row, then of the new; NULLs if absent."""
    half, n = len(pair) // 2, len(table.key)
    old_key, old, new_key, new = pair[:n], pair[n:half], pair[half : half + n], pair[half + n :]
    return RowChange(
        table=table.name,
        key=old_key if new_key[0] is None else new_key,
        before=None if old_key[0] is None else table.row(old),
        after=None if new_key[0] is None else table.row(new),
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _shrunk_by_sql(table: str) -> str:
    name = quoted(table)
    return f"SELECT (SELECT count(*) FROM {BEFORE}.{name}) - (SELECT count(*) FROM main.{name})"


@lru_cache(maxsize=KEPT_STATEMENTS)
def _changed_sql(table: Table) -> str:
    unequal = [f"new.{c} IS NOT old.{c} COLLATE BINARY" for c in map(quoted, table.columns)]
    retyped = [f"typeof(new.{c}) <> typeof(old.{c})" for c in map(quoted, sorted(table.untyped))]
    return (
        f"{_pair_sql(table)} FROM main.{quoted(table.name)} AS new "
        f"LEFT JOIN {BEFORE}.{quoted(table.name)} AS old ON {_same_key(table)} "
        f"WHERE old.{quoted(table.key[0])} IS NULL OR {' OR '.join(unequal + retyped)}"
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _deleted_sql(table: Table) -> str:
    return (
        f"{_pair_sql(table)} FROM {BEFORE}.{quoted(table.name)} AS old "
        f"LEFT JOIN main.{quoted(table.name)} AS new ON {_same_key(table)} "
        f"WHERE new.{quoted(table.key[0])} IS NULL"
    )


def _pair_sql(table: Table) -> str:
    fields = [*map(quoted, table.key), *map(quoted, table.columns)]
    return "SELECT " + ", ".join(f"{side}.{field}" for side in ("old", "new") for field in fields)


def _same_key(table: Table) -> str:
    return " AND ".join(f"new.{c} = old.{c} COLLATE BINARY" for c in map(quoted, table.key))
