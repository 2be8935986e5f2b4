"""Draws from a distribution, or its mode."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from gristmill.agents.policies.network import NEVER


def draw(log_probs: Tensor, rng: Generator | None) -> int:
    """A draw from one distribution, or its mode."""
    if rng is None:
        return int(log_probs.argmax())
    cumulated = log_probs.exp().double().cumsum(-1).numpy()
    largest = int(np.searchsorted(cumulated, cumulated[-1], side="left"))
    return min(int(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right")), largest)


def without(log_probs: Tensor, places: Sequence[int]) -> Tensor:
    """The logarithms with these made `NEVER`, unless nothing else would be left."""
    if not places:
        return log_probs
    kept = log_probs.index_fill(0, torch.tensor(places), NEVER)
    return kept if bool((kept > NEVER / 2).any()) else log_probs
