"""Which tasks are practised next: families by their pass rates, and seeds that had both outcomes again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.random import Generator

NEWEST = 0.2  # weight of the latest group in a running pass rate
UNKNOWN = 0.5  # pass rate of a family that was not played yet: it is drawn as often as any


@dataclass(frozen=True, slots=True)
class TaskDraw:
    """A task to practise on.

    Attributes:
        is_new: whether the seed was not practised before.
    """

    task_id: str
    seed: int
    is_new: bool


@dataclass(slots=True)
class Curriculum:
    """Draws families in proportion to p (1 - p) of their running pass rates p, the variance of an outcome.

    What always succeeds and what never does teach groups nothing. With a single family, only its seeds count.

    Attributes:
        next_seed: last one that was drawn anew.
        least_weight: of a family, whatever its pass rate; 0.25 is the largest p (1 - p), and draws all alike.
        pass_rates: by family, of new seeds alone.
        open: tasks whose last group had both outcomes.
    """

    task_ids: Sequence[str]
    next_seed: int
    least_weight: float
    pass_rates: dict[str, float] = field(default_factory=dict)
    open: list[tuple[str, int]] = field(default_factory=list)

    def shares(self) -> list[float]:
        """The probability of each family."""
        rates = [self.pass_rates.get(task_id, UNKNOWN) for task_id in self.task_ids]
        weights = [max(rate * (1 - rate), self.least_weight, 1e-9) for rate in rates]
        return [weight / sum(weights) for weight in weights]

    def draw(self, rng: Generator, revisited: float) -> TaskDraw:
        """The next task: with this probability an open one of its family, if there is one."""
        task_id = self.task_ids[int(rng.choice(len(self.task_ids), p=self.shares()))]
        mine = [place for place, (family, _) in enumerate(self.open) if family == task_id]
        if mine and rng.random() < revisited:
            return TaskDraw(*self.open.pop(mine[int(rng.integers(len(mine)))]), is_new=False)
        self.next_seed += 1
        return TaskDraw(task_id, self.next_seed, is_new=True)

    def add(self, draw: TaskDraw, pass_rate: float | None, *, is_mixed: bool) -> None:
        """Count the group of a task.

        Args:
            draw: the task.
            pass_rate: of its episodes; None if none was judged.
            is_mixed: whether it had both outcomes.
        """
        if is_mixed:
            self.open.append((draw.task_id, draw.seed))
        if draw.is_new and pass_rate is not None:
            before = self.pass_rates.get(draw.task_id, UNKNOWN)
            self.pass_rates[draw.task_id] = before + NEWEST * (pass_rate - before)

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""
        return {
            "next_seed": self.next_seed,
            "pass_rates": dict(self.pass_rates),
            "open": [list(task) for task in self.open],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.next_seed, self.pass_rates = state["next_seed"], dict(state["pass_rates"])
        self.open = [(task_id, seed) for task_id, seed in state["open"]]
