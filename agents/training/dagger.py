"""DAgger: the policy acts, an oracle that plans anew labels the states (Ross, Gordon and Bagnell 2011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import default_rng

from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.imitation import ImitationRounds
from gristmill.agents.training.playing import Job, MakeEnv, Played, Players
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import LabelledStates, Sample
from gristmill.agents.training.streams import practice_seed
from gristmill.envs.env import WebEnv
from gristmill.errors import TrainingError, Unwinnable

FIRST_SEED = 100_000  # of practice; below are those of demonstrations


@dataclass(frozen=True, kw_only=True, slots=True)
class DaggerConfig:
    """Settings of DAgger.

    Attributes:
        episodes: all that are played.
        episodes_per_round: between updates; every other one is played greedily.
        steps_per_round: gradient steps of a round.
        batch_size: states of a gradient step; at least half of them come from the demonstrations.
        learning_rate: constant, and small: the policy is trained already.
        warm_steps: gradient steps until it is reached in the first round.
        word_dropout: see `CloningConfig`.
        num_envs: episodes side by side.
        seed: of episodes and order.
    """

    episodes: int = 300
    episodes_per_round: int = 30
    steps_per_round: int = 100
    batch_size: int = 32
    learning_rate: float = 3e-4
    warm_steps: int = 50
    word_dropout: float = 0.3
    num_envs: int = 15
    seed: int = 0


def oracle_label(env: WebEnv) -> str | None:
    """The right action in the environment's state; None if it cannot be won any more."""
    try:
        return env.oracle()
    except Unwinnable:
        return None


class Dagger:
    """Rounds of play, labels and imitation of all labels so far, with the demonstrations among them."""

    save_every = 1

    def __init__(
        self,
        config: DaggerConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        samples: Sequence[Sample],
        make_env: MakeEnv = WebEnv,
    ) -> None:
        self._config, self.policy, self._task_ids = config, policy, list(task_ids)
        self._imitation = ImitationRounds(config, policy, samples)
        self._players = Players(num_envs=config.num_envs, make_env=make_env)
        self._labelled = LabelledStates()
        self._env_steps = 0
        self.updates_done = 0

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return self.updates_done * self._config.episodes_per_round / self._config.episodes

    def update(self) -> Metrics:
        """One round. See `Trainer`."""
        config = self._config
        first = practice_seed(FIRST_SEED, config.seed) + self.updates_done * config.episodes_per_round
        jobs = [
            Job(
                task_id=self._task_ids[i % len(self._task_ids)],
                seed=first + i,
                draw=None if i % 2 else 0,
            )
            for i in range(config.episodes_per_round)
        ]
        played = self._players.play(self.policy, jobs, label=oracle_label)
        judged = [each for each in played if each.success is not None]
        if not judged:
            raise TrainingError("Every episode of the round ended with an infrastructure failure.")
        self._collect(judged)
        rng = default_rng([config.seed, self.updates_done, 0xDA66])
        losses = self._imitation.learn(list(self._labelled.samples.values()), rng)
        self.updates_done += 1
        return {
            "loss": sum(losses) / len(losses),
            "success_in_training": sum(each.success is True for each in judged) / len(judged),
            "labels": len(self._labelled.samples),
            "env_steps": self._env_steps,
            "faults": len(played) - len(judged),
        }

    def _collect(self, played: Sequence[Played]) -> None:
        """Keep each distinct state once; labels end where the episode can no longer be won."""
        for each in played:
            self._env_steps += len(each.steps)
            for step in each.steps:
                if step.label is None:
                    break
                self._labelled.add(step.observation, step.memory, step.features, step.label)

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return {
            "imitation": self._imitation.state(),
            "updates_done": self.updates_done,
            "env_steps": self._env_steps,
            "labelled": self._labelled.to_bytes(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        self._imitation.restore(state["imitation"])
        self.updates_done, self._env_steps = state["updates_done"], state["env_steps"]
        self._labelled = LabelledStates.from_bytes(state["labelled"])

    def close(self) -> None:
        """See `Trainer`."""
        self._players.close()
