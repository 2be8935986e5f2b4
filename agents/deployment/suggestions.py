"""One decision many times: next actions are suggested, and a user accepts or rejects each.

A contextual bandit. The user works on tasks; in each state the policy draws one action and suggests it. The
user, who knows the next right step, accepts it or not, with a stated share of mistakes, and then takes that
step, so that the states do not depend on what was suggested. All that the policy learns from is one bit for
each suggestion, by REINFORCE (Williams 1992) with the mean of the others of its batch as the baseline (Kool
et al. 2019). Old demonstrations are imitated beside it, against forgetting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from numpy.random import Generator, default_rng
from torch import Tensor

from gristmill.agents.deployment.feedback import judgement
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.choices import is_one_of
from gristmill.agents.policies.distribution import decide, score
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.drawing import Share, play_oracle
from gristmill.agents.training.playing import MakeEnv
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import Sample, dropped_words, imitation_loss, states_of
from gristmill.agents.training.streams import practice_seed
from gristmill.agents.training.updates import Optimiser
from gristmill.envs.env import WebEnv
from gristmill.errors import EngineFault, InvalidOptionError, TrainingError

FIRST_SEED = 750_000  # of the user's tasks; below are those of the algorithms that practise
SIGNALS = ("verdict", "labels", "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class SuggestConfig:
    """Settings of learning from accepted and rejected suggestions.

    Attributes:
        signal: `verdict`, one bit for each suggestion; `labels`, imitation of the user's own next step, the
            most that could be had of these states; `none`, nothing is learned.
        split, skin: arguments of `gymnasium.make`: where the user works.
        suggestions: all that are shown; the last batch may exceed them.
        batch_size: suggestions of an update, at least: episodes are not divided.
        noise: probability that the user accepts what is wrong, or rejects what is right.
        old_states: states of old demonstrations that are imitated in each update.
        learning_rate: constant after `warm_updates`.
        warm_updates: see `learning_rate`.
        entropy: weight of the entropy of the tokens' distribution, in nats.
        word_dropout: of the old demonstrations; see `CloningConfig`.
        seed: of tasks, suggestions and mistakes.
    """

    signal: str = "verdict"
    split: str = "test"
    skin: str = "ember"
    suggestions: int = 100_000
    batch_size: int = 64
    noise: float = 0.05
    old_states: int = 16
    learning_rate: float = 1e-4
    warm_updates: int = 20
    entropy: float = 0.003
    word_dropout: float = 0.1
    seed: int = 0

    @property
    def site(self) -> dict[str, str]:
        """Arguments of `gymnasium.make` where the user works."""
        return {"split": self.split, "skin": self.skin}


def require_sound(config: SuggestConfig) -> None:
    """Check settings that their types do not limit.

    Raises:
        InvalidOptionError: one names nothing that there is, or is out of its range.
    """
    if config.signal not in SIGNALS:
        raise InvalidOptionError(
            f"The setting signal must be one of {', '.join(SIGNALS)}, not {config.signal!r}."
        )
    if config.batch_size < 2:
        raise InvalidOptionError("The setting batch_size must be 2 or more: a baseline needs another one.")
    if config.suggestions < 1:
        raise InvalidOptionError("The setting suggestions must be 1 or more.")
    if not config.noise <= 0.5:
        raise InvalidOptionError(f"The setting noise must be 0.5 at most, not {config.noise}.")


class Suggestions:
    """Batches of suggestions, and a step of the policy after each.

    Args:
        config: settings.
        policy: a trained one.
        task_ids: families of the user's tasks, which take turns.
        old: states of the demonstrations that the policy was trained on.
        make_env: makes an environment of a family's id and the options.

    Raises:
        InvalidOptionError: a setting names nothing that there is.
        TrainingError: there are no old states, though the settings ask for some.
    """

    save_every = 10

    def __init__(
        self,
        config: SuggestConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        old: Sequence[Sample],
        make_env: MakeEnv = WebEnv,
    ) -> None:
        require_sound(config)
        if config.old_states and not old:
            raise TrainingError("There is nothing to learn from: the policy can express no label.")
        self._config, self.policy, self._task_ids, self._old = config, policy, list(task_ids), list(old)
        self._optimiser = Optimiser(
            policy, learning_rate=config.learning_rate, warm_steps=config.warm_updates
        )
        self._make_env, self._envs = make_env, dict[str, WebEnv]()
        self._episodes = self._suggested = self._faults = 0
        self.updates_done = 0

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return min(self._suggested / self._config.suggestions, 1.0)

    def update(self) -> Metrics:
        """One batch. See `Trainer`."""
        config = self._config
        rng = default_rng([config.seed, self.updates_done, 0x5066])
        episodes, faults, states = self._work()
        self.policy.eval()
        decisions = decide(self.policy, [each.features for each in states], [rng] * len(states))
        choices = [each.choice for each in decisions]
        right = [
            is_one_of(state.features, choice, state.label)
            for choice, state in zip(choices, states, strict=True)
        ]
        accepted = [judgement(each, config.noise, rng) for each in right]
        loss = 0.0
        if config.signal != "none":
            learned = self._learn(states, choices, accepted, rng)
            self._optimiser.step(learned)
            loss = float(learned.detach())
        self._episodes, self._faults = self._episodes + episodes, self._faults + faults
        self._suggested += len(states)
        self.updates_done += 1
        return {
            "loss": loss,
            "acceptance": sum(accepted) / len(states),
            "right": sum(right) / len(states),
            "suggestions": self._suggested,
            "faults": self._faults,
        }

    def _work(self) -> tuple[int, int, list[Sample]]:
        """Episodes of the user until there are enough states: tried, those with a fault, and the states.

        Raises:
            TrainingError: none of as many episodes as states are wanted could be played.
        """
        config, note_words = self._config, self.policy.config.note_words
        first = practice_seed(FIRST_SEED, config.seed) + self._episodes
        states, tried, faults = list[Sample](), 0, 0
        while len(states) < config.batch_size:
            if tried >= config.batch_size and not states:
                raise TrainingError(f"None of {tried} episodes could be played to its end.")
            task_id = self._task_ids[(self._episodes + tried) % len(self._task_ids)]
            share = Share(task_id, (), ())
            try:
                demonstration = play_oracle(self._env(task_id), share, first + tried)
            except EngineFault:
                demonstration = None
            tried += 1
            faults += demonstration is None
            if demonstration is not None:
                states += [each for each in states_of(demonstration, note_words) if each.label]
        return tried, faults, states

    def _env(self, task_id: str) -> WebEnv:
        if task_id not in self._envs:
            self._envs[task_id] = self._make_env(task_id, engine="dom", **self._config.site)
        return self._envs[task_id]

    def _learn(
        self, states: Sequence[Sample], choices: Sequence[Any], accepted: Sequence[bool], rng: Generator
    ) -> Tensor:
        """The loss of a batch."""
        config = self._config
        self.policy.train()
        places = rng.integers(max(len(self._old), 1), size=config.old_states)
        old = [self._old[i] for i in places]
        dropped = dropped_words(rng, config.word_dropout)
        kept = imitation_loss(self.policy, old, dropped) if old else torch.zeros(())
        if config.signal == "labels":
            return kept + imitation_loss(self.policy, states, dropped)
        batch = collate([each.features for each in states])
        scores = score(self.policy, self.policy(batch), batch, choices)
        advantages = leave_one_out(torch.tensor(accepted, dtype=torch.float32))
        gain = (advantages * scores.log_probs).mean() + config.entropy * scores.entropies.mean()
        return kept - gain

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return {
            "optimiser": self._optimiser.state(),
            "updates_done": self.updates_done,
            "episodes": self._episodes,
            "suggested": self._suggested,
            "faults": self._faults,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        self._optimiser.restore(state["optimiser"])
        self.updates_done, self._episodes = state["updates_done"], state["episodes"]
        self._suggested, self._faults = state["suggested"], state["faults"]

    def close(self) -> None:
        """See `Trainer`."""
        for env in self._envs.values():
            env.close()
        self._envs.clear()


def leave_one_out(rewards: Tensor) -> Tensor:
    """Each reward (B,) minus the mean of the others; B is 2 or more."""
    return (rewards - rewards.mean()) * (len(rewards) / (len(rewards) - 1))
