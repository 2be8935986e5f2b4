"""Plays the same episodes with all caches off and on, and compares every state."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime, engines_of
from gristmill.plugins import installed

ROUNDS = 2  # with caches on; in the second one nearly every request is a cache hit
WALK_STEPS = 25
OBSERVATIONS = {"chromium": "aria+pixels", "dom": "aria"}

State = dict[str, str]
"""sha256 of each part of a state; `infra_error` verbatim."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walks:
    """Which episodes to compare: for each task and seed one of the oracle and one random walk."""

    tasks: Sequence[str]
    split: str
    seeds: int


def differing(walks: Walks) -> list[str]:
    """Return a line for each episode that differs between caches off and on; prints totals."""
    with closing(Runtime(caches=Caches(mode="off"))) as runtime:
        expected = dict(episodes(walks, runtime, "off"))
    failures = [f"{name}: {broken}" for name, states in expected.items() if (broken := fault(states))]
    with closing(Runtime(caches=Caches(mode="on"))) as runtime:
        for number in range(1, ROUNDS + 1):
            for name, states in episodes(walks, runtime, f"on, round {number}"):
                found = difference(expected[name], states)
                failures += [f"{name}, round {number}: {found}"] if found else []
    hits = ", ".join(f"{name} {count}" for name, count in runtime.caches.hits().items())
    print(
        f"{len(expected)} episodes with caches off, {sum(map(len, expected.values()))} states, each compared "
        f"with {ROUNDS} with caches on: {len(failures)} differences. Hits: {hits}",
        flush=True,
    )
    return failures


def episodes(walks: Walks, runtime: Runtime, mode: str) -> Iterator[tuple[str, list[State]]]:
    """Play all episodes; yields the name and states of each."""
    for task in walks.tasks:
        for engine in engines_of(installed().family(task)):
            options = {"engine": engine, "observation": OBSERVATIONS[engine], "split": walks.split}
            with closing(WebEnv(task, **options, runtime=runtime)) as env:  # type: ignore[arg-type]
                for seed in range(walks.seeds):
                    yield f"{task} {engine} oracle seed {seed}", list(oracle_states(env, seed))
                    yield f"{task} {engine} random seed {seed}", list(random_states(env, seed))
                    print(f"{task} {engine}: seed {seed} with caches {mode}", file=sys.stderr, flush=True)


def oracle_states(env: WebEnv, seed: int) -> Iterator[State]:
    """Play the oracle; yields the state after reset and each step."""
    yield state(env, *env.reset(seed=seed))
    for _ in range(env.family.max_steps):
        observation, reward, terminated, truncated, info = env.step(env.oracle())
        yield state(env, observation, info, reward, terminated, truncated)
        if terminated or truncated:
            return


def random_states(env: WebEnv, seed: int) -> Iterator[State]:
    """Play the random agent, which acts on observations alone; yields the state after reset and each step."""
    agent = RandomAgent()
    agent.begin(env, seed)
    observation, info = env.reset(seed=seed)
    yield state(env, observation, info)
    for _ in range(WALK_STEPS):
        observation, reward, terminated, truncated, info = env.step(agent.act(observation))
        yield state(env, observation, info, reward, terminated, truncated)
        if terminated or truncated:
            return


def state(env: WebEnv, observation: dict[str, Any], info: dict[str, Any], *rest: object) -> State:
    """Digest observation, info, reward, end of episode and database."""
    observed = {
        key: value if isinstance(value, str) else value.tobytes() for key, value in observation.items()
    }
    parts = observed | {"info": repr(sorted(info.items())), "outcome": repr(rest)}
    digests = {
        key: hashlib.sha256(part if isinstance(part, bytes) else part.encode()).hexdigest()
        for key, part in parts.items()
    }
    return digests | {"database": env.state_digest(), "infra_error": str(info["infra_error"])}


def fault(states: list[State]) -> str:
    """The infrastructure failure that ended an episode, or empty."""
    last = states[-1]["infra_error"]
    return "" if last == "None" else last


def difference(expected: list[State], states: list[State]) -> str:
    """The first step at which two episodes differ and the parts that do, or empty."""
    for step, (one, other) in enumerate(zip_longest(expected, states, fillvalue={})):
        parts = [key for key in one.keys() | other.keys() if one.get(key) != other.get(key)]
        if parts:
            return f"step {step} differs in {', '.join(sorted(parts))}. {fault(states)}".strip()
    return ""
