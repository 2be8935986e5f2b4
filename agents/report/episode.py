"""What the report shows of one episode, whichever runner played it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from gristmill.agents.rollouts.results import EpisodeResult, step_to_json
from gristmill.apps.base import Json
from gristmill.verifiers.base import Check, CheckKind

QUOTED = re.compile(r'"[^"]*"|\b(?:s\d+)?e\d+\b|\d+')
MAX_REASON_LENGTH = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportEpisode:
    """One episode as the report shows it.

    Attributes:
        key: identifies the episode in every run; episodes of two runs with the same key are compared.
        variant: the options besides task and seed, in a few words; or empty.
        success: None after an infrastructure failure.
        ended_by: "success", "done", "answer", "give_up", "step limit" or "fault".
        steps: `StepRecord` as JSON, possibly with more.
        side_effects: each change that the task did not permit, in words.
        changes: all changes of rows, in words.
        traceback: of the infrastructure failure; or empty.
        frames: file names of screenshots before each action and at the end, or `data:` URLs; or empty.
        outlines: the page as text before each action and at the end; or empty.
        total_s: seconds from reset to verdict; None: those of reset and steps are added up.
        transcript: messages exchanged with a language model, each with `role` and `text` or `content`.
    """

    key: str
    task: str
    seed: int
    agent: str
    goal: str
    success: bool | None
    reward: float
    ended_by: str
    steps: Sequence[Mapping[str, Any]]
    checks: Sequence[Check]
    variant: str = ""
    kind: str = ""
    level: str = ""
    apps: Sequence[str] = ()
    answer: str | None = None
    suites: Sequence[str] = ()
    side_effects: Sequence[str] = ()
    changes: Sequence[str] = ()
    reset_s: float | None = None
    total_s: float | None = None
    retries: int = 0
    tokens: int | None = None
    cost: float | None = None
    infra_error: str | None = None
    traceback: str = ""
    frames: Sequence[str] = ()
    outlines: Sequence[str] = ()
    transcript: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    def row(self) -> dict[str, Json]:
        """What lists, plots and filters need, as JSON."""
        times = [step["wall_s"] for step in self.steps if step.get("wall_s") is not None]
        return {
            "key": self.key,
            "task": self.task,
            "seed": self.seed,
            "agent": self.agent,
            "variant": self.variant,
            "goal": self.goal,
            "kind": self.kind,
            "level": self.level,
            "apps": list(self.apps),
            "suites": list(self.suites),
            "answer": self.answer,
            "success": self.success,
            "reward": self.reward,
            "ended_by": self.ended_by,
            "steps": len(self.steps),
            "progress": sum(c.passed for c in self.checks) / len(self.checks) if self.checks else None,
            "failed": [check.name for check in self.checks if not check.passed],
            "errors": sorted({reason_of(step["error"]) for step in self.steps if step["error"]}),
            "side_effects": len(self.side_effects),
            "retries": self.retries,
            "infra": self.infra_error or "",
            "reset_s": self.reset_s,
            "step_s": median(times) if times else None,
            "wall_s": self.total_s or (self.reset_s or 0) + sum(times),
            "tokens": self.tokens,
            "cost": self.cost,
        }

    def detail(self) -> dict[str, Json]:
        """What the episode's own page needs besides, as JSON."""
        return {
            "steps": [dict(step) for step in self.steps],
            "checks": [check_to_json(check) for check in self.checks],
            "side_effects": list(self.side_effects),
            "changes": list(self.changes),
            "infra_error": self.infra_error,
            "traceback": self.traceback,
            "frames": list(self.frames),
            "outlines": list(self.outlines),
            "transcript": [dict(message) for message in self.transcript],
        }


def of_result(result: EpisodeResult, frames: Sequence[str] = (), **more: Any) -> ReportEpisode:
    """What the report shows of a result of `play_episodes`.

    Args:
        result: the result.
        frames: the file names of its screenshots.
        more: further fields, such as `kind`.
    """
    return ReportEpisode(
        key=f"{result.task_id} seed {result.seed} {result.agent}",
        task=result.task_id,
        seed=result.seed,
        agent=result.agent,
        goal=result.goal,
        success=result.success,
        reward=result.total_reward,
        ended_by=str(result.ended_by),
        steps=[step_to_json(step, with_timings=True) for step in result.steps],
        checks=result.checks,
        side_effects=[effect for check in result.checks for effect in check.side_effects],
        reset_s=result.reset_s,
        retries=result.retries,
        infra_error=result.infra_error,
        traceback=getattr(result.infra_error, "traceback", ""),
        frames=frames,
        outlines=result.outlines,
        changes=result.changes,
        **more,
    )


def reason_of(error: str) -> str:
    """An error without names and numbers, so that equal ones can be counted."""
    short = QUOTED.sub("…", error.splitlines()[0] if error else "").split(". ")[0].rstrip(".")
    return short if len(short) <= MAX_REASON_LENGTH else f"{short[:MAX_REASON_LENGTH]}…"


def check_to_json(check: Check) -> dict[str, Json]:
    """A check as JSON; its side effects are the episode's."""
    return {
        "name": check.name,
        "passed": check.passed,
        "detail": check.detail,
        "kind": CheckKind(check.kind).value,
    }
