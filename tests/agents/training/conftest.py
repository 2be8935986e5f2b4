"""Samples that are few enough to train on in a test."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def toy_samples(toy_demonstrations: Callable[[int], list[Any]]) -> Callable[[int], Any]:
    from gristmill.agents.training.samples import samples_of

    return lambda count: samples_of(toy_demonstrations(count), note_words=0).samples


@pytest.fixture(scope="session")
def half_trained(toy_demonstrations: Callable[[int], list[Any]], small_policy: Callable[..., Any]) -> Any:
    """A small policy that draws the right button in about half of the tiny tasks. Not to be trained."""
    import torch
    from numpy.random import default_rng

    from gristmill.agents.training.samples import batches_of, imitation_loss, samples_of
    from gristmill.agents.training.updates import Optimiser

    torch.set_num_threads(1)
    samples = samples_of(toy_demonstrations(32), note_words=0).samples
    policy, rng = small_policy(), default_rng(0)
    optimiser = Optimiser(policy, learning_rate=3e-3)
    for _ in range(10):
        for batch in batches_of(samples, 16, rng):
            optimiser.step(imitation_loss(policy, batch, None))
    return policy


@pytest.fixture(autouse=True)
def _in_one_thread(_one_thread: None) -> None:
    pass
