"""Read-only access to the rows of one database state, for verifiers."""

import sqlite3
from collections.abc import Mapping

from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.snapshots.schema import Table, plain_cursor, quoted
from gristmill.snapshots.values import Row, SqlValue


class DatabaseRows:
    """Rows of a live connection's main or attached database, read at each call.

    Does not own the connection. Exposes only the tables in `shapes`.
    """

    def __init__(
        self, connection: sqlite3.Connection, shapes: Mapping[str, Table], *, schema: str = "main"
    ) -> None:
        self._connection, self._shapes, self._schema = connection, shapes, schema

    def all(self, table: str, /, **equal: SqlValue) -> list[Row]:
        """The rows of `table` whose columns have these values, or all of them, in primary-key order.

        SQLite compares them, with an index if there is one; None equals NULL.

        Raises:
            UnknownNameError: there is no such table or column.
        """
        shape = self._table(table)
        for column in equal:
            if column not in shape.columns:
                raise UnknownNameError(f"column of table {table!r}", column, sorted(shape.columns))
        where = f"WHERE {' AND '.join(f'{quoted(column)} IS ?' for column in equal)}" if equal else ""
        with plain_cursor(self._connection) as cursor:
            found = cursor.execute(shape.select(where, schema=self._schema), tuple(equal.values()))
            return [shape.row(values) for values in found]

    def get(self, table: str, *key: object) -> Row | None:
        """The row with this primary key (or rowid, for a table without one), or None.

        Raises:
            UnknownNameError: there is no such table.
            InvalidOptionError: the key has the wrong number of parts.
        """
        shape = self._table(table)
        if len(key) != len(shape.key):
            raise InvalidOptionError(
                f"The key {key!r} does not fit table {table!r}: give a value for {', '.join(shape.key)}."
            )
        where = " AND ".join(f"{quoted(column)} = ?" for column in shape.key)
        with plain_cursor(self._connection) as cursor:
            found = cursor.execute(shape.select(f"WHERE {where}", schema=self._schema), key).fetchone()
        return None if found is None else shape.row(found)

    def _table(self, name: str) -> Table:
        if name not in self._shapes:
            raise UnknownNameError("table", name, sorted(self._shapes))
        return self._shapes[name]
