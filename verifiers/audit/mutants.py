"""Mutants: single changes of an episode's right final state that a verifier must reject.

From the agent's changes: each cell altered, each inserted row dropped or doubled, each update undone, each
deleted row restored. From the rest: in each judged table a row altered, removed, and added.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.snapshots.diff import ChangeKind, Row, RowChange
from gristmill.snapshots.values import SqlValue
from gristmill.verifiers.audit.alternatives import OTHER_TEXT, alternatives
from gristmill.verifiers.audit.final_state import FinalState, Key, Refused

ROWS = "rows"  # stands for a column where whole rows are added or removed
TRIES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One change of the final state.

    Attributes:
        column: the altered column, or `ROWS`.
        what: the change in words, such as `cell altered`.
        is_own: whether it is about a row that the agent changed.
        edit: the change itself, from the final state.
    """

    table: str
    column: str
    what: str
    is_own: bool
    edit: RowChange

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.what}{values_of(self)}"


def values_of(mutant: Mutant) -> str:
    """The old and the new value of an altered cell, for messages; empty for whole rows."""
    before, after, column = mutant.edit.before, mutant.edit.after, mutant.column
    if before is None or after is None or column == ROWS:
        return ""
    return f" ({before[column]!r:.40} -> {after[column]!r:.40})"


def mutants(state: FinalState, rng: Generator) -> Iterator[Mutant]:
    """All mutants of a final state; which unrelated rows are changed depends on the generator."""
    for change in state.changes:
        yield from of_change(state, change)
    for table in state.tables:
        yield from elsewhere(state, table, rng)


def of_change(state: FinalState, change: RowChange) -> Iterator[Mutant]:
    """The mutants of one of the agent's changes."""
    if change.after is not None:
        yield from cells_altered(state, change.table, change.key, change.after)
    match change.kind:
        case ChangeKind.INSERTED:
            assert change.after is not None
            yield removal(change.table, change.key, change.after, "inserted row dropped")
            yield from addition(state, change.table, change.after, "inserted row doubled")
        case ChangeKind.UPDATED:
            assert change.before is not None
            yield own(change.table, ROWS, "update undone", change.key, change.after, change.before)
        case ChangeKind.DELETED:
            yield own(change.table, ROWS, "deleted row restored", change.key, None, change.before)


def cells_altered(state: FinalState, table: str, key: Key, row: Row) -> Iterator[Mutant]:
    """Each cell of a row altered; the number of a new row is left out, as no agent chooses it."""
    for column in row:
        if (column,) == state.tables[table].key and isinstance(row[column], int):
            continue
        altered = altered_row(state, table, key, row, column)
        if altered is not None:
            yield own(table, column, "cell altered", key, row, altered)


def altered_row(state: FinalState, table: str, key: Key, row: Row, column: str) -> Row | None:
    """The row with another value in a column; None if the schema refuses each that was tried."""
    for n, value in enumerate(alternatives(state, table, column, row[column])):
        candidate = {**row, column: value}
        if admits(state, RowChange(table=table, key=key, before=row, after=candidate)):
            return candidate
        if n >= TRIES:
            break
    return None


def addition(state: FinalState, table: str, row: Row, what: str, *, is_own: bool = True) -> Iterator[Mutant]:
    """One row more, like this one except where the schema asks for another value; none if it refuses."""
    unique = state.unique_columns(table)
    for changed in (frozenset(state.tables[table].key), unique):
        copy = {
            column: other(state, table, column, row) if column in changed else row[column] for column in row
        }
        edit = RowChange(table=table, key=(), before=None, after=copy)
        if admits(state, edit):
            yield Mutant(table=table, column=ROWS, what=what, is_own=is_own, edit=edit)
            return


def other(state: FinalState, table: str, column: str, row: Row) -> SqlValue:
    """A value that no row has in a column, as far as its kind shows one."""
    value = row[column]
    if isinstance(value, int) and (column,) == state.tables[table].key:
        return int(str(state.read(f'SELECT max("{column}") FROM "{table}"')[0][0])) + 1
    if isinstance(value, str):
        return f"{value} {OTHER_TEXT}"
    return next(alternatives(state, table, column, value), value) if value is not None else None


def elsewhere(state: FinalState, table: str, rng: Generator) -> Iterator[Mutant]:
    """An unrelated row of a table altered in one cell, removed, and added."""
    count = state.count(table)
    if not count:
        return
    key, row = state.row_at(table, int(rng.integers(count)))
    if state.is_changed(table, key):
        return
    columns = [column for column in row if (column,) != state.tables[table].key] or list(row)
    column = columns[int(rng.integers(len(columns)))]
    altered = altered_row(state, table, key, row, column)
    if altered is not None:
        edit = RowChange(table=table, key=key, before=row, after=altered)
        yield Mutant(table=table, column=column, what="unrelated cell altered", is_own=False, edit=edit)
    yield removal(table, key, row, "unrelated row removed", is_own=False)
    yield from addition(state, table, row, "unrelated row added", is_own=False)


def own(table: str, column: str, what: str, key: Key, before: Row | None, after: Row | None) -> Mutant:
    """A mutant of a row that the agent changed."""
    edit = RowChange(table=table, key=key, before=before, after=after)
    return Mutant(table=table, column=column, what=what, is_own=True, edit=edit)


def removal(table: str, key: Key, row: Row, what: str, *, is_own: bool = True) -> Mutant:
    """One row less."""
    edit = RowChange(table=table, key=key, before=row, after=None)
    return Mutant(table=table, column=ROWS, what=what, is_own=is_own, edit=edit)


def admits(state: FinalState, edit: RowChange) -> bool:
    """Whether the schema admits a change, and the change is one."""
    try:
        with state.changed(edit):
            return edit.before is None or edit.after is None or bool(edit.columns)
    except Refused:
        return False
