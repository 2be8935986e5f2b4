"""Many environments of one process: each is what it would be alone, and nothing piles up."""

import gc
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.server.session import LiveSession
from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.envs.vector.local import WebVectorEnv

TASKS = ["Shop-Checkout-v0", "Shop-AddToCart-v0", "Shop-FindAndBuy-v0"]
SLOTS, STEPS = 6, 4  # each task by the oracle and at random

Line = tuple[str, dict[str, Any]]
"""An action, and what was shown then."""


def recorded(env: WebEnv, seed: int) -> Iterator[Line]:
    """The first steps of an episode; even seeds go the right way."""
    observation, _ = env.reset(seed=seed)
    yield "", observation
    agent = RandomAgent()
    agent.begin(env, seed)
    for _ in range(STEPS):
        line = agent.act(observation) if seed % 2 else env.oracle()
        observation, *_ = env.step(line)
        yield line, observation


@pytest.fixture
def alone() -> list[tuple[list[Line], str]]:
    """Episodes played one by one with every cache off; their rows' digests."""
    played = []
    with closing(Runtime(caches=Caches(mode="off"))) as runtime:
        for seed in range(SLOTS):
            env = WebEnv(TASKS[seed % len(TASKS)], engine="dom", runtime=runtime)
            played.append((list(recorded(env, seed)), env.state_digest()))
            env.close()
    return played


@pytest.mark.slow
def test_each_of_a_crowd_is_what_it_would_be_alone(alone: list[tuple[list[Line], str]]) -> None:
    envs = WebVectorEnv(TASKS[0], num_envs=SLOTS, tasks=TASKS, engine="dom")
    batch, _ = envs.reset(seed=0)
    for at in range(STEPS + 1):
        if at:
            batch, *_ = envs.step([lines[at][0] for lines, _ in alone])
        for slot, (lines, _) in enumerate(alone):
            assert {key: batch[key][slot] for key in batch} == lines[at][1]
    assert envs.call("state_digest") == tuple(digest for _, digest in alone)
    envs.close()


def count(kind: type) -> int:
    gc.collect()
    return sum(type(each) is kind for each in gc.get_objects())


@pytest.mark.slow
@pytest.mark.usefixtures("only_new_objects")
def test_nothing_is_left_of_episodes_that_were_reset() -> None:
    runtime = default_runtime()
    before = len(runtime.sessions), count(LiveSession)
    envs = WebVectorEnv(TASKS[0], num_envs=SLOTS, engine="dom")
    threads = threading.active_count()
    for number in range(10):
        envs.reset(seed=number)
        envs.step(["goto /cart"] * SLOTS)
        assert len(runtime.sessions) == before[0] + SLOTS
    assert count(LiveSession) == before[1] + SLOTS
    assert threading.active_count() <= threads + 1
    envs.close()
    assert (len(runtime.sessions), count(LiveSession)) == before
    assert not [each for each in runtime.sessions.resident if each.token not in runtime.sessions._sessions]
