"""Verify that many concurrent environments behave like isolated ones and use bounded memory.

    python benchmarks/crowd.py [--engine dom] [--agents 1000] [--steps 8] [--resets 20]

Each environment plays an episode of its own seed, even seeds by the oracle, odd ones at random. The actions
were recorded beforehand, one episode at a time, in the `dom` engine with all caches off. All environments are
live at once; every observation and the final rows must equal the recorded ones. Then all environments are
reset repeatedly, and the memory of this process and its descendants is printed after each round. The exit
code is 1 if anything differed or memory kept growing.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import gymnasium as gym
from machine import heading
from processes import memory

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime

TASK = "Shop-Checkout-v0"
LASTING_GROWTH = 1.05  # maximum ratio of the last rounds' memory to that of the middle rounds


@dataclass(frozen=True)
class Solo:
    """An episode recorded in isolation: actions, digests of the observations, digest of the final rows.

    Keeps digests, because whole observations would distort the memory measurement.
    """

    lines: list[str]
    digests_by_step: list[dict[str, bytes]]
    digest: str


def digests(observation: dict[str, Any]) -> dict[str, bytes]:
    """A digest of each part of an observation."""
    return {key: hashlib.sha256(repr(value).encode()).digest() for key, value in observation.items()}


def play_alone(env: WebEnv, seed: int, steps: int) -> Solo:
    """Record the first steps of an episode: by the oracle for even seeds, at random for odd ones."""
    observation, _ = env.reset(seed=seed)
    agent = RandomAgent()
    agent.begin(env, seed)
    lines, digests_by_step = [], [digests(observation)]
    is_over = False
    while len(lines) < steps and not is_over:
        lines.append(agent.act(observation) if seed % 2 else env.oracle())
        observation, _, is_over, *_ = env.step(lines[-1])
        digests_by_step.append(digests(observation))
    return Solo(lines, digests_by_step, env.state_digest())


def record(agents: int, steps: int) -> list[Solo]:
    """Record all episodes one after the other with all caches off."""
    with (
        closing(Runtime(caches=Caches(mode="off"))) as runtime,
        closing(WebEnv(TASK, engine="dom", runtime=runtime)) as env,
    ):
        return [play_alone(env, seed, steps) for seed in range(agents)]


def play_together(envs: Any, solos: list[Solo]) -> Iterator[str]:
    """Replay all recorded episodes concurrently; yields each difference."""
    observations, _ = envs.reset(seed=0)
    compare = [(slot, solo.digests_by_step[0]) for slot, solo in enumerate(solos)]
    for at in range(max(len(solo.lines) for solo in solos) + 1):
        for slot, expected in compare:
            actual = digests({key: observations[key][slot] for key in expected})
            for key in expected:
                if actual[key] != expected[key]:
                    yield f"seed {slot}, after {at} steps: {key} differs"
        compare = [
            (slot, solo.digests_by_step[at + 1]) for slot, solo in enumerate(solos) if at < len(solo.lines)
        ]
        if compare:
            lines = [solo.lines[at] if at < len(solo.lines) else "goto /cart" for solo in solos]
            observations, *_ = envs.step(lines)
    longest = max(len(solo.lines) for solo in solos)  # shorter ones have taken other steps since
    for slot, solo in enumerate(solos):
        if len(solo.lines) == longest and envs.envs[slot].state_digest() != solo.digest:
            yield f"seed {slot}: the rows differ"


def main() -> int:
    """Record, replay and reset; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="dom")
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--resets", type=int, default=20)
    wanted = parser.parse_args()
    print(heading())
    with ProcessPoolExecutor(
        1, get_context("spawn")
    ) as elsewhere:  # keeps the recording's memory out of the measurement
        solos = elsewhere.submit(record, wanted.agents, wanted.steps).result()
    print(f"{len(solos)} episodes recorded alone, {sum(len(solo.lines) for solo in solos)} steps")
    envs: Any = gym.make_vec(TASK, num_envs=wanted.agents, engine=wanted.engine)
    started_at = perf_counter()
    differences = list(play_together(envs, solos))
    print(f"all {wanted.agents} live in {wanted.engine}, {len(differences)} differences, {usage(started_at)}")
    for difference in differences[:10]:
        print(f"  {difference}")
    peaks = []
    for round_ in range(1, wanted.resets + 1):
        started_at = perf_counter()
        envs.reset(seed=round_ * wanted.agents)
        peaks.append(memory().pss_mb)
        print(f"reset {round_}: {usage(started_at)}", flush=True)
    envs.close()
    print(f"closed: {usage(perf_counter())}")
    half = len(peaks) // 2
    grows = half > 1 and min(peaks[-half // 2 :]) > LASTING_GROWTH * max(peaks[half // 2 : half])
    print("memory keeps growing" if grows else "memory is bounded")
    return 1 if differences or grows else 0


def usage(started_at: float) -> str:
    """Format current memory and the seconds since `started_at`."""
    now, spent_s = memory(), perf_counter() - started_at
    return f"{now.pss_mb:,.0f} MB ({now.rss_mb:,.0f} with shared pages counted twice), {spent_s:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
