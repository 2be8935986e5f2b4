"""What may come of a conformance check."""

import unittest
from dataclasses import dataclass
from enum import StrEnum

from gristmill.errors import GristmillError

SHOWN = 20  # problems in the message of one check


class Skipped(unittest.SkipTest):
    """A check that cannot be made here; the message says why. Pytest reports it as a skipped test."""


class ConformanceError(GristmillError, AssertionError):
    """An app clone does not hold what a check asks for; the message lists what to change and where."""


class Status(StrEnum):
    """What came of a check.

    `EXPECTED`: it failed, as declared. `UNEXPECTED`: it passed although it was declared to fail.
    """

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    EXPECTED = "expected failure"
    UNEXPECTED = "unexpected pass"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The result of one check.

    Attributes:
        problems: what was found, each with what to do about it.
        reason: why it was skipped, or what was declared about it.
    """

    check: str
    status: Status
    problems: tuple[str, ...] = ()
    reason: str = ""
    duration_s: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be changed."""
        return self.status not in {Status.FAILED, Status.UNEXPECTED}

    @property
    def message(self) -> str:
        """The problems, or the reason, one a line."""
        more = [f"and {len(self.problems) - SHOWN} more"] if len(self.problems) > SHOWN else []
        return "\n".join([*self.problems[:SHOWN], *more]) or self.reason

    def to_json(self) -> dict[str, object]:
        """This outcome as JSON."""
        return {
            "check": self.check,
            "status": str(self.status),
            "problems": list(self.problems),
            "reason": self.reason,
            "duration_s": round(self.duration_s, 2),
        }


def outcome_of(check: str, problems: tuple[str, ...], expected: str, duration_s: float) -> Outcome:
    """The outcome of a check that was made; `expected` says why it is known to fail, if it is."""
    status, reason = Status.FAILED if problems else Status.PASSED, ""
    if expected and problems:
        status, reason = Status.EXPECTED, expected
    elif expected:
        status = Status.UNEXPECTED
        reason = f"It passes, but is declared to fail ({expected}): drop the declaration."
    return Outcome(check=check, status=status, problems=problems, reason=reason, duration_s=duration_s)
