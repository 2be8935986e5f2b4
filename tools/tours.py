"""Walks through all apps of a task's world, with minutes that pass, for the proofs of `prove.py`."""

from collections.abc import Iterator
from typing import Any

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.envs.env import WebEnv

ROUNDS = 2  # through all apps; the second returns to the pages that were left
MOVES = 4  # at random, in each app of a round
Step = tuple[dict[str, Any], float, bool, bool, dict[str, Any]]


def has_tours(env: WebEnv) -> bool:
    """Whether a family's worlds have several apps to walk through."""
    return len(env.family.apps) > 1


def tour(env: WebEnv, seed: int) -> Iterator[Step]:
    """Walk through the apps; yields what `step` returned, and first what `reset` did.

    In each app a few moves at random, then minutes pass, and once it is waited for news. Ends with the
    episode.
    """
    observation, info = env.reset(seed=seed)
    yield observation, 0.0, False, False, info
    agent = RandomAgent()
    agent.begin(env, seed)
    for number, app in enumerate(env.family.apps * ROUNDS):
        fixed = (f"switch_app {app}", *[""] * MOVES, f"wait {2 + 3 * number}", "goto /", "wait_for_news 20")
        for line in fixed:
            result: Step = env.step(line or agent.act(observation))
            yield result
            observation, _, terminated, truncated, _ = result
            if terminated or truncated:
                return
