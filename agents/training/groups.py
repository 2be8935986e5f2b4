"""Groups of episodes that have their baseline in common, and exact groups of steps.

A step's group is made of K branches: the state is restored from one checkpoint K times, the policy draws an
action there and plays on to the end. GiGPO (Feng et al. 2025) waits for states in which episodes of a group
happen to meet; with checkpoints any state has a group, of any size, whose returns differ by nothing but the
policy's own draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from numpy.random import Generator

from gristmill.agents.training.curriculum import TaskDraw
from gristmill.agents.training.played import Job, Played, Step, judged_in

LEAST_SPREAD = 1e-6  # of what was earned; a group with less has no variance


@dataclass(frozen=True, slots=True)
class Weighted:
    """A choice with its advantage."""

    step: Step
    advantage: float


@dataclass(frozen=True, slots=True)
class TaskGroups:
    """What was played of one task: episodes from its start, and branches of states that they met."""

    draw: TaskDraw
    episodes: list[Played]
    branches: list[list[Played]] = field(default_factory=list)

    def weighted(self, *, later_steps: float, step_cost: float) -> list[Weighted]:
        """All choices that teach something. See `branch_weights`."""
        found = weighted_steps(self.episodes, step_cost=step_cost)
        for group in self.branches:
            found += branch_weights(group, later_steps=later_steps, step_cost=step_cost)
        return found

    @property
    def is_mixed(self) -> bool:
        """Whether of equal beginnings some succeeded and some did not."""
        return any(len(outcomes(group)) > 1 for group in (self.episodes, *self.branches))

    @property
    def pass_rate(self) -> float | None:
        """Share of the judged episodes from the start that succeeded; None without any."""
        judged = judged_in(self.episodes)
        return sum(each.success is True for each in judged) / len(judged) if judged else None


def outcomes(group: Sequence[Played]) -> set[bool | None]:
    """The verdicts that occur in a group."""
    return {each.success for each in judged_in(group)}


def group_advantages(returns: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return minus baseline, not divided by the spread.

    The baseline is the mean weighted by how much of each episode is learned from (Hao et al. 2025, "OPO",
    after the baseline of least variance: Greensmith et al. 2004). Lost episodes are long ones, and with a
    plain mean their steps, most of which are right in themselves, would outweigh those of the others.

    Args:
        returns: of the episodes.
        weights: the sum of the weights of an episode's choices.
    """
    baseline = sum(w * r for w, r in zip(weights, returns, strict=True)) / sum(weights)
    return [value - baseline for value in returns]


def has_variance(judged: Sequence[Played], step_cost: float) -> bool:
    """Whether episodes differ by more than their length.

    Where all have failed, those that gave up sooner would have the advantage.
    """
    earned = [each.total_reward + step_cost * len(each.steps) for each in judged]
    return len(earned) > 1 and max(earned) - min(earned) >= LEAST_SPREAD


def weighted_steps(group: Sequence[Played], *, step_cost: float = 0.0) -> list[Weighted]:
    """The choices of episodes from one start: each has the advantage of its episode."""
    return branch_weights(group, later_steps=1.0, step_cost=step_cost)


def branch_weights(group: Sequence[Played], *, later_steps: float, step_cost: float = 0.0) -> list[Weighted]:
    """The choices of branches of one state: the first of each has the branch's advantage.

    Args:
        group: episodes that begin in the same state.
        later_steps: share of it that the choices after the first have; 0 leaves them out.
        step_cost: that was subtracted from each reward; a group that differs by it alone teaches nothing.
    """
    judged = judged_in(group)
    if not has_variance(judged, step_cost):
        return []
    weights = [1 + later_steps * (len(each.steps) - 1) for each in judged]
    advantages = group_advantages([each.total_reward for each in judged], weights)
    found: list[Weighted] = []
    for each, advantage in zip(judged, advantages, strict=True):
        found.append(Weighted(each.steps[0], advantage))
        if later_steps:
            found += [Weighted(step, later_steps * advantage) for step in each.steps[1:]]
    return found


def branch_points(episodes: Sequence[Played], count: int, rng: Generator) -> list[tuple[Played, int]]:
    """Distinct states of episodes, and at which step they were met.

    They are drawn in proportion to -log of the probability of what was done there, whose mean is the policy's
    entropy: where it is sure, all branches would do the same. What was played on from there is not part of
    the step's group, which would otherwise not be drawn from the policy alone.
    """
    judged = judged_in(episodes)
    found = {
        id(step.features): (played, place)
        for played in [each for each in judged if each.success] or judged
        for place, step in enumerate(played.steps)
    }
    points = list(found.values())
    if not points:
        return []
    surprises = [max(-played.steps[place].decision.log_prob, 1e-9) for played, place in points]
    shares = [value / sum(surprises) for value in surprises]
    drawn = rng.choice(len(points), size=min(count, len(points)), replace=False, p=shares)
    return [points[int(i)] for i in drawn]


def branch_jobs(played: Played, place: int, count: int, rng: Generator) -> list[Job]:
    """Jobs that go on from a state of an episode, whose steps' labels are checkpoints of their states."""
    step = played.steps[place]
    branch = replace(played.job, checkpoint=step.label, memory=step.memory)
    return [replace(branch, draw=draw) for draw in rng.integers(1, 2**31, size=count).tolist()]
