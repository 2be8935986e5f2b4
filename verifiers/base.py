"""Verifier types: evidence in, a verdict of named checks out."""

from dataclasses import asdict, dataclass
from typing import Protocol

from gristmill.snapshots.diff import Row, StateDiff
from gristmill.snapshots.world_changes import WorldChange


class Rows(Protocol):
    """Read-only access to one database state."""

    def all(self, table: str) -> list[Row]:
        """Every row of `table`, in primary-key order."""

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
        world_changes: what those handlers wrote, in order, each with its world time.
    """

    before: Rows
    after: Rows
    diff: StateDiff
    answer: str | None = None
    world_changes: tuple[WorldChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A named claim about the evidence, whether it holds, and the values that decided it."""

    name: str
    passed: bool
    detail: str = ""


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

    def to_json(self) -> dict[str, object]:
        """This verdict as JSON: success, progress, and each check with its detail."""
        return {"success": self.success, "progress": self.progress, "checks": list(map(asdict, self.checks))}


def verdict(*checks: Check) -> Verdict:
    """Build a verdict from checks, in the order given."""
    return Verdict(checks)
