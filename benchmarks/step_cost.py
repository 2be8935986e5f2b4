"""What a reset and a step cost, against a bare Playwright loop that does the same, in one run.

The bare loop opens the same pages of the same host in the same browser, with the same flags. It
replays a recorded episode: it knows in advance where to click and which address comes next, checks
nothing, and takes the same observation (Playwright's snapshot; with pixels also its screenshot as
an array). It is written twice: with the mouse at known points, the least that any environment must
do, and with Playwright's locators, as one would write it by hand.

    python benchmarks/step_cost.py [--episodes 12] [--seed 0]
"""

import argparse
import asyncio
import io
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from PIL import Image
from playwright.async_api import BrowserContext, Page

import gristmill  # noqa: F401 - registers the ids
from gristmill.apps.host import TOKEN_HEADER
from gristmill.apps.outline import Node, parse_outline
from gristmill.envs import actions as act
from gristmill.envs.base import Viewport
from gristmill.envs.chromium.engine import ChromiumEngine
from gristmill.envs.episode import Episode
from gristmill.envs.grammar import parse
from gristmill.envs.runtime import shared_runtime
from gristmill.plugins import installed
from gristmill.snapshots.image import restore

TASK = "Shop-Checkout-v0"
MODES = ("aria", "aria+pixels")
VIEWPORT = Viewport(width=1024, height=768)
SCROLL_BY = "(dy) => { const before = scrollY; scrollBy(0, dy); return scrollY - before; }"


@dataclass
class Timings:
    """Wall milliseconds of one way of doing it."""

    loads: list[float] = field(default_factory=list)
    resets: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Recorded:
    """One step of the recorded episode: what was done where, and the address that it led to."""

    action: act.Action
    x: float
    y: float
    role: str
    name: str
    url: str


class Stopwatch:
    """Appends the milliseconds of a block to a list."""

    def __init__(self, into: list[float]) -> None:
        self._into = into

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._into.append(1000 * (time.perf_counter() - self._start))


def record(env: Any, seed: int) -> list[Recorded]:
    """Play the oracle once and keep where everything was."""
    env.reset(seed=seed)
    tab, steps = env._page._tab, []
    middle = (
        "(ref) => { const b = window.__gristmill.element(ref).getBoundingClientRect();"
        " return [b.x + b.width / 2, b.y + b.height / 2]; }"
    )
    over = False
    while not over:
        action = parse(env.oracle())
        ref = getattr(action, "ref", None)
        x, y = env._page._run(lambda ref=ref: tab.page.evaluate(middle, ref)) if ref else (0, 0)
        nodes = parse_outline(env._state.aria).walk()
        node = next((node for node in nodes if node.ref == ref), Node(""))
        _, _, over, _, info = env.step(action)
        steps.append(
            Recorded(
                action=action,
                x=x,
                y=y,
                role=node.role,
                name=node.name,
                url=tab.url,
            )
        )
    assert info["success"], "the recorded episode must be a good one"
    return steps


def time_env(env: Any, seed: int, plan: Iterable[Recorded], into: Timings) -> None:
    """Play the recorded actions through the environment."""
    with Stopwatch(into.resets):
        env.reset(seed=seed)
    for step in plan:
        with Stopwatch(into.steps):
            env.step(step.action)


class BareLoop:
    """What one would write with nothing but Playwright."""

    def __init__(self, engine: ChromiumEngine, context: BrowserContext, page: Page, *, pixels: bool) -> None:
        self.engine, self.context, self.page, self.pixels = engine, context, page, pixels

    @classmethod
    def open(cls, engine: ChromiumEngine, *, pixels: bool) -> "BareLoop":
        """A page in a context of its own, in the environments' browser."""

        async def start() -> tuple[BrowserContext, Page]:
            browser = await engine.driver._running_browser()
            size = {"width": VIEWPORT.width, "height": VIEWPORT.height}
            context = await browser.new_context(viewport=size)  # type: ignore[arg-type]
            return context, await context.new_page()

        context, page = engine.driver.run(start())
        return cls(engine, context, page, pixels=pixels)

    async def observe(self) -> tuple[str, Any]:
        """The outline and, if asked for, the screenshot as an array."""
        if not self.pixels:
            return await self.page.aria_snapshot(mode="ai"), None
        aria, shot = await asyncio.gather(self.page.aria_snapshot(mode="ai"), self.page.screenshot())
        return aria, np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))

    async def act(self, step: Recorded, *, locators: bool) -> None:
        """Do what was recorded, and wait for the address that it leads to."""
        page = self.page
        locator = None
        if locators and step.role:
            locator = page.get_by_role(step.role, name=step.name, exact=True).first  # type: ignore[arg-type]
        match step.action:
            case act.Click() | act.Check():
                await (locator.click() if locator else self.click(step))
            case act.Fill(_, text) if locator:
                await locator.fill(text)
            case act.Fill(_, text):
                await self.click(step)
                await page.evaluate("() => document.activeElement.select()")
                await page.keyboard.insert_text(text)
            case act.Select(_, option):
                await page.locator("select").first.select_option(option)
            case act.Goto(url):
                await page.goto(url)
        if page.url != step.url:
            await page.wait_for_url(step.url)

    async def click(self, step: Recorded) -> None:
        """Click the known point, brought onto the screen if it lies below."""
        y = step.y
        if not 0 <= y < VIEWPORT.height:
            y -= await self.page.evaluate(SCROLL_BY, y - VIEWPORT.height / 2)
        await self.page.mouse.click(step.x, y)

    async def play(self, episode: Episode, plan: list[Recorded], into: Timings, *, locators: bool) -> None:
        """One episode: load the start page, observe, then act and observe at each step."""
        with Stopwatch(into.resets):
            with Stopwatch(into.loads):
                await self.context.set_extra_http_headers({TOKEN_HEADER: episode.session.token})
                await self.page.goto(episode.task.start_url)
            await self.observe()
        for step in plan:
            with Stopwatch(into.steps):
                await self.act(step, locators=locators)
                await self.observe()


