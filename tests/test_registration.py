"""Importing gristmill makes every task family known to Gymnasium."""

import gymnasium as gym
import pytest

import gristmill
from gristmill.plugins import installed
from gristmill.registration import register_all


@pytest.mark.parametrize("task_id", sorted(installed().families))
def test_every_family_is_registered_with_its_limit(task_id: str) -> None:
    spec = gym.spec(task_id)
    assert spec.max_episode_steps == installed().family(task_id).max_steps
    assert spec.kwargs == {"task": task_id}


def test_registering_again_is_harmless() -> None:
    gristmill.register_all()
    before = dict(gym.registry)
    register_all()
    assert dict(gym.registry) == before


def test_an_id_with_the_module_in_front_is_found_too() -> None:
    env = gym.make("gristmill:Shop-Checkout-v0")
    assert env.spec is not None
    assert env.spec.id == "Shop-Checkout-v0"
    env.close()
