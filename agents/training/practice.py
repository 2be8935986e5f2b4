"""What algorithms have in common that practise: rounds of play, what is counted, and their state."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from numpy.random import Generator, default_rng

from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.played import Job, Played, judged_in
from gristmill.agents.training.playing import Players
from gristmill.agents.training.runs import Metrics
from gristmill.envs.env import WebEnv
from gristmill.errors import TrainingError


class Learner(Protocol):
    """What changes the weights, such as an optimiser, and has a state of its own."""

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""


class Practice(ABC):
    """A trainer of which each update is a round of play and of learning from it. See `Trainer`.

    Args:
        policy: to be trained.
        players: are closed with this.
        learner: whose state is part of this one's.
        task_ids: families to practise on, in turn.
        first_seed: of the tasks.
        env_steps: environment steps after which the run ends, unless `share_done` says otherwise.
    """

    save_every = 1

    def __init__(
        self,
        policy: PagePolicy,
        players: Players,
        learner: Learner,
        *,
        task_ids: Sequence[str],
        first_seed: int,
        env_steps: int = 1,
    ) -> None:
        self.policy = policy
        self._players, self._learner, self._task_ids = players, learner, list(task_ids)
        self._all_steps, self._first_seed = env_steps, first_seed
        self._env_steps = 0
        self.updates_done = 0

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return min(1.0, self._env_steps / self._all_steps)

    @abstractmethod
    def _round(self) -> Metrics:
        """Play, learn, and return what was measured."""

    def update(self) -> Metrics:
        """One round. See `Trainer`."""
        metrics = self._round()
        self.updates_done += 1
        return metrics | {"env_steps": self._env_steps}

    def _rng(self, seed: int, stream: int) -> Generator:
        """The source of this round's chance, apart from the episodes', which have their own."""
        return default_rng([seed, self.updates_done, stream])

    def _new_jobs(self, count: int, draw: Callable[[int], int | None] = lambda place: 1) -> list[Job]:
        """A round's episodes, each of a task of its own; all rounds must have as many."""
        first = self._first_seed + self.updates_done * count
        return [
            Job(task_id=self._task_ids[i % len(self._task_ids)], seed=first + i, draw=draw(i))
            for i in range(count)
        ]

    def _play(self, jobs: Sequence[Job], label: Callable[[WebEnv], Any] = lambda env: None) -> list[Played]:
        """Play episodes, and count their steps."""
        played = self._players.play(self.policy, jobs, label=label)
        self._env_steps += sum(len(each.steps) for each in played)
        return played

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return {
            "learner": self._learner.state(),
            "updates_done": self.updates_done,
            "env_steps": self._env_steps,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        self._learner.restore(state["learner"])
        self.updates_done, self._env_steps = state["updates_done"], state["env_steps"]

    def close(self) -> None:
        """See `Trainer`."""
        self._players.close()


def judged_of(played: Sequence[Played]) -> list[Played]:
    """The episodes that have a verdict.

    Raises:
        TrainingError: none has.
    """
    judged = judged_in(played)
    if not judged:
        raise TrainingError("Every episode of the round ended with an infrastructure failure.")
    return judged


def measured(played: Sequence[Played]) -> Metrics:
    """How a round's episodes ended; rates are of those with a verdict, and 0 without any."""
    judged = judged_in(played)
    return {
        "success_in_training": sum(each.success is True for each in judged) / max(len(judged), 1),
        "mean_return": sum(each.total_reward for each in judged) / max(len(judged), 1),
        "faults": len(played) - len(judged),
    }
