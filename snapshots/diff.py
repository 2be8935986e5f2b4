"""What changed between two states of a database, row by row; and a digest of one state."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from gristmill.errors import InvalidOptionError, SnapshotError
from gristmill.snapshots import values
from gristmill.snapshots.image import require_database
from gristmill.snapshots.pages import touched_trees
from gristmill.snapshots.schema import Definition, Table, definitions, plain_cursor, quoted, tables
from gristmill.snapshots.values import Row as Row
from gristmill.snapshots.values import SqlValue as SqlValue

_BEFORE = "gristmill_before"
_canonical = json.JSONEncoder(default=values.to_json)


class ChangeKind(StrEnum):
    """What happened to a row."""

    INSERTED = "inserted"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowChange:
    """One row that differs; `before` is None for an inserted row, `after` for a deleted one."""

    table: str
    key: tuple[SqlValue, ...]
    before: Row | None
    after: Row | None

    @property
    def kind(self) -> ChangeKind:
        """Whether the row was inserted, updated or deleted."""
        if self.before is None:
            return ChangeKind.INSERTED
        return ChangeKind.DELETED if self.after is None else ChangeKind.UPDATED

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values differ; all of them for an inserted or deleted row."""
        if self.before is None or self.after is None:
            return tuple(self.after or self.before or ())
        return tuple(c for c in self.after if not values.same(self.before[c], self.after[c]))


