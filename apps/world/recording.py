"""Records which rows event and signal handlers change, to separate them from the agent's changes.

While a handler runs, temporary triggers copy each changed row into a temporary table. This is exact however
the row was written (ORM, SQL, cascades) and rolled back with the transaction. The triggers are created when a
handler first runs on a connection.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, lent
from gristmill.snapshots import values
from gristmill.snapshots.schema import Table, definitions, plain_cursor, quoted, tables
from gristmill.snapshots.values import Row, SqlValue
from gristmill.snapshots.world_changes import WorldChange

BOOKKEEPING = frozenset(
    {
        "world_clock", "world_sequence", "world_event", "world_change", "world_settings", "world_notice",
        "world_dismissal",
    }
)  # fmt: skip
LOG, FLAG = "gristmill_log", "gristmill_records"
IS_INSTALLED = f"SELECT 1 FROM temp.sqlite_master WHERE name = '{LOG}'"
SAVE = "INSERT INTO world_change (at, cause, table_name, key, before, after) VALUES (?, ?, ?, ?, ?, ?)"
LOAD = "SELECT at, cause, table_name, key, before, after FROM world_change ORDER BY id"

Key = tuple[SqlValue, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """A row's state before and after some statements; None where it does not exist."""

    before: Row | None
    after: Row | None


@contextmanager
def written_by_world(db: Session, cause: str) -> Iterator[None]:
    """Record all changes made through this session within the block as world changes.

    Blocks may be nested: each change belongs to the innermost one. If the block raises, the caller must
    roll back.
    """
    db.flush()  # earlier pending changes are not the handler's
    connection = lent(db)
    if not (isinstance(connection, LentConnection) and connection.records_writes):
        yield
        db.flush()
        return
    if connection.causes:
        save(db, connection, connection.causes[-1])
    else:
        switch_on(connection)
    connection.causes.append(cause)
    try:
        yield
        db.flush()
        save(db, connection, cause)
    finally:
        connection.causes.pop()
        if not connection.causes:
            switch_off(connection)


def has_written(db: Session) -> bool:
    """Whether the innermost block has changed any row so far."""
    db.flush()
    connection = lent(db)
    if not (isinstance(connection, LentConnection) and connection.causes):
        return False
    with plain_cursor(connection) as cursor:
        return cursor.execute(f"SELECT 1 FROM temp.{LOG} LIMIT 1").fetchone() is not None


def switch_on(connection: LentConnection) -> None:
    """Enable the triggers; creates them if needed."""
    with plain_cursor(connection) as cursor:
        if cursor.execute(IS_INSTALLED).fetchone() is None:
            causes = connection.causes
            connection.create_function(FLAG, 0, lambda: bool(causes))
            connection.copied_tables = install(cursor)
        cursor.execute(
            "PRAGMA recursive_triggers = ON"
        )  # otherwise REPLACE deletes rows without firing triggers


def switch_off(connection: LentConnection) -> None:
    """Disable the triggers."""
    connection.execute("PRAGMA recursive_triggers = OFF").close()


def install(cursor: sqlite3.Cursor) -> tuple[Table, ...]:
    """Create the temporary table and the triggers; returns the covered tables (a few ms for 20 tables)."""
    found = tuple(tables(definitions(cursor, ignore=BOOKKEEPING)).values())
    for statement in statements(found):
        cursor.execute(statement)
    return found


@lru_cache(maxsize=16)
def statements(found: tuple[Table, ...]) -> tuple[str, ...]:
    """SQL that creates the temporary table and the triggers for these tables."""
    width = max((len(fields_of(table)) for table in found), default=0)
    cells = "".join(f", o{n}, n{n}" for n in range(width))
    operations = (("INSERT", 0, 1), ("UPDATE", 1, 1), ("DELETE", 1, 0))
    return (
        f"CREATE TEMP TABLE {LOG} (seq INTEGER PRIMARY KEY, place, had, has{cells})",
        *(trigger_sql(n, table, *each) for n, table in enumerate(found) for each in operations),
    )


