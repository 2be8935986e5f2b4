"""What watching costs: the same episodes with a page that shows them and without, in alternation.

    python benchmarks/watching.py [--engine dom] [--agents 8] [--episodes 16] [--rounds 5]

The page is read by another process, which fetches every picture as a browser would. Printed are medians over
rounds of wall-clock time and of this process's CPU time, and the share of the time that players spent in the
watcher. The exit code is 1 if that share is 5 % or more.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter, process_time
from typing import Any

from machine import heading
from stopwatch import p50

from gristmill.agents.registry import new_agent
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.watch.events import Watcher
from gristmill.agents.watch.pages import wall_page
from gristmill.agents.watch.wall import Wall

BAR = 0.05
READER = """
import json, sys
from urllib.request import urlopen
with urlopen(sys.argv[1] + "events") as events:
    for line in events:
        piece = json.loads(line[6:]) if line.startswith(b"data: ") else {}
        for tile in piece.get("tiles", ()):
            if tile["picture"]:
                urlopen(f"{sys.argv[1]}picture/{tile['worker']}").read()
        print(len(piece), flush=True)
"""


class TimedWatcher(Watcher):
    """Counts the seconds that players spend in it."""

    spent_s = 0.0

    def on_step(self, *arguments: Any) -> None:
        """See `Watcher.on_step`."""
        started_at = perf_counter()
        super().on_step(*arguments)
        self.spent_s += perf_counter() - started_at


@contextmanager
def read_wall() -> Iterator[TimedWatcher]:
    """A watcher whose reports are read by another process."""
    wall = Wall("Benchmark")
    with wall_page(wall) as url:
        reader = subprocess.Popen([sys.executable, "-c", READER, url], stdout=subprocess.PIPE)
        try:
            yield TimedWatcher(wall.show)
        finally:
            wall.close()
            reader.communicate(timeout=20)


def main() -> int:
    """Measure, print ratios, and return 1 if watching takes too much."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", default="dom")
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--episodes", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    render = {} if chosen.engine == "dom" else {"render_mode": "rgb_array"}
    play = partial(
        play_episodes,
        "Shop-Checkout-v0",
        partial(new_agent, "oracle"),
        range(chosen.episodes),
        num_envs=chosen.agents,
        options={"engine": chosen.engine, **render},
    )
    print(heading(), f"; {chosen.engine}, {chosen.agents} agents, n={chosen.rounds}", sep="")
    walls, cpus, controls, shares = [], [], [], []
    list(play())  # worlds, caches and browsers
    before = timed(play)
    for _ in range(chosen.rounds):
        with read_wall() as watcher:
            watched = timed(partial(play, watcher=watcher))
        after = timed(play)
        walls.append(2 * watched[0] / (before[0] + after[0]))
        cpus.append(2 * watched[1] / (before[1] + after[1]))
        controls.append(after[0] / before[0])
        shares.append(watcher.spent_s / watched[0])
        before = after
    spread = f"{min(controls):.2f} to {max(controls):.2f}"
    print(f"wall-clock time watched / not: {p50(walls):.3f} (not / not, the noise: {spread})")
    print(f"CPU time of this process watched / not: {p50(cpus):.3f}")
    print(f"share of the time in the watcher: {p50(shares):.2%}, less than {BAR:.0%}")
    return 0 if p50(shares) < BAR else 1


def timed(play: Any) -> tuple[float, float]:
    """Play all episodes; returns wall-clock and CPU seconds."""
    started_at, cpu_at = perf_counter(), process_time()
    list(play())
    return perf_counter() - started_at, process_time() - cpu_at


if __name__ == "__main__":
    sys.exit(main())
