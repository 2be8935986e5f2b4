"""From the right final state, every cell and row altered on its own makes the verdict fail."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from gristmill.apps.shop import APP
from gristmill.apps.world.recording import BOOKKEEPING
from gristmill.snapshots.diff import ChangeKind, RowChange

FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")
STATES = 2
FAR = 100_000  # beyond every id
FREE_CELLS = {
    ("shop_cart_item", "id"): "rows are known by their contents; SQLite numbers them",
    ("shop_order", "id"): "the same; its line's order_id is changed along with it",
    ("shop_order_line", "id"): "the same",
}
FREE_ROWS = {"shop_cart_item": "what lay in the cart may be removed or put there again, if nothing buys it"}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    what: str
    sql: str
    values: tuple[Any, ...] = ()


def key_columns(stage: Any, table: str) -> list[str]:
    return [row[1] for row in stage.sql(f"PRAGMA table_info({table})") if row[5]]


def at(stage: Any, table: str) -> str:
    return " AND ".join(f"{column} = ?" for column in key_columns(stage, table))


def other(column: str, value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, str):
        return value.replace("2031-", "2032-") if "2031-" in value else f"{value}7"
    if column.startswith("is_"):
        return 1 - value
    if column.endswith("id"):
        return FAR if value is None else value + FAR
    return 1 if value is None else value + 1


def altered_cells(stage: Any, change: RowChange) -> Iterator[Mutant]:
    for column, value in (change.after or {}).items():
        if (change.table, column) not in FREE_CELLS:
            sql = f"UPDATE {change.table} SET {column} = ? WHERE {at(stage, change.table)}"
            yield Mutant(
                what=f"{change.table}.{column} altered", sql=sql, values=(other(column, value), *change.key)
            )


def undone(stage: Any, change: RowChange) -> Iterator[Mutant]:
    where = at(stage, change.table)
    if change.kind is ChangeKind.INSERTED:
        yield Mutant(
            what=f"{change.table} dropped", sql=f"DELETE FROM {change.table} WHERE {where}", values=change.key
        )
    elif change.kind is ChangeKind.UPDATED:
        assert change.before is not None
        columns = ", ".join(f"{column} = ?" for column in change.columns)
        old = tuple(change.before[column] for column in change.columns)
        sql = f"UPDATE {change.table} SET {columns} WHERE {where}"
        yield Mutant(what=f"{change.table} update undone", sql=sql, values=(*old, *change.key))
    else:
        assert change.table in FREE_ROWS


def copied(stage: Any, table: str, row: dict[str, Any], what: str) -> Mutant:
    """One row more, like this one where no unique column forbids it."""
    unique = {
        info[2]
        for index in stage.sql(f"PRAGMA index_list({table})")
        if index[2]
        for info in stage.sql(f"PRAGMA index_info({index[1]})")
    }
    changed = unique | set(key_columns(stage, table))
    values = tuple(
        (f"{v} again" if isinstance(v, str) else v + FAR) if c in changed and v is not None else v
        for c, v in row.items()
    )
    holes = ", ".join("?" for _ in values)
    return Mutant(what=what, sql=f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", values=values)


def doubled(stage: Any, change: RowChange) -> Iterator[Mutant]:
    if change.kind is ChangeKind.INSERTED:
        yield copied(stage, change.table, dict(change.after or {}), f"{change.table} doubled")


def elsewhere(stage: Any) -> Iterator[Mutant]:
    """In each table: one row more, an old row less, and each cell of an old row altered."""
    changed = {(change.table, change.key) for change in stage.changes()}
    for (table,) in stage.sql("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
        if table in BOOKKEEPING | APP.bookkeeping:
            continue
        rows = [
            dict(zip(row_names(stage, table), row, strict=True))
            for row in stage.sql(f"SELECT * FROM {table}")
        ]
        keys = key_columns(stage, table)
        old = [row for row in rows if (table, tuple(row[key] for key in keys)) not in changed]
        if not old:
            needed = {info[1] for info in stage.sql(f"PRAGMA table_info({table})") if info[3]} | {keys[0]}
            holes = ", ".join("1" for _ in needed)
            yield Mutant(
                what=f"{table} begun", sql=f"INSERT INTO {table} ({', '.join(needed)}) VALUES ({holes})"
            )
            continue
        row = old[len(old) // 2]
        key = tuple(row[column] for column in keys)
        yield copied(stage, table, row, f"{table} has one row more")
        yield Mutant(
            what=f"{table} has one row less", sql=f"DELETE FROM {table} WHERE {at(stage, table)}", values=key
        )
        for column, value in row.items():
            sql = f"UPDATE {table} SET {column} = ? WHERE {at(stage, table)}"
            yield Mutant(what=f"{table}.{column} of an old row", sql=sql, values=(other(column, value), *key))


def row_names(stage: Any, table: str) -> list[str]:
    return [row[1] for row in stage.sql(f"PRAGMA table_info({table})")]


def mutants(stage: Any) -> list[Mutant]:
    changes = stage.changes()
    made = [
        m
        for change in changes
        for m in (*altered_cells(stage, change), *undone(stage, change), *doubled(stage, change))
    ]
    return [*made, *elsewhere(stage)]


@pytest.mark.slow
@pytest.mark.parametrize("state", range(STATES))
@pytest.mark.parametrize("family_id", FAMILIES)
def test_no_mutant_of_the_right_final_state_passes(family_id: str, state: int, stages: Any) -> None:
    survivors = []
    for stage in stages(family_id, done=True, first=state, count=1):
        assert stage.judge().success
        for mutant in mutants(stage):
            stage.rewind(stage.ending)
            stage.sql("PRAGMA foreign_keys = OFF")
            stage.sql(mutant.sql, *mutant.values)
            assert stage.sql("SELECT total_changes()") != [(0,)]
            if stage.judge().success:
                survivors.append((stage.task.seed, mutant.what))
    assert survivors == []


@pytest.mark.parametrize("family_id", FAMILIES[1:])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "MW-123-45"),
        ("placed_at", "2031-03-04 10:00:01.000000"),
        ("placed_at", "2031-03-03 10:00:00.000000"),
        ("placed_at", "2031-03-05 10:00:00.000000"),
        ("placed_at", "today"),
        ("arrives_by", "2031-03-04"),
        ("ship_to", ""),
    ],
)
def test_an_order_with_a_wrong_copy_or_time_fails_its_details(
    family_id: str, column: str, value: str, stages: Any
) -> None:
    for stage in stages(family_id, done=True, count=STATES):
        stage.sql(f"UPDATE shop_order SET {column} = ? WHERE id = (SELECT max(id) FROM shop_order)", value)
        assert stage.failed() == {"details"}


@pytest.mark.parametrize("family_id", FAMILIES)
def test_the_free_cells_are_really_free(family_id: str, stages: Any) -> None:
    for stage in stages(family_id, done=True, count=STATES):
        stage.sql("PRAGMA foreign_keys = OFF")
        for table, column in FREE_CELLS:
            for change in stage.episode.diff().inserted(table):
                stage.sql(f"UPDATE {table} SET {column} = {column} + 5000 WHERE {column} = ?", *change.key)
                if table == "shop_order":
                    stage.sql(
                        "UPDATE shop_order_line SET order_id = order_id + 5000 WHERE order_id = ?",
                        *change.key,
                    )
        assert stage.failed() == set()
