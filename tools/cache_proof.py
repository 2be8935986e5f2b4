"""Plays the same episodes with all caches off, on and verified, and compares every state."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tours import has_tours, tour

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime, engines_of
from gristmill.errors import EngineFault
from gristmill.plugins import installed

MODES = ("on", "verify")
ROUNDS = 2  # in each mode; in the second one nearly every request is a cache hit
WALK_STEPS = 25
OBSERVATIONS = {"chromium": "aria+pixels", "dom": "aria"}

State = dict[str, str]
"""sha256 of each part of a state; `infra_error` verbatim."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walks:
    """Which episodes to compare: for each task and seed one of the oracle and one random walk.

    For tasks across apps also a walk through all of them, in which minutes pass.
    """

    tasks: Sequence[str]
    split: str
    seeds: int


def differing(walks: Walks) -> list[str]:
    """Return a line for each episode that differs between caches off and on or verified; prints totals."""
    with closing(Runtime(caches=Caches(mode="off"))) as runtime:
        expected = dict(episodes(walks, runtime, "off"))
    failures = [f"{name}: {broken}" for name, states in expected.items() if (broken := fault(states))]
    for mode in MODES:
        failures += differing_in(mode, walks, expected)
    print(
        f"{len(expected)} episodes with caches off, {sum(map(len, expected.values()))} states, each compared "
        f"with {ROUNDS} with caches {' and with caches '.join(MODES)}: {len(failures)} differences.",
        flush=True,
    )
    return failures


def differing_in(mode: str, walks: Walks, expected: dict[str, list[State]]) -> list[str]:
    """Play all episodes with caches in this mode; returns a line for each that differs."""
    failures = []
    with closing(Runtime(caches=Caches(mode=mode))) as runtime:
        for number in range(1, ROUNDS + 1):
            for name, states in episodes(walks, runtime, f"{mode}, round {number}"):
                if found := difference(expected[name], states):
                    failures.append(f"{name}, caches {mode}, round {number}: {found}")
                    print(failures[-1], file=sys.stderr, flush=True)
    hits = ", ".join(f"{name} {count}" for name, count in runtime.caches.hits().items())
    print(f"Caches {mode}: {len(failures)} differences. Hits: {hits}", flush=True)
    return failures


def episodes(walks: Walks, runtime: Runtime, mode: str) -> Iterator[tuple[str, list[State]]]:
    """Play all episodes; yields the name and states of each."""
    for task in walks.tasks:
        for engine in engines_of(installed().family(task)):
            options = {"engine": engine, "observation": OBSERVATIONS[engine], "split": walks.split}
            with closing(WebEnv(task, **options, runtime=runtime)) as env:  # type: ignore[arg-type]
                for seed in range(walks.seeds):
                    yield f"{task} {engine} oracle seed {seed}", played(oracle_states(env, seed))
                    yield f"{task} {engine} random seed {seed}", played(random_states(env, seed))
                    if has_tours(env):
                        yield f"{task} {engine} tour seed {seed}", played(tour_states(env, seed))
                    print(f"{task} {engine}: seed {seed} with caches {mode}", file=sys.stderr, flush=True)


def played(states: Iterator[State]) -> list[State]:
    """The states of an episode; a failure to reset is its last one, as a failure of a step is."""
    found: list[State] = []
    try:
        found.extend(states)
    except EngineFault as broken:
        found.append({"infra_error": str(broken)})
    return found


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


def tour_states(env: WebEnv, seed: int) -> Iterator[State]:
    """Walk through all apps while minutes pass; yields the state after reset and each step."""
    for observation, reward, terminated, truncated, info in tour(env, seed):
        yield state(env, observation, info, reward, terminated, truncated)


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
