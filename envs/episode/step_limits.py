"""Makes Gymnasium's time limits count the steps before a checkpoint."""

import inspect
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
from gymnasium.wrappers import TimeLimit


def count_on(env: gym.Env[Any, Any], steps_taken: int) -> None:
    """Set the elapsed steps of every `TimeLimit` wrapper through which `env.reset` was called.

    `gymnasium.make` wraps an environment in a `TimeLimit` that starts from 0 at each reset and that the
    environment cannot see. Without this, a restored episode would get its full step limit again.
    """
    for limit in limits_above(env):
        vars(limit)["_elapsed_steps"] = steps_taken


def limits_above(env: gym.Env[Any, Any]) -> Iterator[TimeLimit[Any, Any]]:
    """The `TimeLimit` wrappers of `env` on the call stack."""
    frame = inspect.currentframe()
    while frame is not None:
        owner = frame.f_locals.get("self") if frame.f_code.co_name == "reset" else None
        if isinstance(owner, TimeLimit) and owner.unwrapped is env:
            yield owner
        frame = frame.f_back
