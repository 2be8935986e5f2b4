"""Rounds of imitation."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from numpy.random import default_rng

torch = pytest.importorskip("torch")

from gristmill.agents.training.dagger import DaggerConfig  # noqa: E402 - needs torch
from gristmill.agents.training.imitation import ImitationRounds  # noqa: E402
from gristmill.agents.training.updates import Optimiser  # noqa: E402


def test_a_round_leaves_the_mean_of_the_weights_of_its_second_half(
    small_policy: Callable[..., Any], toy_samples: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, seen = small_policy(), []
    step = Optimiser.step

    def watched(optimiser: Optimiser, loss: Any) -> float:
        norm = step(optimiser, loss)
        seen.append(deepcopy(policy.state_dict()))
        return norm

    monkeypatch.setattr(Optimiser, "step", watched)
    rounds = ImitationRounds(DaggerConfig(steps_per_round=6, batch_size=8), policy, toy_samples(8))
    rounds.learn([], default_rng(0))
    assert len(seen) == 6
    for name, value in policy.state_dict().items():
        expected = torch.stack([each[name] for each in seen[3:]]).mean(0)
        torch.testing.assert_close(value, expected, atol=1e-6, rtol=1e-5)
    assert not torch.equal(policy.state_dict()["logit.weight"], seen[-1]["logit.weight"])
