"""Pages as vectors and actions as numbers, on real pages."""

from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import gristmill  # noqa: F401 - registers the ids
from gristmill.envs.actions.grammar import write
from gristmill.envs.wrappers.element_actions import MASKED, ElementActions
from gristmill.errors import InvalidOptionError

TASK = "Shop-AddToCart-v0"


@pytest.fixture
def env() -> Iterator[ElementActions]:
    made = ElementActions(gym.make(TASK, engine="dom"))
    yield made
    made.close()


def number_of(env: ElementActions, line: str) -> int:
    """The number of the action that is this line of the grammar."""
    [found] = [i for i, way in enumerate(env._choices) if way and write(way.action) == line]
    return found


@pytest.mark.filterwarnings("ignore:.*The environment .* is different from the unwrapped version:UserWarning")
def test_gymnasium_checks_it(env: ElementActions) -> None:
    check_env(env, skip_render_check=True)


@pytest.mark.slow
def test_the_oracles_way_is_among_the_numbered_actions(env: ElementActions) -> None:
    for seed in range(4):
        env.reset(seed=seed)
        terminated, info = False, {}
        while not terminated:
            action = number_of(env, env.unwrapped.oracle())  # type: ignore[attr-defined]
            assert env.action_masks()[action]
            seen, _, terminated, truncated, info = env.step(action)
            assert seen in env.observation_space
            assert not truncated
        assert info["success"]


def test_no_unmasked_action_is_refused_as_masked_and_every_masked_one_is(env: ElementActions) -> None:
    env.reset(seed=1)
    rng = np.random.default_rng(1)
    for _ in range(8):
        masks = env.action_masks()
        assert masks.shape == (env.action_space.n,)  # type: ignore[attr-defined]
        assert masks[-3:].all()
        before: Any = env.env.unwrapped
        digest = before.state_digest()
        _, reward, terminated, truncated, info = env.step(rng.choice(np.flatnonzero(~masks)))
        assert (info["action"], reward, terminated) == (MASKED, 0.0, False)
        assert before.state_digest() == digest
        if not truncated:
            _, _, terminated, truncated, info = env.step(rng.choice(np.flatnonzero(env.action_masks()[:-1])))
            assert info["action"] != MASKED
        if terminated or truncated:
            env.reset()


def test_what_lies_beyond_the_limit_cannot_be_used() -> None:
    env = ElementActions(gym.make(TASK, engine="dom"), max_elements=2, max_terms=1)
    env.reset(seed=1)
    assert env.action_masks().tolist() == [True, False, False, True, True, True, True]
    env.close()


@pytest.mark.parametrize("numbers", [{"max_elements": 0}, {"max_terms": 0}])
def test_numbers_out_of_range_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(InvalidOptionError, match="at least 1"):
        ElementActions(gym.make(TASK, engine="dom"), **numbers)


def test_without_an_outline_there_is_nothing_to_number() -> None:
    with pytest.raises(InvalidOptionError, match="aria"):
        ElementActions(gym.make(TASK, engine="chromium", observation="pixels"))
