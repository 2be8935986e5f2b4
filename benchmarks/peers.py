"""Compares with BrowserGym on the same checkout flow, against the same shop, host and browser, in one run.

BrowserGym runs in its own virtual environment (created on first use), in three settings: with its defaults
(slow_mo of one second per browser call and a wait of half a second before each observation); without these
delays, the fastest that its options allow; and additionally reading only the accessibility tree by its own
functions, for which it has no option. Its observation always includes a screenshot, except in the last
setting. Ours runs with text, and with text and pixels: with the screenshot cache, where a page reached by the
same actions from the same state is not captured again, and without it. All contenders alternate in turns of a
few seconds: one episode of BrowserGym's, four of ours.

Farama's MiniWoB++ (Selenium) plays a page of its own, for reference. It needs `chromedriver` on the PATH, or
MINIWOB_CHROMEDRIVER and MINIWOB_CHROME_BINARY set.

    python benchmarks/peers.py [--rounds 3] [--processes 1 2 4] [--num-envs 2 4 8] [--save]
"""

import argparse
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing

import machine
from contenders import (
    AS_IT_COMES,
    AXTREE_ALONE,
    KNOWN,
    NO_DELAYS,
    OBSERVED,
    TAKEN,
    BrowserGym,
    Contender,
    Gristmill,
    Tally,
)
from flow import SEED, TASK, VIEWPORT, Plan, Planner
from peer_process import WORKERS, PeerProcess, python_with
from processes import cpu_seconds, cpu_since
from results import Row, keep
from stopwatch import p50

from gristmill.envs.engines.chromium.browser.locate import locate_browser

BROWSERGYM = "browsergym-core==0.14.3"
MINIWOB = "miniwob==1.1.0"
OURS = (("aria", KNOWN), ("aria+pixels", TAKEN), ("aria+pixels", KNOWN))
KEY = ("name", "setting", "observation", "parallel")


def contenders(plan: Plan, options: argparse.Namespace, stack: ExitStack) -> Iterator[Contender]:
    """Build all contenders."""
    for (observation, setting), num_envs in itertools.product(OURS, sorted({1, *options.num_envs})):
        ours = Gristmill(plan, setting=setting, observation=observation, num_envs=num_envs)
        yield stack.enter_context(closing(ours))
    interpreter = python_with(BROWSERGYM)
    for setting in OBSERVED:
        sizes = [1] if setting == AS_IT_COMES else options.processes
        arguments = ("browsergym_worker.py", setting, str(locate_browser().path))
        workers = [
            stack.enter_context(closing(PeerProcess(interpreter, *arguments))) for _ in range(max(sizes))
        ]
        for size in sizes:
            yield BrowserGym(plan, workers[:size], setting)


def measured(options: argparse.Namespace) -> list[Row]:
    """Measure all contenders in turns; the first turn is a warm-up and is discarded."""
    plan = Planner().plan(SEED)
    with ExitStack() as stack:
        taking_part = list(contenders(plan, options, stack))
        tallies = [Tally() for _ in taking_part]
        for turn in range(options.rounds + 1):
            for at, contender in enumerate(taking_part):
                if contender.setting == AS_IT_COMES and turn > 1:
                    continue  # an episode takes half a minute
                played, before = Tally(), cpu_seconds()
                try:
                    contender.play(played)
                except RuntimeError as error:
                    tallies[at].failures += bool(turn)
                    print(
                        f"{contender.name}, {contender.setting}, {contender.parallel} at once: {error}",
                        flush=True,
                    )
                else:
                    played.cpu_s = sum(cpu_since(before).values())
                    if turn:
                        tallies[at].add(played)
        return [row(*both) for both in zip(taking_part, tallies, strict=True) if both[1].steps]


def row(contender: Contender, tally: Tally) -> Row:
    """One row of the table. With several in parallel, `step_s` and `reset_s` are aggregates over all."""
    per_episode = (
        len(tally.steps) if contender.name == "BrowserGym" else len(tally.steps) * contender.parallel
    )
    return {
        "name": contender.name,
        "setting": contender.setting,
        "observation": contender.observation,
        "parallel": contender.parallel,
        "episodes": len(tally.steps_per_s) * contender.parallel,
        "step_s": p50(tally.steps),
        "reset_s": p50(tally.resets),
        "steps_per_s": p50(tally.steps_per_s),
        "resets_per_s": p50(tally.resets_per_s),
        "cpu_s_per_step": tally.cpu_s / per_episode,
        "looks": tally.looks,
        "failures": tally.failures,
    }


