"""Verifier types: evidence in, a verdict of named checks out."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Protocol

from gristmill.snapshots.diff import Row, SqlValue, StateDiff
from gristmill.snapshots.world_changes import WorldChange


class Rows(Protocol):
    """Read-only access to one database state."""

    def all(self, table: str, /, **equal: SqlValue) -> list[Row]:
        """The rows of `table` whose columns have these values, or all of them, in primary-key order."""

    def get(self, table: str, *key: object) -> Row | None:
        """The row with this primary key, or None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Everything a verifier may read. Bookkeeping tables are left out of rows and diff.

    Attributes:
        before: rows at the start of the episode.
        after: current rows.
        diff: the agent's changes; cells last written by event and signal handlers are left out.
        answer: the agent's answer, if it gave one.
        gave_up: the agent's reason for giving up, if it did.
        visited: URLs of the pages that were opened in this episode. Empty until the agent ends it, so that
            a verdict before depends on rows alone.
        world_changes: what those handlers wrote, in order, each with its world time.
    """

    before: Rows
    after: Rows
    diff: StateDiff
    answer: str | None = None
    gave_up: str | None = None
    visited: frozenset[str] = frozenset()
    world_changes: tuple[WorldChange, ...] = ()


class CheckKind(StrEnum):
    """What a check asks for: part of the goal, that a known mistake was not made, or nothing else changed."""

    GOAL = "goal"
    TRAP = "trap"
    SIDE_EFFECTS = "side effects"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A named claim about the evidence, whether it holds, and the values that decided it.

    Attributes:
        side_effects: each change that the task did not permit, in words; only for checks of that kind.
    """

    name: str
    passed: bool
    detail: str = ""
    kind: CheckKind = CheckKind.GOAL
    side_effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of all checks of one task."""

    checks: tuple[Check, ...]

    @property
    def success(self) -> bool:
        """Whether every check passed; False if there are no checks."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def reward(self) -> float:
        """1.0 on success, else 0.0."""
        return 1.0 if self.success else 0.0

    @property
    def progress(self) -> float:
        """The share of passed checks, in 0..1."""
        return sum(check.passed for check in self.checks) / max(len(self.checks), 1)

    @property
    def side_effects(self) -> tuple[str, ...]:
        """Every change that the task did not permit, in words: what the agent did besides or instead."""
        return tuple(effect for check in self.checks for effect in check.side_effects)

    def to_json(self) -> dict[str, object]:
        """This verdict as JSON: success, progress, side effects, and each check with its detail."""
        return {
            "success": self.success,
            "progress": self.progress,
            "side_effects": list(self.side_effects),
            "checks": list(map(asdict, self.checks)),
        }


def verdict(*checks: Check) -> Verdict:
    """Build a verdict from checks, in the order given."""
    return Verdict(checks)
