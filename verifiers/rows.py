"""Typed rows for verifiers: terms about one row, readable names of referenced rows, typed changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gristmill.snapshots.diff import ChangeKind, Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, Where, check, satisfies


@dataclass(frozen=True, slots=True)
class RowView:
    """Typed access to a row that may not exist; then text is empty and numbers are 0."""

    values: Row = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether the row exists."""
        return bool(self.values)

    def get(self, column: str) -> SqlValue:
        """The value as stored; None if the row does not exist."""
        return self.values.get(column)

    def text(self, column: str) -> str:
        """The value as text; empty for NULL."""
        value = self.values.get(column)
        return "" if value is None else str(value)

    def integer(self, column: str) -> int:
        """The value as an integer; 0 for NULL and non-integers."""
        value = self.values.get(column)
        return value if isinstance(value, int) else 0


def only_inserted(evidence: Evidence, table: str) -> RowView:
    """The row inserted into a table, if it is the only one."""
    inserted = evidence.diff.inserted(table)
    return RowView((inserted[0].after if len(inserted) == 1 else None) or {})


def row_before(evidence: Evidence, table: str, *key: SqlValue) -> RowView:
    """The row with this primary key at the start of the episode."""
    return RowView(evidence.before.get(table, *key) or {})


def row_after(evidence: Evidence, table: str, *key: SqlValue) -> RowView:
    """The current row with this primary key."""
    return RowView(evidence.after.get(table, *key) or {})


def named(
    evidence: Evidence, name: str, table: str, column: str, expected: SqlValue, actual: SqlValue
) -> Check:
    """Check a foreign key; the detail shows a readable column of the referenced rows instead of ids."""

    def label(key: SqlValue) -> str:
        row = evidence.after.get(table, key) if key is not None else None
        return str(row[column]) if row else "none"

    passed = expected == actual
    return check(name, passed, label(actual) if passed else f"{label(actual)} instead of {label(expected)}")


def equal_columns(name: str, expected: Mapping[str, SqlValue], actual: Mapping[str, SqlValue]) -> Check:
    """Check several values; the detail lists those that differ."""
    wrong = [key for key, value in expected.items() if actual[key] != value]
    return check(name, not wrong, ", ".join(f"{key} is {actual[key]!r}" for key in wrong))


def decreases(table: str, column: str, by: SqlValue, where: Where | None = None) -> Allowance:
    """Allow one update of `table` that lowers a number by exactly this much and changes nothing else."""

    def fits(change: RowChange) -> bool:
        before, after = RowView(change.before or {}), RowView(change.after or {})
        went_down = before.integer(column) - after.integer(column) == by
        return is_update(change, table, [column]) and satisfies(change.after, where) and went_down

    return Allowance(fits=fits, at_most=1)


def sets(table: str, values: Mapping[str, SqlValue], where: Where | None = None) -> Allowance:
    """Allow updates of `table` that change no other columns than these, to exactly these values."""
    return Allowance(
        fits=lambda change: (
            is_update(change, table, list(values))
            and satisfies(change.after, values)
            and satisfies(change.after, where)
        )
    )


def is_update(change: RowChange, table: str, columns: Sequence[str]) -> bool:
    """Whether a change is an update of `table` confined to these columns."""
    is_change = change.table == table and change.kind is ChangeKind.UPDATED
    return is_change and set(change.columns) <= set(columns)
