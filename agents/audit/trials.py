"""Trials: what each part of an audit has tried on one task, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What a trial is about."""

    ORACLE = "oracle"
    ADVERSARY = "adversary"
    WAY = "way"
    REPLANNING = "replanning"


class Result(StrEnum):
    """Whether a trial showed what it should.

    `SKIPPED`: it could not be made on this task. After random actions an oracle may also say that no action
    leads to success any more (`UNWINNABLE`), or leave changes of tables that are none of its business
    (`LEFT`).
    """

    RIGHT = "right"
    WRONG = "wrong"
    SKIPPED = "skipped"
    UNWINNABLE = "unwinnable"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One attempt on one task.

    Attributes:
        name: which agent, way or check.
        detail: what was wrong, or why it was skipped.
        actions: what was done from the start of the episode, to be replayed.
    """

    group: Group
    name: str
    result: Result
    detail: str = ""
    actions: Sequence[str] = ()


def adversary(name: str, *, has_won: bool, detail: str = "", actions: Sequence[str] = ()) -> Trial:
    """An adversary's attempt: wrong if it was rewarded."""
    result = Result.WRONG if has_won else Result.RIGHT
    return Trial(group=Group.ADVERSARY, name=name, result=result, detail=detail, actions=actions)


def skipped(group: Group, name: str, why: str) -> Trial:
    """An attempt that could not be made."""
    return Trial(group=group, name=name, result=Result.SKIPPED, detail=why)
