"""Expert iteration: the policy plays, and what was rewarded is imitated (Anthony, Tian and Barber 2017).

With `forks`, failed episodes are searched further: play goes on from a checkpoint of one of their states, by
other draws, so that what led there is not paid for again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.random import Generator

from gristmill.agents.dreams.opening import open_env
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.imitation import ImitationRounds
from gristmill.agents.training.played import Job, Played, Step
from gristmill.agents.training.playing import MakeEnv, Players
from gristmill.agents.training.practice import Practice, judged_of, measured
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import LabelledStates, Sample
from gristmill.agents.training.streams import practice_seed

FIRST_SEED = 700_000  # of practice; below are those of the other algorithms


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertConfig:
    """Settings of expert iteration.

    Attributes:
        env_steps: environment steps in all; the run ends with the round that reaches them.
        episodes_per_round: tasks between updates, each drawn once.
        forks: how often a failed episode is gone on with from a state of its own; 0 for never.
        steps_per_round: gradient steps of a round.
        batch_size: states of a gradient step; at least half of them come from the demonstrations.
        learning_rate: constant, and small: the policy is trained already.
        warm_steps: gradient steps until it is reached in the first round.
        word_dropout: see `CloningConfig`.
        num_envs: episodes side by side.
        seed: of episodes, draws and order.
    """

    env_steps: int = 5_000
    episodes_per_round: int = 60
    forks: int = 0
    steps_per_round: int = 60
    batch_size: int = 32
    learning_rate: float = 3e-4
    warm_steps: int = 30
    word_dropout: float = 0.1
    num_envs: int = 15
    seed: int = 0


class Expert(Practice):
    """Rounds of play and of imitation of all that was rewarded so far, with the demonstrations among it."""

    def __init__(
        self,
        config: ExpertConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        samples: Sequence[Sample],
        make_env: MakeEnv = open_env,
    ) -> None:
        self._config = config
        self._imitation = ImitationRounds(config, policy, samples)
        self._rewarded = LabelledStates()
        super().__init__(
            policy,
            Players(num_envs=config.num_envs, make_env=make_env),
            self._imitation,
            task_ids=task_ids,
            env_steps=config.env_steps,
            first_seed=practice_seed(FIRST_SEED, config.seed),
        )

    def _round(self) -> Metrics:
        rng = self._rng(self._config.seed, 0xE897)
        played = self._played(self._new_jobs(self._config.episodes_per_round))
        judged = judged_of(played)
        won = [each.steps for each in judged if each.success]
        won += self._forked([each for each in judged if not each.success], rng)
        for steps in won:
            for step in steps:
                self._rewarded.add(step.observation, step.memory, step.features, step.action)
        losses = self._imitation.learn(list(self._rewarded.samples.values()), rng)
        return {
            "loss": sum(losses) / len(losses),
            **measured(played),
            "rewarded": len(won),
            "labels": len(self._rewarded.samples),
        }

    def _played(self, jobs: Sequence[Job]) -> list[Played]:
        """Play episodes, with a checkpoint of each state if some are gone on with."""
        has_forks = self._config.forks > 0
        return self._play(jobs, label=lambda env: env.checkpoint() if has_forks else None)

    def _forked(self, failed: Sequence[Played], rng: Generator) -> list[list[Step]]:
        """Go on with failed episodes from states of their own; returns the whole episodes that succeeded."""
        found: list[list[Step]] = []
        waiting = [each.steps for each in failed]
        for _ in range(self._config.forks):
            if self._env_steps >= self._config.env_steps:
                break
            places = [int(rng.integers(len(steps))) for steps in waiting]
            jobs = [
                replace(
                    each.job, checkpoint=steps[place].label, memory=steps[place].memory,
                    draw=int(rng.integers(2, 2**31)),
                )
                for each, steps, place in zip(failed, waiting, places, strict=True)
            ]  # fmt: skip
            played = self._played(jobs)
            paths = [
                steps[:place] + each.steps
                for steps, place, each in zip(waiting, places, played, strict=True)
                if each.success is not None
            ]
            judged = [each for each in played if each.success is not None]
            found += [path for path, each in zip(paths, judged, strict=True) if each.success]
            waiting = [path for path, each in zip(paths, judged, strict=True) if not each.success]
            failed = [each for each in judged if not each.success]
        return found

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return super().state() | {"rewarded": self._rewarded.to_bytes()}

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        super().restore(state)
        self._rewarded = LabelledStates.from_bytes(state["rewarded"])
