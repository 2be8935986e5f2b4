"""Changes made by event and signal handlers, and their subtraction from a diff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gristmill.snapshots.diff import ChangeKind, RowChange, StateDiff
from gristmill.snapshots.values import Row, SqlValue, same, sort_key

Key = tuple[SqlValue, ...]


class RowsByKey(Protocol):
    """Read-only access to one database state by primary key."""

    def get(self, table: str, *key: object) -> Row | None:
        """The row with this primary key, or None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldChange:
    """A change of one row by an event or signal handler.

    Attributes:
        at: world time of the change, in the form in which rows store times.
        cause: kind of the event or signal.
        before: the whole deleted row, or the old values of an updated row's changed columns; else None.
        after: the whole inserted row, or the new values of an updated row's changed columns; else None.
    """

    at: str
    cause: str
    table: str
    key: Key
    before: Row | None
    after: Row | None

    @property
    def kind(self) -> ChangeKind:
        """Whether the row was inserted, updated or deleted."""
        if self.before is None:
            return ChangeKind.INSERTED
        return ChangeKind.DELETED if self.after is None else ChangeKind.UPDATED

    @property
    def columns(self) -> tuple[str, ...]:
        """The changed columns; all columns for an inserted or deleted row."""
        return tuple(self.after or self.before or ())


def agent_diff(diff: StateDiff, by_world: Sequence[WorldChange], after: RowsByKey) -> StateDiff:
    """Return the part of a diff that the agent caused; see decision 27. `after` is the current state.

    Replays the world's changes over each row's initial state and diffs the result against the current
    row. A cell last written by the world is left out; a cell that the agent wrote after the world has the
    world's value as its `before`. Returns `diff` unchanged if there are no world changes.
    """
    if not by_world:
        return diff
    touched: dict[tuple[str, Key], list[WorldChange]] = {}
    for change in by_world:
        touched.setdefault((change.table, change.key), []).append(change)
    raw = {(change.table, change.key): change for change in diff.changes}
    kept = [change for at, change in raw.items() if at not in touched]
    for (table, key), changes in touched.items():
        found = raw.get((table, key))
        now = found.after if found else after.get(table, *key)
        own = _own_change(table, key, found.before if found else now, now, changes)
        kept += [own] if own else []
    return StateDiff(tuple(sorted(kept, key=lambda each: (each.table, [sort_key(v) for v in each.key]))))


def _own_change(
    table: str, key: Key, start: Row | None, now: Row | None, changes: Sequence[WorldChange]
) -> RowChange | None:
    past, overwritten = _replayed(start, changes)
    if now is not None and past is None:
        now = {
            c: overwritten[c].unless_changed(value) if c in overwritten else value for c, value in now.items()
        }
    if past is None and now is None:
        return None
    if past is not None and now is not None and all(same(past[column], now[column]) for column in now):
        return None
    return RowChange(table=table, key=key, before=past, after=now)


@dataclass(frozen=True, slots=True)
class _Overwritten:
    """A cell of a row that the agent inserted and the world then overwrote."""

    agent_value: SqlValue
    world_value: SqlValue

    def unless_changed(self, value: SqlValue) -> SqlValue:
        """The agent's value if the cell still holds the world's, else the cell's value."""
        return self.agent_value if same(value, self.world_value) else value


def _replayed(
    start: Row | None, changes: Sequence[WorldChange]
) -> tuple[Row | None, dict[str, _Overwritten]]:
    """The row with only the world's changes applied, and the agent's cells that they overwrote."""
    row, overwritten = dict(start) if start is not None else None, dict[str, _Overwritten]()
    for change in changes:
        if change.kind is not ChangeKind.UPDATED:
            row, overwritten = dict(change.after) if change.after is not None else None, {}
        elif row is not None:
            row |= change.after or {}
        else:
            overwritten |= _overwriting(overwritten, change.before or {}, change.after or {})
    return row, overwritten


def _overwriting(known: Mapping[str, _Overwritten], before: Row, after: Row) -> dict[str, _Overwritten]:
    return {
        column: _Overwritten(
            known[column].unless_changed(before[column]) if column in known else before[column], value
        )
        for column, value in after.items()
    }
