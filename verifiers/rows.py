"""Rows as verifiers read them: terms about one row, rows named as people know them, typed changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gristmill.snapshots.diff import ChangeKind, Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, Where, check, satisfies


@dataclass(frozen=True, slots=True)
class RowView:
    """A row that may not exist, read by type: without it, text is empty and numbers are 0."""

    values: Row = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is a row."""
        return bool(self.values)

    def get(self, column: str) -> SqlValue:
        """The value as SQLite holds it; None without a row."""
        return self.values.get(column)

    def text(self, column: str) -> str:
        """The value as text; empty for NULL."""
        value = self.values.get(column)
        return "" if value is None else str(value)

    def integer(self, column: str) -> int:
        """The value as an integer; 0 for NULL and for what is none."""
        value = self.values.get(column)
        return value if isinstance(value, int) else 0


def only_inserted(evidence: Evidence, table: str) -> RowView:
    """The row that was inserted into a table, if exactly one was."""
    inserted = evidence.diff.inserted(table)
    return RowView((inserted[0].after if len(inserted) == 1 else None) or {})


def row_before(evidence: Evidence, table: str, *key: SqlValue) -> RowView:
    """The row with this primary key as the episode began."""
    return RowView(evidence.before.get(table, *key) or {})


def row_after(evidence: Evidence, table: str, *key: SqlValue) -> RowView:
    """The row with this primary key as it is now."""
    return RowView(evidence.after.get(table, *key) or {})


def named(
    evidence: Evidence, name: str, table: str, column: str, expected: SqlValue, actual: SqlValue
) -> Check:
    """A term that is the id of a row; the detail names both rows by a column that people know them by."""

    def label(key: SqlValue) -> str:
        row = evidence.after.get(table, key) if key is not None else None
        return str(row[column]) if row else "none"

    passed = expected == actual
    return check(name, passed, label(actual) if passed else f"{label(actual)} instead of {label(expected)}")


def equal_columns(name: str, expected: Mapping[str, SqlValue], actual: Mapping[str, SqlValue]) -> Check:
    """That all these values are as expected; the detail lists those that are not."""
    wrong = [key for key, value in expected.items() if actual[key] != value]
    return check(name, not wrong, ", ".join(f"{key} is {actual[key]!r}" for key in wrong))


def decreases(table: str, column: str, by: SqlValue, where: Where | None = None) -> Allowance:
    """Once, that a number of a row of `table` went down by this much, and nothing else of the row changed."""

    def fits(change: RowChange) -> bool:
        before, after = RowView(change.before or {}), RowView(change.after or {})
        went_down = before.integer(column) - after.integer(column) == by
        return is_update(change, table, [column]) and satisfies(change.after, where) and went_down

    return Allowance(fits=fits, at_most=1)


def sets(table: str, values: Mapping[str, SqlValue], where: Where | None = None) -> Allowance:
    """Rows of `table` in which at most these columns changed, and have these values now."""
    return Allowance(
        fits=lambda change: (
            is_update(change, table, list(values))
            and satisfies(change.after, values)
            and satisfies(change.after, where)
        )
    )


def is_update(change: RowChange, table: str, columns: Sequence[str]) -> bool:
    """Whether a row of `table` changed in no other columns than these."""
    is_change = change.table == table and change.kind is ChangeKind.UPDATED
    return is_change and set(change.columns) <= set(columns)
