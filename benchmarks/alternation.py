"""Measures one mechanism on one workload in this process; see `mechanisms.py`.

Reads what to measure and the path of the plans from the command line; writes one row as JSON to stdout.
"""

import argparse
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
from typing import Any

from flow import Plan
from mechanisms import CONTROL, PURE, WARM_UP_ROUNDS, Workload
from players import Player, install_post_office, player_of
from processes import cpu_seconds

from gristmill.caches import CACHES, Caches
from gristmill.envs.episode.runtime import Runtime
from gristmill.snapshots.store import SnapshotStore
from gristmill.tuning import Tuning


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
        self._player: Player = player_of(workload, self.runtime, plans)
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
    names = set(mechanism.split("+"))
    return Runtime(
        caches=Caches(but=dict.fromkeys(names & set(CACHES), "off")),
        tuning=Tuning(**dict.fromkeys(names & {field.name for field in fields(Tuning)}, False)),
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
    if workload.played_by == "events":
        install_post_office()
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
