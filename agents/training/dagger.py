"""DAgger: the policy acts, an oracle that plans anew labels the states (Ross, Gordon and Bagnell 2011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gristmill.agents.policies.choices import choices_of
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.policies.texts import spelt_letters
from gristmill.agents.training.imitation import ImitationRounds
from gristmill.agents.training.played import Played
from gristmill.agents.training.playing import MakeEnv, Players
from gristmill.agents.training.practice import Practice, judged_of, measured
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import LabelledStates, Sample
from gristmill.agents.training.streams import practice_seed
from gristmill.envs.env import WebEnv
from gristmill.errors import Unwinnable

FIRST_SEED = 100_000  # of practice; below are those of demonstrations
MOST_SPELT = 5  # letters of a text that stand nowhere; a text with more cannot be known from the state


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
    steps_per_round: int = 200
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


class Dagger(Practice):
    """Rounds of play, labels and imitation of all labels so far, with the demonstrations among them."""

    def __init__(
        self,
        config: DaggerConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        samples: Sequence[Sample],
        make_env: MakeEnv = WebEnv,
    ) -> None:
        self._config = config
        self._imitation = ImitationRounds(config, policy, samples)
        self._labelled = LabelledStates()
        super().__init__(
            policy,
            Players(num_envs=config.num_envs, make_env=make_env),
            self._imitation,
            task_ids=task_ids,
            first_seed=practice_seed(FIRST_SEED, config.seed),
        )

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return self.updates_done * self._config.episodes_per_round / self._config.episodes

    def _round(self) -> Metrics:
        jobs = self._new_jobs(self._config.episodes_per_round, draw=lambda place: None if place % 2 else 0)
        played = self._play(jobs, label=oracle_label)
        unknowable = self._collect(judged_of(played))
        rng = self._rng(self._config.seed, 0xDA66)
        losses = self._imitation.learn(list(self._labelled.samples.values()), rng)
        return {
            "loss": sum(losses) / len(losses),
            **measured(played),
            "labels": len(self._labelled.samples),
            "unknowable_labels": unknowable,
        }

    def _collect(self, played: Sequence[Played]) -> int:
        """Keep each distinct state once; labels end where the episode can no longer be won.

        A label that writes what stands nowhere in goal, page and notes is left out. The oracle knows what the
        database holds, such as the name of a saved item that the policy has removed; learned, such a label
        contradicts those of all states that look the same. Returns how many were left out.
        """
        left_out = 0
        for each in played:
            for step in each.steps:
                if step.label is None:
                    break
                if is_knowable(step.features, step.label):
                    self._labelled.add(step.observation, step.memory, step.features, step.label)
                else:
                    left_out += 1
        return left_out

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return super().state() | {"labelled": self._labelled.to_bytes()}

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        super().restore(state)
        self._labelled = LabelledStates.from_bytes(state["labelled"])


def is_knowable(features: Features, action: str) -> bool:
    """Whether the text of an action stands mostly in what a policy reads; true without a text."""
    choices = choices_of(features, action)
    return not choices or min(spelt_letters(each.pieces) for each in choices) <= MOST_SPELT
