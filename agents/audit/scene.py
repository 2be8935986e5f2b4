"""One task of an audit, with the oracle's solution, which all trials on this task share."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from gristmill.agents.audit.stage import Fork, Stage, ending_of, is_done
from gristmill.apps.base import Task
from gristmill.envs.episode.episode import Ending
from gristmill.plugins import installed
from gristmill.snapshots.diff import RowChange
from gristmill.snapshots.pages import PatchedImage
from gristmill.snapshots.values import SqlValue
from gristmill.verifiers.audit.alternatives import TIME
from gristmill.verifiers.audit.final_state import FinalState
from gristmill.verifiers.audit.mutants import ROWS
from gristmill.verifiers.audit.scoring import Equivalents

Essence = Counter[tuple[object, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """How the oracle has solved a task.

    Attributes:
        start: the first moment of the episode.
        last: the moment before its last action.
        ending: that action.
        changes: what it changed.
        visited: pages opened at the start, and at the end.
    """

    start: Fork
    last: Fork
    ending: str
    changes: tuple[RowChange, ...]
    visited_at_start: frozenset[str]
    visited: frozenset[str]
    started_at: str
    ended_at: str
    end: PatchedImage

    @property
    def steps(self) -> int:
        """Number of steps, the last one included."""
        return len(self.last.actions) + 1

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do, and nothing to answer."""
        return not self.changes and is_done(self.ending)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A task on a stage.

    Attributes:
        place: the task's number within the audit, from 0.
        others: seeds of other tasks, whose terms adversaries borrow.
        equivalents: what the family and its apps declare.
    """

    stage: Stage
    seed: int
    place: int
    task: Task
    solution: Solution
    others: Sequence[int] = ()
    equivalents: Equivalents = field(default_factory=dict)

    def rng(self, name: str) -> Generator:
        """A generator for one kind of trial on this task."""
        number = int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")
        return np.random.default_rng([self.seed, number])

    def restart(self) -> None:
        """Go back to the start of the episode."""
        self.stage.resume(self.solution.start)

    def before_ending(self) -> None:
        """Go to the moment before the oracle's last action."""
        self.stage.resume(self.solution.last)

    def right_ending(self, visited: frozenset[str]) -> Ending:
        """The oracle's ending, after these pages were opened."""
        return ending_of(self.solution.ending, visited)

    def final_state(self) -> FinalState:
        """A copy of the database after the oracle's last action; the caller closes it."""
        episode, solution = self.stage.episode, self.solution
        ending = self.right_ending(solution.visited)
        return FinalState(
            episode.start,
            solution.end,
            hidden=episode.hidden_tables,
            world_changes=episode.session.world_changes(ignore=episode.hidden_tables),
            answer=ending.answer,
            gave_up=ending.gave_up,
            visited=ending.visited,
            clock=(solution.started_at, solution.ended_at),
        )


def equivalents_of(stage: Stage) -> Equivalents:
    """What a family and the apps of its worlds declare equivalent."""
    declared: dict[tuple[str, str], str] = {}
    for app in stage.family.apps:
        declared |= installed().app(app).tasks.equivalent
    return declared | dict(stage.family.equivalent)


def essence(changes: Sequence[RowChange]) -> Essence:
    """What some changes amount to: equal for equal acts at other times, under other row numbers."""
    numbers = numbers_of(changes)
    return Counter(act_of(change, numbers) for change in changes)


def numbers_of(changes: Sequence[RowChange]) -> set[SqlValue]:
    """The keys of new rows."""
    return {part for change in changes if change.before is None for part in change.key}


def act_of(
    change: RowChange, numbers: set[SqlValue], equivalents: Equivalents = MappingProxyType({})
) -> tuple[object, ...]:
    """A change without times, without the numbers of new rows, and without columns declared equivalent."""
    row: Mapping[str, SqlValue] = change.after or change.before or {}
    cells = [
        (column, row[column])
        for column in change.columns
        if (change.table, column) not in equivalents and tells(column, row[column], numbers)
    ]
    return (change.table, change.kind, *(() if change.before is None else change.key), *cells)


def tells(column: str, value: SqlValue, numbers: set[SqlValue]) -> bool:
    """Whether a cell says more than when a row was written, and under which number."""
    is_number = (column == "id" or column.endswith("_id")) and value in numbers
    return not is_number and not TIME.fullmatch(str(value))


def undeclared(
    now: Sequence[RowChange], right: Sequence[RowChange], equivalents: Equivalents
) -> list[RowChange]:
    """The changes of `now` that `right` has not, without those declared equivalent.

    What `right` has alone does not count: the world may have gone on with it, as it delivers a mail.
    """
    numbers = numbers_of((*now, *right))
    acts = [act_of(change, numbers, equivalents) for change in now]
    known = Counter(act_of(change, numbers, equivalents) for change in right)
    found = Counter(acts)
    more = [change for change, text in zip(now, acts, strict=True) if found[text] > known[text]]
    return [change for change in more if not is_declared(change, equivalents)]


def is_declared(change: RowChange, equivalents: Equivalents) -> bool:
    """Whether a whole change is declared equivalent: its rows, or each of its columns."""
    if (change.table, ROWS) in equivalents:
        return True
    is_update = change.before is not None and change.after is not None
    return is_update and all((change.table, column) in equivalents for column in change.columns)
