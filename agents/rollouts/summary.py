"""Aggregate statistics of an agent's episodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from gristmill.agents.rollouts.results import EpisodeResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """Statistics of one agent. Infrastructure failures are counted, and left out of all other numbers.

    Attributes:
        episodes: number of episodes, failures included.
        successes: number of judged episodes that succeeded.
        mean_steps: mean over judged episodes; None if there are none.
        steps_per_s: steps of all environments together per second of wall-clock time.
        reset_ms: median duration of a reset; None without judged episodes.
        step_ms: median duration of a step; None without steps.
        faults: number of episodes that failed, retry included, due to infrastructure failures.
        retries: number of retries after infrastructure failures.
    """

    agent: str
    episodes: int
    successes: int
    mean_steps: float | None
    steps_per_s: float
    reset_ms: float | None
    step_ms: float | None
    faults: int
    retries: int

    @property
    def judged(self) -> int:
        """Number of episodes with a verdict."""
        return self.episodes - self.faults

    @property
    def success_rate(self) -> float | None:
        """Share of judged episodes that succeeded, in 0..1; None if there are none."""
        return self.successes / self.judged if self.judged else None


def summarise(agent: str, results: Sequence[EpisodeResult], *, wall_s: float) -> Summary:
    """Summarise episodes that took `wall_s` seconds of wall-clock time together."""
    judged = [result for result in results if result.success is not None]
    steps = [step for result in judged for step in result.steps]
    return Summary(
        agent=agent,
        episodes=len(results),
        successes=sum(result.success is True for result in judged),
        mean_steps=fmean(len(result.steps) for result in judged) if judged else None,
        steps_per_s=len(steps) / wall_s if wall_s > 0 else 0.0,
        reset_ms=1000 * median(result.reset_s for result in judged) if judged else None,
        step_ms=1000 * median(step.wall_s for step in steps) if steps else None,
        faults=len(results) - len(judged),
        retries=sum(result.retries for result in results),
    )
