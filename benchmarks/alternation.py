"""Measures one mechanism on one workload in this process; see `mechanisms.py`.

Reads what to measure and the path of the plans from the command line; writes one row as JSON to stdout.
"""

import argparse
import itertools
import json
import pickle
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from functools import _lru_cache_wrapper
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Protocol

from flow import TASK, Plan
from mechanisms import CONTROL, PURE, WARM_UP_ROUNDS, Workload
from processes import cpu_seconds
from replay import Replay

from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.caches import CACHES, Caches
from gristmill.envs.episode.runtime import Runtime
from gristmill.snapshots.store import SnapshotStore
from gristmill.tuning import Tuning

FIRST_SEED = 20_000  # of episodes that are not recorded


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one side did in one round."""

    steps: int
    cpu_s: float
    wall_s: float

    @property
    def cpu_ms_per_step(self) -> float:
        """CPU time of all processes a step, resets included."""
        return 1000 * self.cpu_s / self.steps


class Player(Protocol):
    """Plays a workload in a runtime."""

    def play(self) -> int:
        """Play some episodes; returns the number of steps."""

    def close(self) -> None:
        """Close the environments."""


class Replayed:
    """A vector that replays recorded episodes, all of the same length in steps."""

    def __init__(self, workload: Workload, runtime: Runtime, plans: list[Plan]) -> None:
        self._workload = workload
        own = iter(plans[1:])
        stream = itertools.repeat(plans[0]) if workload.tasks == "same" else own
        self._replay = Replay(
            engine=workload.engine,
            observation=workload.observation,
            num_envs=workload.num_envs,
            plans=stream,
            runtime=runtime,
        )
        self._length = round(statistics.fmean(len(plan.moves) for plan in plans))
        self._replay.begin()

    def play(self) -> int:
        """See `Player.play`: as many steps in every slot as an episode has on average."""
        rounds = self._length * self._workload.episodes
        return self._replay.advance(rounds, with_digests=self._workload.has_digests).steps

    def close(self) -> None:
        """See `Player.close`."""
        self._replay.close()


class Threads:
    """The oracle in a thread for each environment, on fresh seeds."""

    def __init__(self, workload: Workload, runtime: Runtime) -> None:
        self._workload, self._runtime, self._at = workload, runtime, FIRST_SEED

    def play(self) -> int:
        """See `Player.play`."""
        size = self._workload.num_envs
        seeds, self._at = range(self._at, self._at + size), self._at + size
        options = {"engine": self._workload.engine, "runtime": self._runtime}
        results = play_episodes(TASK, OracleAgent, seeds, num_envs=size, options=options)
        return sum(len(result.steps) for result in results)

    def close(self) -> None:
        """See `Player.close`: nothing is open between rounds."""


class Side:
    """A runtime with or without the mechanism, and what it measured.

    Both sides use one `store`: caches keyed by a world compare its bytes, unless they are the same object.
    """

    def __init__(
        self, workload: Workload, mechanism: str, plans: list[Plan], store: SnapshotStore | None = None
    ) -> None:
        self._has_browser, self._is_plain = workload.engine == "chromium", mechanism == PURE
        self.runtime = runtime_without(mechanism)
        self.runtime.store = store or self.runtime.store
        self._player: Player = (
            Threads(workload, self.runtime)
            if workload.has_threads
            else Replayed(workload, self.runtime, plans)
        )
        self.turns: list[Turn] = []

    def play(self) -> None:
        """Play one turn."""
        with without_lru_caches() if self._is_plain else nullcontext():
            cpu_s, started = self._cpu_s(), perf_counter()
            steps = self._player.play()
            wall_s = perf_counter() - started
            self.turns.append(Turn(steps=steps, cpu_s=self._cpu_s() - cpu_s, wall_s=wall_s))

    def _cpu_s(self) -> float:
        """CPU time so far: precise for this process, in ticks of 10 ms for the browser's."""
        others = cpu_seconds() if self._has_browser else {}
        return process_time() + sum(spent for kind, spent in others.items() if kind != "python")

    def close(self) -> None:
        """Close the environments and the runtime."""
        self._player.close()
        self.runtime.close()


def runtime_without(mechanism: str) -> Runtime:
    """A runtime with everything on but this mechanism."""
    off = {mechanism: False} if mechanism in {field.name for field in fields(Tuning)} else {}
    return Runtime(
        caches=Caches(but={mechanism: "off"} if mechanism in CACHES else {}),
        tuning=Tuning(**off),
    )


@contextmanager
def without_lru_caches() -> Iterator[None]:
    """Replace each bounded `lru_cache` of the project by the function in it.

    Pure functions have no switch: their caches are part of them.
    """
    replaced = [
        (module, name, value)
        for module in list(sys.modules.values())
        if module.__name__.startswith("gristmill.")
        for name, value in vars(module).items()
        if isinstance(value, _lru_cache_wrapper) and value.cache_parameters()["maxsize"] is not None
    ]
    for module, name, value in replaced:
        setattr(module, name, value.__wrapped__)
    try:
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


def alternate(workload: Workload, mechanism: str, plans: list[Plan], rounds: int) -> tuple[Side, Side]:
    """Let the two sides take turns, each beginning every other round; the first rounds are a warm-up."""
    on = Side(workload, CONTROL, plans)
    sides = on, Side(workload, mechanism, plans, on.runtime.store)
    try:
        for number in range(WARM_UP_ROUNDS + rounds):
            for side in sides if number % 2 else sides[::-1]:
                side.play()
    finally:
        for side in sides:
            side.close()
            del side.turns[:WARM_UP_ROUNDS]
    return sides


def compared(on: list[Turn], off: list[Turn]) -> dict[str, Any]:
    """Medians, and by how much a step costs more without the mechanism."""
    more = [100 * (b.cpu_ms_per_step / a.cpu_ms_per_step - 1) for a, b in zip(on, off, strict=True)]
    wall = [100 * (b.wall_s / a.wall_s - 1) for a, b in zip(on, off, strict=True)]
    low, _, high = statistics.quantiles(more, n=4) if len(more) > 1 else more * 3
    return {
        "n": len(more),
        "on_cpu_ms": statistics.median(turn.cpu_ms_per_step for turn in on),
        "off_cpu_ms": statistics.median(turn.cpu_ms_per_step for turn in off),
        "gives_percent": statistics.median(more),
        "low_percent": low,
        "high_percent": high,
        "wall_percent": statistics.median(wall),
    }


def main() -> None:
    """Measure and print the row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("asked", type=json.loads)
    parser.add_argument("plans", type=Path)
    options = parser.parse_args()
    workload = Workload(**options.asked["workload"])
    plans: list[Plan] = pickle.loads(options.plans.read_bytes())
    on, off = alternate(workload, options.asked["mechanism"], plans, options.asked["rounds"])
    print(json.dumps(compared(on.turns, off.turns)))


if __name__ == "__main__":
    main()
