"""Evidence goes in, a verdict of named checks comes out."""

from dataclasses import asdict, dataclass
from typing import Protocol

from gristmill.snapshots.diff import Row, StateDiff
from gristmill.snapshots.world_changes import WorldChange


class Rows(Protocol):
    """Read-only sight of one database state."""

    def all(self, table: str) -> list[Row]:
        """Every row of `table`, in primary-key order."""

    def get(self, table: str, *key: object) -> Row | None:
        """The row with this primary key, or None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """All a verifier may read. Bookkeeping tables appear in none of it.

    Attributes:
        before: the rows as the episode began.
        after: the rows as they are now.
        diff: what the agent changed; what handlers of events and signals wrote is left out, cell by cell.
        answer: what the agent answered.
        world_changes: what those handlers wrote, in order, each with its time.
    """

    before: Rows
    after: Rows
    diff: StateDiff
    answer: str | None = None
    world_changes: tuple[WorldChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One claim about the evidence, true or false, with what was detail."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of one task."""

    checks: tuple[Check, ...]

    @property
    def success(self) -> bool:
        """Whether every check passed. A verdict without checks is no success."""
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
        """This verdict as JSON: whether it is success, and each check with what was detail."""
        return {"success": self.success, "progress": self.progress, "checks": list(map(asdict, self.checks))}


def verdict(*checks: Check) -> Verdict:
    """Gather checks into a verdict, in the order given."""
    return Verdict(checks)
