"""Rounds of imitation of what was collected, with demonstrations among it so that they are not forgotten."""

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.random import Generator
from torch.optim.swa_utils import AveragedModel

from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.samples import Sample, batches_of, dropped_words, imitation_loss
from gristmill.agents.training.updates import Optimiser
from gristmill.errors import TrainingError


class ImitationConfig(Protocol):
    """Settings of the rounds; see `DaggerConfig`."""

    @property
    def steps_per_round(self) -> int:
        """Gradient steps of a round."""

    @property
    def batch_size(self) -> int:
        """States of a gradient step; at least half of them come from the demonstrations."""

    @property
    def learning_rate(self) -> float:
        """Of all steps but the first ones."""

    @property
    def warm_steps(self) -> int:
        """Gradient steps until the learning rate is reached, in the first round; 0 for none."""

    @property
    def word_dropout(self) -> float:
        """See `CloningConfig`."""


class ImitationRounds:
    """Trains a policy in rounds; has an optimiser of its own, whose state goes on from round to round."""

    def __init__(self, config: ImitationConfig, policy: PagePolicy, demonstrated: Sequence[Sample]) -> None:
        self._config, self._policy = config, policy
        self._demonstrated = list(demonstrated)
        self._optimiser = Optimiser(policy, learning_rate=config.learning_rate, warm_steps=config.warm_steps)

    def learn(self, collected: Sequence[Sample], rng: Generator) -> list[float]:
        """One round; returns the loss of each gradient step.

        It is of demonstrations alone as long as nothing was collected. The policy is left at the mean of its
        weights over the second half of the steps (Izmailov et al. 2018), for which no single step decides.

        Raises:
            TrainingError: there are no demonstrations.
        """
        if not self._demonstrated:
            raise TrainingError("There is nothing to learn from: the policy can express no label.")
        config, losses, half = self._config, list[float](), self._config.batch_size // 2
        mean = AveragedModel(self._policy)
        self._policy.train()
        while len(losses) < config.steps_per_round:
            for batch in batches_of(list(collected) or self._demonstrated, half, rng):
                old = [self._demonstrated[i] for i in rng.integers(len(self._demonstrated), size=len(batch))]
                loss = imitation_loss(self._policy, [*batch, *old], dropped_words(rng, config.word_dropout))
                self._optimiser.step(loss)
                losses.append(float(loss.detach()))
                if 2 * len(losses) > config.steps_per_round:
                    mean.update_parameters(self._policy)
                if len(losses) == config.steps_per_round:
                    break
        self._policy.load_state_dict(mean.module.state_dict())
        return losses

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""
        return self._optimiser.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self._optimiser.restore(state)
