"""Row-level changes between two states of a database as data, and a digest of one state."""

import hashlib
import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from gristmill.errors import InvalidOptionError
from gristmill.snapshots import values
from gristmill.snapshots.schema import definitions, plain_cursor, tables
from gristmill.snapshots.values import Row as Row
from gristmill.snapshots.values import SqlValue as SqlValue

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


def _row_to_json(row: Row | None) -> dict[str, values.JsonValue] | None:
    return None if row is None else {column: values.to_json(value) for column, value in row.items()}


def _row_from_json(row: dict[str, values.JsonValue] | None) -> Row | None:
    return None if row is None else {column: values.from_json(value) for column, value in row.items()}
