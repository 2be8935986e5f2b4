"""Many episodes of one agent in a few numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from gristmill.agents.rollouts.results import EpisodeResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """How an agent fared. Faults of the machinery are counted, and left out of all other numbers.

    Attributes:
        episodes: how many were played, faults included.
        successes: how many of the judged ones succeeded.
        mean_steps: over judged episodes; None without any.
        steps_per_s: over all environments together, by the clock on the wall.
        reset_ms: the median; None without any.
        step_ms: the median; None without any.
        faults: how many episodes the machinery failed in, twice in a row.
        retries: how many were begun again after a fault.
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
        """Episodes that have a verdict."""
        return self.episodes - self.faults

    @property
    def success_rate(self) -> float | None:
        """The share of judged episodes that succeeded, in 0..1; None without any."""
        return self.successes / self.judged if self.judged else None


def summarise(agent: str, results: Sequence[EpisodeResult], *, wall_s: float) -> Summary:
    """The numbers of these episodes, which took `wall_s` seconds together."""
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
