"""Read-only sight of one database state, for verifiers."""

import sqlite3
import weakref
from collections.abc import Collection
from functools import cached_property

from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.snapshots.image import restore
from gristmill.snapshots.schema import Table, definitions, plain_cursor, quoted, tables
from gristmill.snapshots.values import Row


class DatabaseRows:
    """The rows of a live connection, or of an image that is opened when first asked.

    A connection stays its owner's, and is read as it is at each call. Tables in `ignore` are
    not seen.
    """

    def __init__(self, source: sqlite3.Connection | bytes, *, ignore: Collection[str] = ()) -> None:
        self._source = source
        self._ignore = frozenset(ignore)

    def all(self, table: str) -> list[Row]:
        """Every row of `table`, in primary-key order.

        Raises:
            UnknownNameError: there is no such table.
        """
        shape = self._table(table)
        with plain_cursor(self._connection) as cursor:
            return [shape.row(values) for values in cursor.execute(shape.select())]

    def get(self, table: str, *key: object) -> Row | None:
        """The row with this primary key (the rowid, for a table without one), or None.

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
            found = cursor.execute(shape.select(f"WHERE {where}"), key).fetchone()
        return None if found is None else shape.row(found)

    def close(self) -> None:
        """Free the database opened for an image; done as well when this object goes."""
        opened = self.__dict__.pop("_connection", None)
        if opened is not None and opened is not self._source:
            opened.close()

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        if isinstance(self._source, sqlite3.Connection):
            return self._source
        opened = restore(self._source)
        weakref.finalize(self, opened.close)
        return opened

    @cached_property
    def _tables(self) -> dict[str, Table]:
        with plain_cursor(self._connection) as cursor:
            return tables(definitions(cursor, ignore=self._ignore))

    def _table(self, name: str) -> Table:
        if name not in self._tables:
            raise UnknownNameError("table", name, sorted(self._tables))
        return self._tables[name]
