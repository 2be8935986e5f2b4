"""Checks that verifiers share: terms of what was asked, and that nothing else changed."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gristmill.snapshots.diff import ChangeKind, Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence

Where: TypeAlias = Mapping[str, SqlValue] | Callable[[Row], bool]
Key: TypeAlias = SqlValue | tuple[SqlValue, ...]

SHOWN_CHANGES = 5
SHOWN_COLUMNS = 6
SHOWN_CHARACTERS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """A kind of change that a task may bring about, at most so many times (None: any number)."""

    fits: Callable[[RowChange], bool]
    at_most: int | None = None


def check(name: str, passed: bool, detail: str = "") -> Check:
    """A named claim, with what was detail."""
    return Check(name=name, passed=passed, detail=detail)


def term(name: str, expected: object, actual: object) -> Check:
    """One term of what was asked: passes if the two are equal, and tells both if not."""
    passed = expected == actual
    detail = _shown(actual) if passed else f"{_shown(actual)} instead of {_shown(expected)}"
    return check(name, passed, detail)


def inserts(table: str, where: Where | None = None, *, at_most: int | None = None) -> Allowance:
    """New rows of `table`; with `where`, those that have these values or satisfy it."""
    return Allowance(
        fits=lambda change: _is(change, table, ChangeKind.INSERTED) and _satisfies(change.after, where),
        at_most=at_most,
    )


def updates(
    table: str, keys: Collection[Key] | None = None, columns: Collection[str] | None = None
) -> Allowance:
    """Changed rows of `table`; with `keys`, these rows; with `columns`, if no other column differs."""
    return Allowance(
        fits=lambda change: (
            _is(change, table, ChangeKind.UPDATED)
            and _is_among(change, keys)
            and (columns is None or set(change.columns) <= set(columns))
        )
    )


def deletes(table: str, keys: Collection[Key] | None = None, where: Where | None = None) -> Allowance:
    """Rows of `table` that are gone; with `keys`, these; with `where`, those that were like this."""
    return Allowance(
        fits=lambda change: (
            _is(change, table, ChangeKind.DELETED)
            and _is_among(change, keys)
            and _satisfies(change.before, where)
        )
    )


def nothing_else_changed(evidence: Evidence, *allowed: Allowance) -> Check:
    """That every change is allowed for.

    A change uses up the first allowance that it fits and that is not used up: list the narrower
    ones first.
    """
    left = [allowance.at_most for allowance in allowed]
    unexpected = [change for change in evidence.diff.changes if not _use_up(change, allowed, left)]
    return check("nothing else changed", not unexpected, described(unexpected))


def row_inserted(
    evidence: Evidence, table: str, expected: Mapping[str, SqlValue], *, name: str
) -> tuple[Check, ...]:
    """That exactly one row was inserted into `table`; then a term for each expected column of it."""
    inserted = evidence.diff.inserted(table)
    row = inserted[0].after if len(inserted) == 1 else None
    once = check(f"one {name}", row is not None, f"{len(inserted)} inserted into {table}")
    return (once, *_terms(row, expected, name))


def row_updated(
    evidence: Evidence, table: str, key: Key, expected: Mapping[str, SqlValue], *, name: str
) -> tuple[Check, ...]:
    """A term for each expected column of this row as it is afterwards; all fail if it is gone."""
    return _terms(evidence.after.get(table, *_parts(key)), expected, name)


def rows_inserted(
    evidence: Evidence, table: str, expected: Sequence[Mapping[str, SqlValue]], *, name: str
) -> Check:
    """That the new rows of `table` are these, in any order: as many, with these values.

    Every expected row names the same columns; others are not looked at.
    """
    columns = sorted({column for row in expected for column in row})
    wanted = Counter(tuple(row[column] for column in columns) for row in expected)
    inserted = evidence.diff.inserted(table)
    found = Counter(tuple((change.after or {}).get(column) for column in columns) for change in inserted)
    return check(name, found == wanted, described(inserted) or f"no rows inserted into {table}")


def described(changes: Sequence[RowChange]) -> str:
    """These changes for people to read: the first few, with long values cut short."""
    told = [_described(change) for change in changes[:SHOWN_CHANGES]]
    if len(changes) > SHOWN_CHANGES:
        told.append(f"and {len(changes) - SHOWN_CHANGES} more")
    return "; ".join(told)


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


def _satisfies(row: Row | None, where: Where | None) -> bool:
    if where is None or row is None:
        return where is None
    if callable(where):
        return where(row)
    return all(row[column] == value for column, value in where.items())


def _described(change: RowChange) -> str:
    key = ", ".join(_shown(part) for part in change.key)
    before, after = change.before, change.after
    columns = list(change.columns)
    if before is not None and after is not None:
        told = [f"{column} {_shown(before[column])} -> {_shown(after[column])}" for column in columns]
    else:
        row = after or before or {}
        told = [f"{column} {_shown(row[column])}" for column in columns]
    more = ", ..." if len(told) > SHOWN_COLUMNS else ""
    return f"{change.kind} {change.table} {key}: {', '.join(told[:SHOWN_COLUMNS])}{more}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."
