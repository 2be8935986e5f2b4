"""Reusable checks: expected rows and values, and that nothing else changed."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gristmill.snapshots.diff import ChangeKind, Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, CheckKind, Evidence

Where: TypeAlias = Mapping[str, SqlValue] | Callable[[Row], bool]
Key: TypeAlias = SqlValue | tuple[SqlValue, ...]

MAX_CHANGES = 5
MAX_COLUMNS = 6
MAX_CHARACTERS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """A kind of change that a task permits, up to `at_most` times (None: unlimited)."""

    fits: Callable[[RowChange], bool]
    at_most: int | None = None


def check(name: str, passed: bool, detail: str = "") -> Check:
    """Make a check from a name, a result and an optional detail."""
    return Check(name=name, passed=passed, detail=detail)


def trap(name: str, passed: bool, detail: str = "") -> Check:
    """Make a check that a known mistake was not made, named by what must hold: `no second order`."""
    return Check(name=name, passed=passed, detail=detail, kind=CheckKind.TRAP)


def term(name: str, expected: object, actual: object) -> Check:
    """Passes if expected and actual are equal; the detail gives both values on failure."""
    passed = expected == actual
    detail = _in_words(actual) if passed else f"{_in_words(actual)} instead of {_in_words(expected)}"
    return check(name, passed, detail)


def inserts(table: str, where: Where | None = None, *, at_most: int | None = None) -> Allowance:
    """Allow inserts into `table`; `where`: only rows with these values, or that satisfy this predicate."""
    return Allowance(
        fits=lambda change: _is(change, table, ChangeKind.INSERTED) and satisfies(change.after, where),
        at_most=at_most,
    )


def updates(
    table: str, keys: Collection[Key] | None = None, columns: Collection[str] | None = None
) -> Allowance:
    """Allow updates of `table`; `keys`: only these rows; `columns`: only changes within these."""
    return Allowance(
        fits=lambda change: (
            _is(change, table, ChangeKind.UPDATED)
            and _is_among(change, keys)
            and (columns is None or set(change.columns) <= set(columns))
        )
    )


def deletes(table: str, keys: Collection[Key] | None = None, where: Where | None = None) -> Allowance:
    """Allow deletes from `table`; `keys`: only these rows; `where`: only rows that matched it before."""
    return Allowance(
        fits=lambda change: (
            _is(change, table, ChangeKind.DELETED)
            and _is_among(change, keys)
            and satisfies(change.before, where)
        )
    )


def nothing_else_changed(evidence: Evidence, *allowed: Allowance) -> Check:
    """Passes if every change in the diff is covered by an allowance.

    Greedy: each change consumes the first matching allowance that is not exhausted, so list narrower
    allowances first.
    """
    left = [allowance.at_most for allowance in allowed]
    unexpected = [change for change in evidence.diff.changes if not _use_up(change, allowed, left)]
    return Check(
        name="nothing else changed",
        passed=not unexpected,
        detail=described(unexpected),
        kind=CheckKind.SIDE_EFFECTS,
        side_effects=tuple(map(_described, unexpected)),
    )


def row_inserted(
    evidence: Evidence, table: str, expected: Mapping[str, SqlValue], *, name: str
) -> tuple[Check, ...]:
    """Check that exactly one row was inserted into `table`, and each expected column of that row."""
    inserted = evidence.diff.inserted(table)
    row = inserted[0].after if len(inserted) == 1 else None
    once = check(f"one {name}", row is not None, f"{len(inserted)} inserted into {table}")
    return (once, *_terms(row, expected, name))


def row_updated(
    evidence: Evidence, table: str, key: Key, expected: Mapping[str, SqlValue], *, name: str
) -> tuple[Check, ...]:
    """Check each expected column of the row's current state; all checks fail if the row does not exist."""
    return _terms(evidence.after.get(table, *_parts(key)), expected, name)


def rows_inserted(
    evidence: Evidence, table: str, expected: Sequence[Mapping[str, SqlValue]], *, name: str
) -> Check:
    """Check that the inserted rows of `table` equal the expected ones as a multiset.

    All expected rows must name the same columns; other columns are ignored.
    """
    columns = sorted({column for row in expected for column in row})
    wanted = Counter(tuple(row[column] for column in columns) for row in expected)
    inserted = evidence.diff.inserted(table)
    found = Counter(tuple((change.after or {}).get(column) for column in columns) for change in inserted)
    return check(name, found == wanted, described(inserted) or f"no rows inserted into {table}")


def described(changes: Sequence[RowChange]) -> str:
    """Format changes for a check's detail: the first few, with long values truncated."""
    parts = [_described(change) for change in changes[:MAX_CHANGES]]
    if len(changes) > MAX_CHANGES:
        parts.append(f"and {len(changes) - MAX_CHANGES} more")
    return "; ".join(parts)


def _terms(row: Row | None, expected: Mapping[str, SqlValue], name: str) -> tuple[Check, ...]:
    if row is None:
        return tuple(check(f"{name}: {column}", False, "no such row") for column in expected)
    return tuple(term(f"{name}: {column}", value, row[column]) for column, value in expected.items())


def _use_up(change: RowChange, allowed: Sequence[Allowance], left: list[int | None]) -> bool:
    for i, allowance in enumerate(allowed):
        remaining = left[i]
        if remaining != 0 and allowance.fits(change):
            left[i] = None if remaining is None else remaining - 1
            return True
    return False


def _is(change: RowChange, table: str, kind: ChangeKind) -> bool:
    return change.table == table and change.kind is kind


def _is_among(change: RowChange, keys: Collection[Key] | None) -> bool:
    return keys is None or any(change.key == _parts(key) for key in keys)


def _parts(key: Key) -> tuple[SqlValue, ...]:
    return key if isinstance(key, tuple) else (key,)


def satisfies(row: Row | None, where: Where | None) -> bool:
    """Whether a row is as asked; where nothing is asked, any is. A row that does not exist never is."""
    if where is None or row is None:
        return where is None
    if callable(where):
        return where(row)
    return all(row[column] == value for column, value in where.items())


def _described(change: RowChange) -> str:
    key = ", ".join(_short_repr(part) for part in change.key)
    before, after = change.before, change.after
    columns = list(change.columns)
    if before is not None and after is not None:
        parts = [
            f"{column} {_short_repr(before[column])} -> {_short_repr(after[column])}" for column in columns
        ]
    else:
        row = after or before or {}
        parts = [f"{column} {_short_repr(row[column])}" for column in columns]
    more = ", ..." if len(parts) > MAX_COLUMNS else ""
    return f"{change.kind} {change.table} {key}: {', '.join(parts[:MAX_COLUMNS])}{more}"


def _in_words(value: object) -> str:
    return "none" if value is None else _short_repr(value)


def _short_repr(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 3]}..."
