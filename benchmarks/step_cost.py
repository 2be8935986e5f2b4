"""Cost of a reset and a step, compared in one run with a bare Playwright loop that does the same.

The loop exists in two variants: with the mouse at known points, a lower bound for any environment, and with
Playwright's locators, as one would write it by hand.

    python benchmarks/step_cost.py [--episodes 12] [--seed 1]
"""

import argparse
import asyncio
import statistics
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
from bare import BareLoop, HandWrittenLoop, Point, launched
from flow import SEED, TASK, Plan, Planner, bare_runtime, checkout, new_episode
from machine import heading
from processes import memory
from stopwatch import Stopwatch, p50

import gristmill  # noqa: F401 - registers the ids
from gristmill.apps.world.choice import WorldChoice
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.snapshots.image import restore

MODES = ("aria", "aria+pixels")


@dataclass
class Timings:
    """Wall seconds of one variant."""

    loads: list[float] = field(default_factory=list)
    resets: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)


def time_env(env: Any, plan: Plan, into: Timings) -> None:
    """Replay the recorded lines in the environment."""
    with Stopwatch(into.resets):
        env.reset(seed=plan.seed)
    for move in plan.moves:
        with Stopwatch(into.steps):
            *_, info = env.step(move.line)
    assert info["success"], "the replay diverged from the recording"


async def time_bare(loop: BareLoop, episode: Episode, plan: Plan, points: list[Point], into: Timings) -> None:
    """Replay by the bare loop: load and observe the start page, then act and observe at each step."""
    with Stopwatch(into.resets):
        with Stopwatch(into.loads):
            await loop.load(episode)
        await loop.observe()
    for move, point in zip(plan.moves, points, strict=True):
        with Stopwatch(into.steps):
            await loop.act(move, point)
            await loop.observe()


async def compare(runtime: Runtime, mode: str, episodes: int, seed: int) -> dict[str, Timings]:
    """Time the environment and both loops on the same episode, in alternation."""
    browser, pixels = await launched(runtime.host.port), "pixels" in mode
    plan, scout = Planner().plan(seed), await HandWrittenLoop.open(browser, pixels=False)
    points = await scout.points(new_episode(runtime, seed), plan)
    loops = {
        "bare, mouse": await BareLoop.open(browser, pixels=pixels),
        "bare, locators": await HandWrittenLoop.open(browser, pixels=pixels),
    }
    env = gym.make(TASK, observation=mode).unwrapped
    found = {name: Timings() for name in ("gristmill", *loops)}
    for turn in range(episodes + 1):
        timings = {name: found[name] if turn else Timings() for name in found}  # the first turn is a warm-up
        await asyncio.to_thread(time_env, env, plan, timings["gristmill"])
        for name, loop in loops.items():
            episode = new_episode(runtime, seed)
            await time_bare(loop, episode, plan, points, timings[name])
            assert episode.judge(is_over=True).success, f"{name} did not solve the task"
            episode.close()
    env.close()
    await browser.close()
    return found


def time_restore(count: int = 200) -> list[float]:
    """Seconds to restore the shop's world from its snapshot, `count` times."""
    snapshot = default_runtime().world(checkout(), WorldChoice())
    spent: list[float] = []
    for _ in range(count):
        with Stopwatch(spent):
            connection = restore(snapshot)
        connection.close()
    return spent


def memory_per_env(count: int = 8) -> float:
    """Megabytes per further environment, once one is running."""
    before = memory().pss_mb
    envs = [gym.make(TASK) for _ in range(count)]
    for seed, env in enumerate(envs):
        env.reset(seed=seed)
    after = memory().pss_mb
    for env in envs:
        env.close()
    return (after - before) / count


def print_comparison(mode: str, found: dict[str, Timings]) -> None:
    """Print medians and the ratios to the floors."""
    floor, ours = found["bare, mouse"], found["gristmill"]
    print(f"\n{TASK}, {mode}: n={len(ours.resets)} resets, {len(ours.steps)} steps")
    print(f"{'':16}{'load p50':>10}{'reset p50':>11}{'step p50':>10}{'step mean':>11}   (ms)")
    for name, timings in found.items():
        load = f"{1000 * p50(timings.loads):.1f}" if timings.loads else ""
        print(
            f"{name:16}{load:>10}{1000 * p50(timings.resets):>11.1f}{1000 * p50(timings.steps):>10.1f}"
            f"{1000 * statistics.fmean(timings.steps):>11.1f}"
        )
    print(f"reset / bare load and observation: {p50(ours.resets) / p50(floor.resets):.2f} (bar 1.5)")
    print(f"step / bare step: {p50(ours.steps) / p50(floor.steps):.2f} (bar 1.3)")


def main() -> None:
    """Measure and print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=12)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    print(heading())
    restores = time_restore()
    print(f"restore: p50 {1000 * p50(restores):.3f} ms (n={len(restores)}), bar 1 ms")
    runtime = bare_runtime()
    for mode in MODES:
        print_comparison(mode, asyncio.run(compare(runtime, mode, options.episodes, options.seed)))
    runtime.close()
    print(f"\nmemory per additional environment: {memory_per_env():.1f} MB")


if __name__ == "__main__":
    main()
