"""Results of played episodes, and their JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gristmill.apps.base import Json
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.verifiers.base import Check, Verdict


class EndedBy(StrEnum):
    """What ended an episode: the goal's state, an action of the agent, its number of steps, or a fault."""

    SUCCESS = "success"
    DONE = "done"
    ANSWER = "answer"
    GIVE_UP = "give_up"
    STEP_LIMIT = "step limit"
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRecord:
    """One step of an episode.

    Attributes:
        action: the action as the agent wrote it.
        target: role and name of the element that it names, such as `button "Add to cart"`; or empty.
        error: why the action was rejected; or empty.
        reward: reward of the step.
        url: address of the page after the step.
        wall_s: seconds spent in the environment.
        agent_s: seconds until the agent had answered.
    """

    action: str
    target: str
    error: str
    reward: float
    url: str
    wall_s: float
    agent_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeResult:
    """One episode, from reset to verdict.

    Attributes:
        success: whether the rewarded verdict was a success; None after an infrastructure failure, which
            is not the agent's failure and is left out of all rates.
        checks: checks of the last verdict; empty after an infrastructure failure.
        retries: number of attempts repeated after an infrastructure failure.
        infra_error: the infrastructure failure that ended the last attempt, or None.
        frames: JPEG screenshots before each action and at the end; empty unless recorded.
        ended_by: the value of `EndedBy` that says what ended it.
        outlines: accessibility trees before each action and at the end; empty unless kept.
        titles: those of the same pages; empty unless the outlines are kept.
        verdict: the last verdict, with side effects; None after an infrastructure failure.
        record: everything needed to score it again; None unless kept, or if it never began.
        changes: the rows that the agent changed, in words; empty unless the record is kept.
        report: what the agent says about the episode, see `ReportingAgent`.
    """

    task_id: str
    agent: str
    seed: int
    goal: str
    success: bool | None
    steps: tuple[StepRecord, ...]
    checks: tuple[Check, ...]
    reset_s: float
    retries: int = 0
    infra_error: str | None = None
    frames: tuple[bytes, ...] = field(default=(), repr=False)
    ended_by: str = EndedBy.FAULT
    outlines: tuple[str, ...] = field(default=(), repr=False)
    titles: tuple[str, ...] = field(default=(), repr=False)
    verdict: Verdict | None = field(default=None, repr=False)
    record: EpisodeRecord | None = field(default=None, repr=False)
    changes: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def total_reward(self) -> float:
        """Sum of all steps' rewards (undiscounted return)."""
        return sum(step.reward for step in self.steps)

    @property
    def wall_s(self) -> float:
        """Seconds spent in the environment, without the agent's own time."""
        return self.reset_s + sum(step.wall_s for step in self.steps)

    def to_json(self, *, with_timings: bool = True) -> dict[str, Json]:
        """This episode as JSON, without frames. Without timings and retries it is equal on every run."""
        content: dict[str, Json] = {
            "task": self.task_id,
            "agent": self.agent,
            "seed": self.seed,
            "goal": self.goal,
            "success": self.success,
            "reward": self.total_reward,
            "steps": [step_to_json(step, with_timings=with_timings) for step in self.steps],
            "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in self.checks],
            "infra_error": self.infra_error,
        }
        if with_timings:
            content |= {"reset_s": self.reset_s, "retries": self.retries}
        return content


def step_to_json(step: StepRecord, *, with_timings: bool) -> dict[str, Json]:
    """One step as JSON, with or without its duration."""
    content: dict[str, Json] = {
        "action": step.action,
        "target": step.target,
        "error": step.error,
        "reward": step.reward,
        "url": step.url,
    }
    return content | {"wall_s": step.wall_s} if with_timings else content
