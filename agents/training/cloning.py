"""Behaviour cloning: the policy learns to do what an oracle did (Pomerleau 1989)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from numpy.random import default_rng

from gristmill.agents.policies.network import PagePolicy, PolicyConfig
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import Sample, batches_of, dropped_words, imitation_loss
from gristmill.agents.training.streams import state_of, stream
from gristmill.agents.training.updates import Optimiser, warm_cosine
from gristmill.errors import TrainingError


@dataclass(frozen=True, kw_only=True, slots=True)
class CloningConfig:
    """Settings of behaviour cloning.

    Attributes:
        demonstrations: episodes of each family.
        first_seed: seed of the first one.
        updates: number of them.
        batch_size: states of an update.
        learning_rate: largest one; it falls by a half cosine.
        warm_updates: updates until it is reached.
        word_dropout: share of the words that are not read in an update, 0 to 1.
        seed: of weights and order.
        note_words: see `PolicyConfig`.
    """

    demonstrations: int = 60
    first_seed: int = 0
    updates: int = 550
    batch_size: int = 16
    learning_rate: float = 1e-3
    warm_updates: int = 20
    word_dropout: float = 0.3
    seed: int = 0
    note_words: int = 64


class Cloning:
    """Behaviour cloning on samples, in epochs of random order.

    Args:
        config: settings.
        samples: to learn from.
        lost: number of labels that the policy cannot express and are not among them; it is logged.
    """

    save_every = 50

    def __init__(self, config: CloningConfig, samples: Sequence[Sample], lost: int = 0) -> None:
        if not samples:
            raise TrainingError("There is nothing to learn from: the policy can express no label.")
        self._config, self._samples, self._lost = config, samples, lost
        self.policy = new_policy(PolicyConfig(note_words=config.note_words), config.seed)
        self._optimiser = Optimiser(self.policy, learning_rate=config.learning_rate)
        self._rng = default_rng(config.seed)
        self._epoch_start, self._place = state_of(self._rng), 0
        self._epoch = self._new_epoch()
        self.updates_done = 0

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return self.updates_done / self._config.updates

    def _new_epoch(self) -> Iterator[list[Sample]]:
        order = stream(self._epoch_start)
        batches = list(batches_of(self._samples, self._config.batch_size, order))
        self._next_start = state_of(order)
        return iter(batches)

    def _next_batch(self) -> list[Sample]:
        batch = next(self._epoch, None)
        if batch is None:
            self._epoch_start, self._place = self._next_start, 0
            self._epoch = self._new_epoch()
            batch = next(self._epoch)
        self._place += 1
        return batch

    def update(self) -> Metrics:
        """See `Trainer`."""
        self.policy.train()
        batch, config = self._next_batch(), self._config
        factor = warm_cosine(self.updates_done, config.updates, warm=config.warm_updates)
        dropped = dropped_words(default_rng([config.seed, self.updates_done]), config.word_dropout)
        loss = imitation_loss(self.policy, batch, dropped)
        norm = self._optimiser.step(loss, learning_rate=factor * config.learning_rate)
        self.updates_done += 1
        return {
            "loss": float(loss.detach()),
            "gradient_norm": norm,
            "labels": len(self._samples),
            "lost_labels": self._lost,
        }

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return {
            "optimiser": self._optimiser.state(),
            "updates_done": self.updates_done,
            "epoch_start": self._epoch_start,
            "place": self._place,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        self._optimiser.restore(state["optimiser"])
        self.updates_done, self._epoch_start = state["updates_done"], state["epoch_start"]
        self._epoch, self._place = self._new_epoch(), 0
        for _ in range(state["place"]):
            self._next_batch()

    def close(self) -> None:
        """See `Trainer`."""


def new_policy(config: PolicyConfig, seed: int) -> PagePolicy:
    """A policy with fresh weights, equal for equal seeds; torch's global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return PagePolicy(config)
