"""Choices that were made in one state are learned from together, and to the same end."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from numpy.random import default_rng

torch = pytest.importorskip("torch")

from gristmill.agents.policies.network import PagePolicy  # noqa: E402 - needs torch
from gristmill.agents.training.groups import Weighted, weighted_steps  # noqa: E402
from gristmill.agents.training.grpo import GrpoConfig, grpo_loss  # noqa: E402
from gristmill.agents.training.played import Job  # noqa: E402
from gristmill.agents.training.playing import Players  # noqa: E402
from gristmill.agents.training.state_batches import StateChoices, by_state, state_batches  # noqa: E402


@pytest.fixture(scope="module")
def weighted(toy: ModuleType, half_trained: PagePolicy) -> list[Weighted]:
    """What was done in episodes of which several met the same states."""
    players = Players(num_envs=16, make_env=toy.ToyEnv)
    jobs = [Job(task_id="Toy", seed=seed, draw=draw) for seed in range(4) for draw in range(1, 9)]
    played = players.play(half_trained, jobs)
    groups = [played[first : first + 8] for first in range(0, len(played), 8)]
    return [each for group in groups for each in weighted_steps(group)]


def test_states_are_told_apart_by_what_is_read_and_not_by_object(weighted: list[Weighted]) -> None:
    states = by_state(weighted)
    assert len(states) < len(weighted)
    copies = [
        replace(each, step=replace(each.step, features=deepcopy(each.step.features))) for each in weighted
    ]
    again = by_state(copies)
    assert [len(each.choices) for each in again] == [len(each.choices) for each in states]
    assert sum(len(each.choices) for each in states) == len(weighted)


def test_an_epoch_has_every_choice_once_in_batches_that_are_full(weighted: list[Weighted]) -> None:
    states = by_state(weighted)
    batches = list(state_batches(states, 20, 2, default_rng(0)))
    sizes = [sum(len(each.choices) for each in batch) for batch in batches]
    assert sum(sizes) == 2 * len(weighted)
    assert sum(size < 20 for size in sizes) <= 2
    assert set(Counter(id(each) for batch in batches for each in batch).values()) == {2}
    orders = [
        [id(each) for batch in state_batches(states, 20, 1, default_rng(n)) for each in batch]
        for n in (0, 0, 1)
    ]
    assert orders[0] == orders[1] != orders[2]


def test_the_loss_and_its_gradient_are_those_of_each_choice_by_itself(
    weighted: list[Weighted], half_trained: Any
) -> None:
    config = GrpoConfig(batch_size=len(weighted))
    together = by_state(weighted)
    alone = [StateChoices(each.step.features, [each]) for state in together for each in state.choices]
    assert len(together) < len(alone)
    found = []
    for batch in (together, alone):
        policy = deepcopy(half_trained).train()
        losses = grpo_loss(policy, batch, config)
        losses.loss.backward()
        found.append((losses, [each.grad for each in policy.parameters() if each.grad is not None]))
    (one, grads), (other, others) = found
    assert one.loss.item() == pytest.approx(other.loss.item(), abs=1e-6)
    assert one.entropy == pytest.approx(other.entropy, abs=1e-5)
    for some, same in zip(grads, others, strict=True):
        torch.testing.assert_close(some, same, atol=1e-6, rtol=1e-3)
