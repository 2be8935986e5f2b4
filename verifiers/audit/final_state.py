"""The final state of an episode as a private copy, in which single rows are changed and put back."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from gristmill.snapshots.comparison import Comparison
from gristmill.snapshots.diff import Row, RowChange, StateDiff
from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage
from gristmill.snapshots.schema import Table, definitions, plain_cursor, quoted, quoted_list, tables
from gristmill.snapshots.values import SqlValue, sort_key
from gristmill.snapshots.world_changes import WorldChange, agent_diff
from gristmill.verifiers.base import Evidence

Key = tuple[SqlValue, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """What a column may hold: its declared type, and the table and column that it refers to, if any."""

    declared: str
    refers_to: tuple[str, str] | None = None


class FinalState:
    """A copy of an episode's final database that yields evidence for changed versions of it.

    The diff of a changed version is the final state's diff with the changed rows replaced, so that one costs
    a fraction of a millisecond whatever the size of the world. The caller closes it.

    Attributes:
        tables: the judged tables by name.
        changes: the agent's changes.
        clock: world time at the start and at the end, as rows store times.
    """

    def __init__(
        self,
        start: PatchedImage,
        end: PatchedImage,
        *,
        hidden: Collection[str] = (),
        world_changes: Sequence[WorldChange] = (),
        answer: str | None = None,
        gave_up: str | None = None,
        visited: frozenset[str] = frozenset(),
        clock: tuple[str, str] = ("", ""),
    ) -> None:
        self.answer, self.gave_up, self.visited, self.clock = answer, gave_up, visited, clock
        self._world_changes = tuple(world_changes)
        self._connection = restore(end.data())
        self._connection.isolation_level = None  # transactions are opened and rolled back here alone
        self._comparison = Comparison(start, self._connection, ignore=hidden)
        self._before, self._after = self._comparison.before, self._comparison.after
        raw = self._comparison.diff(end if end.base is start.base else None)
        self._raw = {(change.table, change.key): change for change in raw.changes}
        with plain_cursor(self._connection) as cursor:
            self.tables = tables(definitions(cursor, ignore=hidden))
        self._columns: dict[str, Mapping[str, Column]] = {}
        self.changes = self._diff(self._raw).changes

    def close(self) -> None:
        """Free the copy."""
        self._connection.close()

    def evidence(self) -> Evidence:
        """The evidence of the final state itself."""
        return self._evidence(self._raw)

    @contextmanager
    def changed(self, *edits: RowChange) -> Iterator[Evidence]:
        """The evidence after some rows were changed; they are put back afterwards.

        Raises:
            sqlite3.IntegrityError: the schema does not admit the change.
        """
        self._connection.execute("BEGIN")
        try:
            touched = [at for edit in edits for at in self._apply(edit)]
            yield self._evidence(self._raw | {at: self._change(*at) for at in touched})
        finally:
            self._connection.execute("ROLLBACK")

    def columns(self, table: str) -> Mapping[str, Column]:
        """What the columns of a table may hold, by name; cached."""
        if table not in self._columns:
            info = self.read("SELECT name, type FROM pragma_table_info(?)", table)
            keys = self.read('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', table)
            refers = {str(own): (str(other), str(column or "id")) for own, other, column in keys}
            self._columns[table] = {
                str(name): Column(declared=str(kind).upper(), refers_to=refers.get(str(name)))
                for name, kind in info
            }
        return self._columns[table]

    def unique_columns(self, table: str) -> frozenset[str]:
        """The columns of a table that are part of its key or of a unique index."""
        indexed = self.read(
            "SELECT i.name FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i "
            'WHERE l."unique" AND i.name IS NOT NULL',
            table,
        )
        return frozenset({*self.tables[table].key, *(str(name) for (name,) in indexed)})

    def read(self, sql: str, *values: SqlValue) -> list[tuple[SqlValue, ...]]:
        """The rows of a query on the final state."""
        with plain_cursor(self._connection) as cursor:
            return cursor.execute(sql, values).fetchall()

    def count(self, table: str) -> int:
        """The number of rows of a table."""
        return int(str(self.read(f"SELECT count(*) FROM {quoted(table)}")[0][0]))

    def row_at(self, table: str, place: int) -> tuple[Key, Row]:
        """The key and content of a table's row at a place in the order of keys, from 0."""
        shape = self.tables[table]
        key, columns = quoted_list(shape.key), quoted_list(shape.columns)
        sql = f"SELECT {key}, {columns} FROM {quoted(table)} ORDER BY {key} LIMIT 1 OFFSET ?"
        found = self.read(sql, place)[0]
        return found[: len(shape.key)], shape.row(found[len(shape.key) :])

    def is_changed(self, table: str, key: Key) -> bool:
        """Whether agent or world have changed this row."""
        return (table, key) in self._raw

    def _apply(self, edit: RowChange) -> list[tuple[str, Key]]:
        """Make a change; returns table and key of each row that differs now."""
        shape = self.tables[edit.table]
        if edit.before is None and edit.after is not None:
            return [(edit.table, self._insert(shape, edit.after))]
        where = " AND ".join(f"{quoted(column)} = ?" for column in shape.key)
        if edit.after is None:
            self._connection.execute(f"DELETE FROM {quoted(edit.table)} WHERE {where}", edit.key)
            return [(edit.table, edit.key)]
        values = {column: edit.after[column] for column in edit.columns}
        cells = ", ".join(f"{quoted(column)} = ?" for column in values)
        self._connection.execute(
            f"UPDATE {quoted(edit.table)} SET {cells} WHERE {where}", (*values.values(), *edit.key)
        )
        moved = tuple(values.get(column, part) for column, part in zip(shape.key, edit.key, strict=True))
        return [(edit.table, edit.key), (edit.table, moved)]

    def _insert(self, shape: Table, row: Row) -> Key:
        holes = ", ".join("?" for _ in row)
        sql = f"INSERT INTO {quoted(shape.name)} ({quoted_list(row)}) VALUES ({holes})"
        with closing(self._connection.execute(sql, tuple(row.values()))) as cursor:
            rowid = cursor.lastrowid
        return tuple(row[column] for column in shape.key) if shape.is_keyed else (rowid,)

    def _change(self, table: str, key: Key) -> RowChange | None:
        before, after = self._before.get(table, *key), self._after.get(table, *key)
        change = RowChange(table=table, key=key, before=before, after=after)
        is_same = before is None and after is None if None in (before, after) else not change.columns
        return None if is_same else change

    def _evidence(self, raw: Mapping[tuple[str, Key], RowChange | None]) -> Evidence:
        return Evidence(
            before=self._before,
            after=self._after,
            diff=self._diff(raw),
            world_changes=self._world_changes,
            answer=self.answer,
            gave_up=self.gave_up,
            visited=self.visited,
        )

    def _diff(self, raw: Mapping[tuple[str, Key], RowChange | None]) -> StateDiff:
        changes = [change for change in raw.values() if change is not None]
        changes.sort(key=lambda each: (each.table, [sort_key(part) for part in each.key]))
        return agent_diff(StateDiff(tuple(changes)), self._world_changes, self._after)


Refused = sqlite3.IntegrityError
"""What `FinalState.changed` raises for a change that the schema does not admit."""
