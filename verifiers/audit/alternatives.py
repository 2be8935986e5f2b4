"""Another value of the same kind for a cell: a plausible mistake rather than noise."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from gristmill.snapshots.schema import quoted
from gristmill.snapshots.values import SqlValue, same
from gristmill.verifiers.audit.final_state import FinalState

TIME = re.compile(r"\d{4}-\d\d-\d\d(?:([ T])\d\d:\d\d(?::\d\d(\.\d+)?)?)?")
FLAG = re.compile(r"(is|has|was|can)_.*|BOOLEAN")
FAR = 100_000
OTHER_TEXT = "someone.else@elsewhere.test"  # as an address it reaches somebody
OTHER_TIME = "2000-01-01 00:00:00.000000"


def alternatives(state: FinalState, table: str, column: str, value: SqlValue) -> Iterator[SqlValue]:
    """Other values that a cell may hold, the most plausible first; the schema may refuse some.

    A flag is flipped, a reference leads to another row, a time is a day later, a number one more, a text is
    that of another row.
    """
    kind = state.columns(table)[column]
    if value in (0, 1) and (FLAG.fullmatch(column) or kind.declared == "BOOLEAN"):
        yield 1 - int(value)
        return
    if kind.refers_to is not None:
        yield from in_column(state, *kind.refers_to, value)
    yield from shifted(value)
    if value is None or isinstance(value, str):
        yield from in_column(state, table, column, value)
    yield from invented(kind.declared, value)


def in_column(state: FinalState, table: str, column: str, value: SqlValue) -> list[SqlValue]:
    """Another value that stands in a column, if there is any."""
    if table not in state.tables:
        return []
    name = quoted(column)
    sql = f"SELECT {name} FROM {quoted(table)} WHERE {name} IS NOT ? AND {name} IS NOT NULL LIMIT 1"
    return [found for (found,) in state.read(sql, value) if not same(found, value)]


def shifted(value: SqlValue) -> Iterator[SqlValue]:
    """A time a day later, a number by one; nothing for other values."""
    if isinstance(value, int | float):
        yield value + 1
        yield value + FAR
    elif isinstance(value, str) and (found := TIME.fullmatch(value)):
        try:
            later = datetime.fromisoformat(value) + timedelta(days=1)
        except (ValueError, OverflowError):
            return
        text = later.isoformat(sep=found[1] or " ", timespec="microseconds" if found[2] else "auto")
        yield text[: len(value)]


def invented(declared: str, value: SqlValue) -> Iterator[SqlValue]:
    """Values that need not stand anywhere yet."""
    if isinstance(value, bytes):
        yield value + b"\0"
    elif value is not None:
        yield OTHER_TEXT
        yield f"{value} {OTHER_TEXT}"
    elif "INT" in declared or "NUM" in declared or "BOOL" in declared:
        yield 1
    elif "DATE" in declared or "TIME" in declared:
        yield OTHER_TIME if "TIME" in declared else OTHER_TIME[:10]
    else:
        yield OTHER_TEXT


def answers_altered(answer: str) -> list[str]:
    """Wrong answers near a right one: each number one more, parts left out or given twice, other words."""
    numbers = [
        f"{answer[: found.start()]}{int(found[0]) + 1:0{len(found[0])}d}{answer[found.end() :]}"
        for found in re.finditer(r"\d+", answer)
    ]
    parts = [part.strip() for part in re.split(r"[,;\n]", answer)]
    lists = [
        ", ".join(parts[1:]),
        ", ".join(parts[:-1]),
        ", ".join([*parts, parts[0]]),
        ", ".join([*parts, OTHER_TEXT]),
    ]
    made = [*numbers, *(lists if len(parts) > 1 else [f"{answer}, {answer}"]), OTHER_TEXT, ""]
    return [each for each in dict.fromkeys(made) if each != answer]