def trigger_sql(place: int, table: Table, operation: str, had: int, has: int) -> str:
    """SQL of the trigger that copies changed rows of a table."""
    fields = list(enumerate(fields_of(table)))
    old = [(f"o{n}", f"OLD.{quoted(field)}") for n, field in fields if had]
    new = [(f"n{n}", f"NEW.{quoted(field)}") for n, field in fields if has]
    names, cells = zip(("place", str(place)), ("had", str(had)), ("has", str(has)), *old, *new, strict=True)
    return (
        f"CREATE TEMP TRIGGER gristmill_{operation.lower()}_{place} AFTER {operation} "
        f"ON main.{quoted(table.name)} WHEN {FLAG}() "
        f"BEGIN INSERT INTO {LOG} ({', '.join(names)}) VALUES ({', '.join(cells)}); END"
    )


def fields_of(table: Table) -> tuple[str, ...]:
    """The copied fields of a row: its key, then its columns."""
    return (*table.key, *table.columns)


def save(db: Session, connection: LentConnection, cause: str) -> None:
    """Move the copies to the table of world changes, one entry per changed row."""
    with plain_cursor(connection) as cursor:
        copied = cursor.execute(f"SELECT * FROM temp.{LOG} ORDER BY seq").fetchall()
        if not copied:
            return
        cursor.execute(f"DELETE FROM temp.{LOG}")
        writes = net_changes(connection.copied_tables, copied)
    # Through SQLAlchemy's engine, which records that the clock was read.
    at = db.connection().exec_driver_sql("SELECT now FROM world_clock").scalar_one()
    rows = [(at, cause, table, *as_json(key, write)) for (table, key), write in writes.items()]
    connection.executemany(SAVE, rows)


def net_changes(
    found: Sequence[Table], copied: Sequence[tuple[SqlValue, ...]]
) -> dict[tuple[str, Key], Write]:
    """The net change of each row from the first to the last copy, by table and key."""
    writes: dict[tuple[str, Key], Write] = {}
    for _, place, had, has, *cells in copied:
        table = found[int(place or 0)]
        old = split_cells(table, cells[0::2]) if had else None
        new = split_cells(table, cells[1::2]) if has else None
        for key in dict.fromkeys(
            side[0] for side in (old, new) if side
        ):  # two keys if the update changed the key
            before = old[1] if old and old[0] == key else None
            after = new[1] if new and new[0] == key else None
            known = writes.get((table.name, key))
            writes[table.name, key] = Write(known.before if known else before, after)
    return {at: write for at, write in writes.items() if differs(write)}


def split_cells(table: Table, cells: Sequence[SqlValue]) -> tuple[Key, Row]:
    """Split a table's copied cells into key and row."""
    n = len(table.key)
    return tuple(cells[:n]), table.row(tuple(cells[n : n + len(table.columns)]))


def differs(write: Write) -> bool:
    """Whether a row's final state differs from its initial one."""
    if write.before is None or write.after is None:
        return write.before is not write.after
    return any(not values.same(write.before[column], write.after[column]) for column in write.after)


def as_json(key: Key, write: Write) -> tuple[str, str | None, str | None]:
    """Key, before and after as JSON text; only the changed columns for an updated row."""
    before, after = write.before, write.after
    if before is not None and after is not None:
        changed = [column for column in after if not values.same(before[column], after[column])]
        before, after = ({column: row[column] for column in changed} for row in (before, after))
    return json.dumps([values.to_json(value) for value in key]), row_json(before), row_json(after)


def row_json(row: Row | None) -> str | None:
    """A row as JSON text, or None."""
    return None if row is None else json.dumps({c: values.to_json(value) for c, value in row.items()})


def recorded(connection: sqlite3.Connection, *, ignore: Collection[str] = ()) -> tuple[WorldChange, ...]:
    """All world changes since the start of the episode, in order, except in ignored tables."""
    with plain_cursor(connection) as cursor:
        if cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'world_change'").fetchone() is None:
            return ()
        rows = cursor.execute(LOAD).fetchall()
    return tuple(
        WorldChange(
            at=at,
            cause=cause,
            table=table,
            key=tuple(values.from_json(value) for value in json.loads(key)),
            before=row_of(before),
            after=row_of(after),
        )
        for at, cause, table, key, before, after in rows
        if table not in ignore
    )


def row_of(text: str | None) -> Row | None:
    """Decode a row that `row_json` encoded."""
    return None if text is None else {c: values.from_json(value) for c, value in json.loads(text).items()}
