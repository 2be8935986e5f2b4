"""What the world did by itself, and what of a diff is left for the agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gristmill.snapshots.diff import ChangeKind, RowChange, StateDiff
from gristmill.snapshots.values import Row, SqlValue, same, sort_key

Key = tuple[SqlValue, ...]


class RowsByKey(Protocol):
    """Read-only sight of one database state, row by row."""

    def get(self, table: str, *key: object) -> Row | None:
        """The row with this primary key, or None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldChange:
    """One row as the handler of an event or a signal changed it.

    Attributes:
        at: the world's time, as rows hold it.
        cause: the kind of the event or the signal.
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
        """The columns that were changed; all of them for an inserted or deleted row."""
        return tuple(self.after or self.before or ())


def agent_diff(diff: StateDiff, by_world: Sequence[WorldChange], after: RowsByKey) -> StateDiff:
    """What of a diff the agent did: see decision 26. `after` holds the rows as they are now.

    A row's past is its start with the world's changes applied in order; what differs from that now is
    the agent's doing. So a cell that the world wrote last is left out, and one that the agent wrote
    after the world has the world's value as its before. Costs nothing if the world did nothing.
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
        now = {c: overwritten[c].mine_if(value) if c in overwritten else value for c, value in now.items()}
    if past is None and now is None:
        return None
    if past is not None and now is not None and all(same(past[column], now[column]) for column in now):
        return None
    return RowChange(table=table, key=key, before=past, after=now)


@dataclass(frozen=True, slots=True)
class _Overwritten:
    """A cell of a row that the agent inserted, over which the world wrote."""

    mine: SqlValue
    theirs: SqlValue

    def mine_if(self, value: SqlValue) -> SqlValue:
        """The agent's value, if the cell still holds the world's; else what it holds."""
        return self.mine if same(value, self.theirs) else value


def _replayed(
    start: Row | None, changes: Sequence[WorldChange]
) -> tuple[Row | None, dict[str, _Overwritten]]:
    """The row as the world alone would have it, and what it wrote over where the row was the agent's."""
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
            known[column].mine_if(before[column]) if column in known else before[column], value
        )
        for column, value in after.items()
    }
