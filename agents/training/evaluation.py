"""Success of a policy on held-out seeds, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import Any

from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.played import Job, Played
from gristmill.agents.training.playing import Players

HELD_OUT = 1_000_000
"""First seed of evaluation during development; `HELD_OUT_AGAIN` is for tables. Training stays below."""

HELD_OUT_AGAIN = 2_000_000
Z_95 = 1.959964


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """Episodes of one family. Infrastructure failures are counted apart.

    Attributes:
        judged: episodes with a verdict.
        mean_steps: of the judged episodes; None without any.
        repeats: share of the steps that repeat page and action of an earlier one of the episode.
    """

    task_id: str
    engine: str
    is_greedy: bool
    judged: int
    successes: int
    faults: int
    mean_steps: float | None
    repeats: float

    @property
    def success_rate(self) -> float:
        """Share of the judged episodes that succeeded; 0 without any."""
        return self.successes / self.judged if self.judged else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the success rate."""
        return wilson(self.successes, self.judged)

    def to_json(self) -> dict[str, Any]:
        """All numbers as JSON."""
        low, high = self.interval
        return {
            "task": self.task_id, "engine": self.engine, "mode": "greedy" if self.is_greedy else "sampled",
            "success_rate": round(self.success_rate, 4), "low": round(low, 4), "high": round(high, 4),
            "successes": self.successes, "judged": self.judged, "faults": self.faults,
            "mean_steps": self.mean_steps, "repeats": round(self.repeats, 4),
        }  # fmt: skip

    def __str__(self) -> str:
        """One line, such as `Shop-Checkout-v0 dom greedy: 91 % [81-96] (58/64), 13.2 steps`."""
        low, high = self.interval
        mode = "greedy" if self.is_greedy else "sampled"
        steps = f", {self.mean_steps:.1f} steps" if self.mean_steps is not None else ""
        faults = f", {self.faults} infrastructure failures" if self.faults else ""
        return (
            f"{self.task_id} {self.engine} {mode}: {self.success_rate:.0%} "
            f"[{100 * low:.0f}-{100 * high:.0f}] ({self.successes}/{self.judged}){steps}{faults}"
        )


def evaluate(
    policy: PagePolicy,
    task_ids: Sequence[str],
    seeds: Sequence[int],
    *,
    is_greedy: bool,
    num_envs: int = 16,
    options: Mapping[str, Any] | None = None,
    on_end: Callable[[Played], None] = lambda played: None,
) -> list[Evaluation]:
    """Play each family on these seeds, `num_envs` episodes side by side.

    Args:
        policy: whose weights are not changed.
        task_ids: families.
        seeds: of the episodes of each family.
        is_greedy: take the likeliest choices; else draw them, by the seed.
        num_envs: number of episodes.
        options: of `gymnasium.make`; the engine is `dom` by default.
        on_end: called after each episode.
    """
    given = {"engine": "dom", **(options or {})}
    evaluations = []
    for task_id in task_ids:
        with closing(Players(num_envs=num_envs, options=given)) as players:
            jobs = [Job(task_id=task_id, seed=seed, draw=None if is_greedy else 0) for seed in seeds]
            played = players.play(policy, jobs, on_end=on_end)
        evaluations.append(evaluation_of(task_id, given["engine"], played, is_greedy=is_greedy))
    return evaluations


def evaluation_of(task_id: str, engine: str, played: Sequence[Played], *, is_greedy: bool) -> Evaluation:
    """Count episodes of a family."""
    judged = [each for each in played if each.success is not None]
    return Evaluation(
        task_id=task_id,
        engine=engine,
        is_greedy=is_greedy,
        judged=len(judged),
        successes=sum(each.success is True for each in judged),
        faults=len(played) - len(judged),
        mean_steps=round(fmean(len(each.steps) for each in judged), 2) if judged else None,
        repeats=fmean(each.repeats for each in judged) if judged else 0.0,
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927); 0 to 1 without trials."""
    if not trials:
        return 0.0, 1.0
    rate, z2 = successes / trials, Z_95**2
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z_95 * sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    return max(0.0, centre - half), min(1.0, centre + half)