@dataclass(frozen=True, slots=True)
class StateDiff:
    """The rows that differ between two states, by table and primary key. Empty is false."""

    changes: tuple[RowChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def inserted(self, table: str) -> tuple[RowChange, ...]:
        """New rows of `table`, by primary key."""
        return self._of(table, ChangeKind.INSERTED)

    def updated(self, table: str) -> tuple[RowChange, ...]:
        """Changed rows of `table`, by primary key."""
        return self._of(table, ChangeKind.UPDATED)

    def deleted(self, table: str) -> tuple[RowChange, ...]:
        """Rows of `table` that are gone, by primary key."""
        return self._of(table, ChangeKind.DELETED)

    def _of(self, table: str, kind: ChangeKind) -> tuple[RowChange, ...]:
        return tuple(c for c in self.changes if c.table == table and c.kind is kind)

    def to_json(self) -> str:
        """This diff as JSON text, from which `from_json` makes an equal one."""
        changes = [
            {
                "table": change.table,
                "key": [values.to_json(value) for value in change.key],
                "before": _row_to_json(change.before),
                "after": _row_to_json(change.after),
            }
            for change in self.changes
        ]
        return json.dumps({"changes": changes}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "StateDiff":
        """The diff that `to_json` wrote.

        Raises:
            InvalidOptionError: the text is something else.
        """
        try:
            return cls(
                tuple(
                    RowChange(
                        table=change["table"],
                        key=tuple(values.from_json(value) for value in change["key"]),
                        before=_row_from_json(change["before"]),
                        after=_row_from_json(change["after"]),
                    )
                    for change in json.loads(text)["changes"]
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidOptionError(
                f"Not a stored diff: {text[:60]!r}. Pass what `StateDiff.to_json` wrote."
            ) from error


def diff(before: bytes, after: sqlite3.Connection, *, ignore: Collection[str] = ()) -> StateDiff:
    """What changed since `before`, in all tables but those in `ignore` (which need not exist).

    Values differ if their types do (1, 1.0, '1'), and text by its bytes, whatever the column's
    collation; 0.0 equals -0.0. `after` is left as it was. Tables on untouched pages cost nothing.

    Raises:
        SnapshotError: `after` has a transaction open, or the two do not have the same tables.
        SnapshotDamagedError: `before` is not a SQLite database.
    """
    if after.in_transaction:
        raise SnapshotError("Cannot diff inside an open transaction. Commit or roll back first.")
    require_database(before)
    now = after.serialize()
    if now == before:
        return StateDiff()
    with _attached(before, after), plain_cursor(after) as cursor:
        new = definitions(cursor, ignore=ignore)
        old = definitions(cursor, _BEFORE, ignore=ignore)
        _require_same_tables(old, new)
        touched = touched_trees(cursor, before, now)
        changes = [
            change
            for table in tables(new).values()
            if touched is None
            or table.name in touched
            or old[table.name].root_page != new[table.name].root_page
            for change in _table_changes(cursor, table)
        ]
    return StateDiff(tuple(changes))


def state_digest(connection: sqlite3.Connection, *, ignore: Collection[str] = ()) -> str:
    """The sha256, in hex, of all rows of all tables but those in `ignore`.

    Depends on tables, columns, keys and typed values alone: not on the layout of pages, nor on the
    order of insertion.
    """
    sha = hashlib.sha256()
    with plain_cursor(connection) as cursor:
        for table in tables(definitions(cursor, ignore=ignore)).values():
            rows = [_canonical.encode(row) for row in cursor.execute(table.select())]
            if not table.is_keyed:
                rows.sort()  # its rowids tell no more than the order of insertion
            sha.update("\n".join([_canonical.encode((table.name, *table.columns)), *rows, ""]).encode())
    return sha.hexdigest()


@contextmanager
def _attached(before: bytes, after: sqlite3.Connection) -> Iterator[None]:
    after.execute(f"ATTACH ':memory:' AS {_BEFORE}").close()
    try:
        after.deserialize(before, name=_BEFORE)
        yield
    finally:
        after.execute(f"DETACH {_BEFORE}").close()


def _require_same_tables(old: dict[str, Definition], new: dict[str, Definition]) -> None:
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
    name = quoted(table.name)
    counts = f"SELECT (SELECT count(*) FROM {_BEFORE}.{name}) - (SELECT count(*) FROM main.{name})"
    (shrunk_by,) = cursor.execute(counts).fetchone()
    if shrunk_by + inserted:
        changes += [_change(table, pair) for pair in cursor.execute(_deleted_sql(table)).fetchall()]
    return sorted(changes, key=lambda change: [values.sort_key(value) for value in change.key])


def _change(table: Table, pair: tuple[SqlValue, ...]) -> RowChange:
    """From the key and columns of the old row, then those of the new one; all NULL for no row."""
    half, n = len(pair) // 2, len(table.key)
    old_key, old, new_key, new = pair[:n], pair[n:half], pair[half : half + n], pair[half + n :]
    return RowChange(
        table=table.name,
        key=old_key if new_key[0] is None else new_key,
        before=None if old_key[0] is None else table.row(old),
        after=None if new_key[0] is None else table.row(new),
    )


def _changed_sql(table: Table) -> str:
    unequal = [f"new.{c} IS NOT old.{c} COLLATE BINARY" for c in map(quoted, table.columns)]
    retyped = [f"typeof(new.{c}) <> typeof(old.{c})" for c in map(quoted, sorted(table.untyped))]
    return (
        f"{_pair_sql(table)} FROM main.{quoted(table.name)} AS new "
        f"LEFT JOIN {_BEFORE}.{quoted(table.name)} AS old ON {_same_key(table)} "
        f"WHERE old.{quoted(table.key[0])} IS NULL OR {' OR '.join(unequal + retyped)}"
    )


def _deleted_sql(table: Table) -> str:
    return (
        f"{_pair_sql(table)} FROM {_BEFORE}.{quoted(table.name)} AS old "
        f"LEFT JOIN main.{quoted(table.name)} AS new ON {_same_key(table)} "
        f"WHERE new.{quoted(table.key[0])} IS NULL"
    )


def _pair_sql(table: Table) -> str:
    fields = [*map(quoted, table.key), *map(quoted, table.columns)]
    return "SELECT " + ", ".join(f"{side}.{field}" for side in ("old", "new") for field in fields)


def _same_key(table: Table) -> str:
    return " AND ".join(f"new.{c} = old.{c} COLLATE BINARY" for c in map(quoted, table.key))


def _row_to_json(row: Row | None) -> dict[str, values.JsonValue] | None:
    return None if row is None else {column: values.to_json(value) for column, value in row.items()}


def _row_from_json(row: dict[str, values.JsonValue] | None) -> Row | None:
    return None if row is None else {column: values.from_json(value) for column, value in row.items()}
