"""One task of an audit, with the oracle's solution, which all trials on this task share."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.random import Generator

from gristmill.agents.audit.stage import Fork, Stage, ending_of
from gristmill.apps.base import Task
from gristmill.envs.episode.episode import Ending
from gristmill.plugins import installed
from gristmill.snapshots.diff import RowChange
from gristmill.snapshots.pages import PatchedImage
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
    return Counter((each.table, each.kind, *cells(each)) for each in changes)


def cells(change: RowChange) -> tuple[object, ...]:
    """The changed cells without times and without the number of a new row."""
    row: Mapping[str, object] = change.after or change.before or {}
    numbers = set(change.key) if change.before is None else set()
    key = () if change.before is None else change.key
    kept = [
        (column, row[column])
        for column in change.columns
        if not (column == "id" and row[column] in numbers) and not TIME.fullmatch(str(row[column]))
    ]
    return (*key, *kept)


def undeclared(
    now: Sequence[RowChange], right: Sequence[RowChange], equivalents: Equivalents
) -> list[RowChange]:
    """The changes that one list has and the other has not, without those declared equivalent."""
    known, found = essence(right), essence(now)
    differing = [
        change
        for change in (*now, *right)
        if known[next(iter(essence([change])))] != found[next(iter(essence([change])))]
    ]
    return [change for change in differing if not is_declared(change, equivalents)]


def is_declared(change: RowChange, equivalents: Equivalents) -> bool:
    """Whether a whole change is declared equivalent: its rows, or each of its columns."""
    if (change.table, ROWS) in equivalents:
        return True
    is_update = change.before is not None and change.after is not None
    return is_update and all((change.table, column) in equivalents for column in change.columns)
