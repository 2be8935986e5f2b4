"""Makes Gymnasium's time limits count the steps before a checkpoint, and each action of a list."""

import inspect
import math
from collections.abc import Iterable, Iterator
from typing import Any

import gymnasium as gym
from gymnasium.wrappers import TimeLimit


def count_on(env: gym.Env[Any, Any], steps_taken: int) -> None:
    """Set the elapsed steps of every `TimeLimit` wrapper through which `env.reset` was called.

    `gymnasium.make` wraps an environment in a `TimeLimit` that starts from 0 at each reset and that the
    environment cannot see. Without this, a restored episode would get its full step limit again.
    """
    for limit in limits_above(env, "reset"):
        vars(limit)["_elapsed_steps"] = steps_taken


def steps_left(limits: Iterable[TimeLimit[Any, Any]]) -> float:
    """The number of steps until the first of these limits."""
    left = (vars(limit)["_max_episode_steps"] - (vars(limit)["_elapsed_steps"] or 0) for limit in limits)
    return min(left, default=math.inf)


def count_further(limits: Iterable[TimeLimit[Any, Any]], steps: int) -> None:
    """Add steps to these limits, which count one for each call."""
    for limit in limits:
        vars(limit)["_elapsed_steps"] += steps


def limits_above(env: gym.Env[Any, Any], call: str) -> Iterator[TimeLimit[Any, Any]]:
    """The `TimeLimit` wrappers of `env` on the call stack, in a call of `reset` or `step`."""
    frame = inspect.currentframe()
    while frame is not None:
        owner = frame.f_locals.get("self") if frame.f_code.co_name == call else None
        if isinstance(owner, TimeLimit) and owner.unwrapped is env:
            yield owner
        frame = frame.f_back
