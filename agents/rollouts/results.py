"""What is kept of a played episode."""

from dataclasses import dataclass, field

from gristmill.apps.base import Json
from gristmill.verifiers.base import Check


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRecord:
    """One action of an episode and what came of it.

    Attributes:
        action: as the agent wrote it.
        target: the element that it names, such as `button "Add to cart"`, or empty.
        error: why it was refused, or empty.
        reward: what it earned.
        url: the page after it.
        wall_s: how long the environment took.
    """

    action: str
    target: str
    error: str
    reward: float
    url: str
    wall_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeResult:
    """One episode, from reset to verdict.

    Attributes:
        success: whether it ended with success, which is what was rewarded; None if the machinery failed,
            which is no failure of the agent and is counted in no rate.
        checks: the last verdict's; empty if the machinery failed.
        retries: how often it was begun again because the machinery failed.
        infra_error: how the machinery failed in the end, or None.
        frames: JPEG files of what was to be seen before each action and at the end, if record_frames.
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

    @property
    def total_reward(self) -> float:
        """The sum of its steps' rewards (the undiscounted return)."""
        return sum(step.reward for step in self.steps)

    @property
    def wall_s(self) -> float:
        """How long the environment took over it; the agent's own time is not in it."""
        return self.reset_s + sum(step.wall_s for step in self.steps)

    def to_json(self, *, with_timings: bool = True) -> dict[str, Json]:
        """The episode as JSON, without its frames. Without timings and retries, equal on every run."""
        content: dict[str, Json] = {
            "task": self.task_id,
            "agent": self.agent,
            "seed": self.seed,
            "goal": self.goal,
            "success": self.success,
            "reward": self.total_reward,
            "steps": [step_to_json(step, with_timings=with_timings) for step in self.steps],
            "checks": [{"name": c.name, "passed": c.passed, "seen": c.detail} for c in self.checks],
            "infra_error": self.infra_error,
        }
        if with_timings:
            content |= {"reset_s": self.reset_s, "retries": self.retries}
        return content


def step_to_json(step: StepRecord, *, with_timings: bool) -> dict[str, Json]:
    """One step as JSON."""
    content: dict[str, Json] = {
        "action": step.action,
        "target": step.target,
        "error": step.error,
        "reward": step.reward,
        "url": step.url,
    }
    return content | {"wall_s": step.wall_s} if with_timings else content