def time_restore(count: int = 200) -> list[float]:
    """Milliseconds to restore the shop's world from its snapshot."""
    snapshot, spent = shared_runtime().world(installed().family(TASK), 1), []
    for _ in range(count):
        with Stopwatch(spent):
            connection = restore(snapshot)
        connection.close()
    return spent


def rss_mb() -> float:
    """Resident memory of this process and all its descendants, shared pages split among users."""
    pids, total = {str(Path("/proc/self").resolve().name)}, 0.0
    for _ in range(6):
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[1] in pids:
                pids.add(entry.parent.name)
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return total


def memory_per_env(count: int = 8) -> float:
    """Megabytes that each further environment takes, once one is running."""
    before = rss_mb()
    envs = [gym.make(TASK) for _ in range(count)]
    for seed, env in enumerate(envs):
        env.reset(seed=seed)
    after = rss_mb()
    for env in envs:
        env.close()
    return (after - before) / count


def compare(mode: str, episodes: int, seed: int) -> dict[str, Timings]:
    """Time the environment and both bare loops on the same episode, taking turns."""
    env = gym.make(TASK, observation=mode).unwrapped
    plan = record(env, seed)
    engine = shared_runtime().engine("chromium")
    assert isinstance(engine, ChromiumEngine)
    bare = BareLoop.open(engine, pixels="pixels" in mode)
    found = {"gristmill": Timings(), "bare, mouse": Timings(), "bare, locators": Timings()}
    family = installed().family(TASK)
    for turn in range(episodes + 1):
        for name in found:
            into = found[name] if turn else Timings()  # the first turn warms caches
            if name == "gristmill":
                time_env(env, seed, plan, into)
                continue
            episode = Episode(shared_runtime(), family, seed=seed, split="train")
            work = bare.play(episode, plan, into, locators=name == "bare, locators")
            engine.driver.run(work, deadline_s=120)
            episode.close()
    env.close()
    return found


def p50(values: list[float]) -> float:
    """The median."""
    return statistics.median(values)


def describe_run() -> str:
    """Machine, commit and versions."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    names = ("gristmill", "playwright", "gymnasium", "flask", "sqlalchemy", "waitress")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    machine = f"{cpu}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}"
    return f"{machine}, Python {platform.python_version()}; commit {commit}; {versions}"


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(describe_run())
    restores = time_restore()
    print(f"restore: p50 {p50(restores):.3f} ms (n={len(restores)}), bar 1 ms")
    for mode in MODES:
        found = compare(mode, options.episodes, options.seed)
        floor, ours = found["bare, mouse"], found["gristmill"]
        print(f"\n{TASK}, {mode}: n={len(ours.resets)} resets, {len(ours.steps)} steps")
        print(f"{'':16}{'load p50':>10}{'reset p50':>11}{'step p50':>10}{'step mean':>11}   (ms)")
        for name, timings in found.items():
            load = f"{p50(timings.loads):.1f}" if timings.loads else ""
            print(
                f"{name:16}{load:>10}{p50(timings.resets):>11.1f}{p50(timings.steps):>10.1f}"
                f"{statistics.fmean(timings.steps):>11.1f}"
            )
        print(f"reset / bare load and observation: {p50(ours.resets) / p50(floor.resets):.2f} (bar 1.5)")
        print(f"step / bare step: {p50(ours.steps) / p50(floor.steps):.2f} (bar 1.3)")
    print(f"\nmemory per further environment: {memory_per_env():.1f} MB")


if __name__ == "__main__":
    main()
