"""Steps before a checkpoint, counted by the time limits that Gymnasium puts around an environment."""

import inspect
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
from gymnasium.wrappers import TimeLimit


def count_on(env: gym.Env[Any, Any], steps_taken: int) -> None:
    """Have each `TimeLimit` through which `env.reset` was called count on from so many steps.

    `gymnasium.make` puts a `TimeLimit` around what it has made, without telling the environment; the wrapper
    starts from 0 at each reset. So a resumed episode would have all its steps once more.
    """
    for limit in limits_above(env):
        vars(limit)["_elapsed_steps"] = steps_taken


def limits_above(env: gym.Env[Any, Any]) -> Iterator[TimeLimit[Any, Any]]:
    """The time limits whose methods are being called further up, and that are wrapped around `env`."""
    frame = inspect.currentframe()
    while frame is not None:
        owner = frame.f_locals.get("self") if frame.f_code.co_name == "reset" else None
        if isinstance(owner, TimeLimit) and owner.unwrapped is env:
            yield owner
        frame = frame.f_back