def miniwob_row(episodes: int = 10) -> Row:
    """Measure MiniWoB++ on its own page.

    Raises:
        RuntimeError: a requirement is missing.
    """
    driver = os.environ.get("MINIWOB_CHROMEDRIVER") or shutil.which("chromedriver")
    if driver is None:
        raise RuntimeError("no chromedriver was found; on Debian or Ubuntu: apt-get install chromium-driver")
    browser = os.environ.get("MINIWOB_CHROME_BINARY") or str(locate_browser().path)
    interpreter = python_with(MINIWOB)
    done = subprocess.run(
        [str(interpreter), str(WORKERS / "miniwob_worker.py"), str(episodes)],
        env={**os.environ, "MINIWOB_CHROMEDRIVER": driver, "MINIWOB_CHROME_BINARY": browser},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError((done.stderr.strip() or "it failed").splitlines()[-1])
    spent = json.loads(done.stdout.splitlines()[-1])
    step_s, reset_s = p50(spent["steps"]), p50(spent["resets"])
    return {
        "name": "MiniWoB++",
        "setting": "enter-text, its own page",
        "observation": "text+pixels",
        "parallel": 1,
        "episodes": episodes,
        "step_s": step_s,
        "reset_s": reset_s,
        "steps_per_s": 1 / step_s,
        "resets_per_s": 1 / reset_s,
    }


def print_rows(rows: list[Row]) -> None:
    """Print the table."""
    print(
        f"{'':11}{'setting':26}{'observation':13}{'at once':>8}{'step s':>9}{'reset s':>9}"
        f"{'steps/s':>9}{'resets/s':>10}{'CPU-s/step':>12}{'again':>7}{'failed':>8}"
    )
    for one in rows:
        print(
            f"{one['name']:11}{one['setting']:26}{one['observation']:13}{one['parallel']:>8}"
            f"{one['step_s']:9.3f}{one['reset_s']:9.3f}{one['steps_per_s']:9.2f}{one['resets_per_s']:10.2f}"
            f"{one.get('cpu_s_per_step', float('nan')):12.3f}"
            f"{one.get('looks', 0):>7}{one.get('failures', 0):>8}"
        )


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="episodes of each contender (3)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4], help="of BrowserGym")
    parser.add_argument("--num-envs", type=int, nargs="+", default=[2, 4, 8], help="sizes of our vectors")
    parser.add_argument("--save", action="store_true", help="store the rows in results/peers.jsonl")
    options = parser.parse_args()
    print(machine.heading())
    print(f"{TASK}, seed {SEED}; {BROWSERGYM}; viewport {VIEWPORT.width}x{VIEWPORT.height}; medians")
    rows = measured(options)
    try:
        rows.append(miniwob_row())
    except RuntimeError as error:
        print(f"MiniWoB++ is skipped: {error}")
    print_rows(rows)
    for description, ratio in ratios(rows).items():
        print(f"{description}: {ratio:.1f}")
    if options.save:
        keep("peers", [machine.described() | one for one in rows], KEY)


def ratios(rows: list[Row]) -> dict[str, float]:
    """Speed-ups over BrowserGym, each with its best parallelism; resets for a single environment."""
    plain, stripped = ("BrowserGym", NO_DELAYS, "text+pixels"), ("BrowserGym", AXTREE_ALONE, "text")
    text, taken, known = (
        ("gristmill", setting, observation)
        for setting, observation in ((KNOWN, "text"), (TAKEN, "text+pixels"), (KNOWN, "text+pixels"))
    )

    def steps(who: tuple[str, str, str]) -> float | None:
        return max((float(one["steps_per_s"]) for one in rows if identity(one) == who), default=None)

    def resets(who: tuple[str, str, str]) -> float | None:
        alone = [one for one in rows if identity(one) == who and one["parallel"] == 1]
        return max((1 / float(one["reset_s"]) for one in alone), default=None)

    compared = {
        "steps/s with text, over BrowserGym without delays": (steps(text), steps(plain)),
        "steps/s with text, over its axtree alone": (steps(text), steps(stripped)),
        "steps/s with text and pixels, over BrowserGym without delays": (steps(taken), steps(plain)),
        "steps/s with text and pixels, pictures known": (steps(known), steps(plain)),
        "reset with text, over BrowserGym without delays": (resets(text), resets(plain)),
        "reset with text, over its axtree alone": (resets(text), resets(stripped)),
        "reset with text and pixels, over BrowserGym without delays": (resets(taken), resets(plain)),
        "reset with text and pixels, pictures known": (resets(known), resets(plain)),
    }
    return {description: ours / theirs for description, (ours, theirs) in compared.items() if ours and theirs}


def identity(one: Row) -> tuple[str, str, str]:
    """Name, setting and observation of a row, without the parallelism."""
    return one["name"], one["setting"], one["observation"]


if __name__ == "__main__":
    main()
