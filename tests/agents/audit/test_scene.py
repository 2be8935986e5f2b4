"""When two lists of changes amount to the same."""

from typing import Any

from gristmill.agents.audit.scene import essence, undeclared
from gristmill.snapshots.diff import RowChange


def inserted(table: str, number: int, **cells: Any) -> RowChange:
    return RowChange(table=table, key=(number,), before=None, after={"id": number, **cells})


def updated(table: str, number: int, **cells: tuple[Any, Any]) -> RowChange:
    before = {column: old for column, (old, _) in cells.items()}
    after = {column: new for column, (_, new) in cells.items()}
    return RowChange(table=table, key=(number,), before=before, after=after)


RIGHT = (
    inserted("order", 7, total=12, placed_at="2031-03-04 10:00:10.000000"),
    inserted("line", 9, order_id=7, sort="lamp"),
)


def test_equal_acts_at_another_time_under_other_numbers_are_the_same() -> None:
    later = (
        inserted("order", 8, total=12, placed_at="2031-03-04 10:07:30.000000"),
        inserted("line", 11, order_id=8, sort="lamp"),
    )
    assert essence(later) == essence(RIGHT)
    assert undeclared(later, RIGHT, {}) == []


def test_one_more_row_and_another_value_are_more() -> None:
    twice = (*RIGHT, inserted("line", 10, order_id=7, sort="lamp"))
    dearer = (inserted("order", 7, total=13, placed_at="2031-03-04 10:00:10.000000"), RIGHT[1])
    assert {change.table for change in undeclared(twice, RIGHT, {})} == {"line"}
    assert undeclared(dearer, RIGHT, {}) == [dearer[0]]
    assert essence(dearer) != essence(RIGHT)


def test_updates_of_different_rows_differ() -> None:
    assert essence([updated("mail", 3, is_read=(0, 1))]) != essence([updated("mail", 4, is_read=(0, 1))])


def test_what_only_the_right_changes_have_is_no_act() -> None:
    assert undeclared(RIGHT[:1], RIGHT, {}) == []


def test_declared_columns_and_rows_are_left_out() -> None:
    dearer = (inserted("order", 7, total=13, placed_at="2031-03-04 10:00:10.000000"), RIGHT[1])
    assert undeclared(dearer, RIGHT, {("order", "total"): "any"}) == []
    more = (*RIGHT, inserted("cart", 3, sort="lamp"))
    assert undeclared(more, RIGHT, {("cart", "rows"): "free"}) == []
    assert undeclared((*RIGHT, updated("cart", 1, note=("", "x"))), RIGHT, {("cart", "note"): "free"}) == []
