"""Measures one cell of the throughput table in its own process; see `throughput.py`.

Reads a cell and the path of the plans from the command line; writes one row as JSON to stdout.
"""

import argparse
import itertools
import json
import pickle
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import machine
from floors import BareBrowser, BareCalls, Floor
from flow import Plan
from processes import KINDS, memory
from replay import Chunk, Replay
from stopwatch import p50

import gristmill  # noqa: F401 - registers the ids

MANY = 16  # above this the first chunk is measured without a warm-up
FLOOR_SEEDS = 8
BROWSER_ENV_MB = {"aria": 75.0, "aria+pixels": 110.0}  # after an episode; about half at the first page
SPARE_MB = 1500.0
WORKLOADS = ("same task", "own tasks")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One configuration to measure; `workload` is one of WORKLOADS."""

    engine: str
    observation: str
    workload: str
    num_envs: int


def needed_mb(cell: Cell) -> float:
    """Estimated memory in MB that a cell, or its floor, needs."""
    return SPARE_MB + (cell.num_envs * BROWSER_ENV_MB[cell.observation] if cell.engine == "chromium" else 0)


class Plans:
    """Recorded episodes: the first is used for the same-task workload, each of the others once."""

    def __init__(self, path: Path, workload: str) -> None:
        self._plans: list[Plan] = pickle.loads(path.read_bytes())
        self._is_same = workload == WORKLOADS[0]
        self._dealt = 0

    def stream(self) -> Iterator[Plan]:
        """Episodes for the slots, in the order in which slots start them."""
        if self._is_same:
            yield from itertools.repeat(self._plans[0])
        while True:
            self._dealt += 1
            yield self._plans[FLOOR_SEEDS + self._dealt - 1]

    def are_left(self, wanted: int) -> bool:
        """Whether this many more episodes are available."""
        return self._is_same or self._dealt + wanted <= len(self._plans) - FLOOR_SEEDS

    @property
    def of_floor(self) -> list[Plan]:
        """The episodes that the floor plays."""
        return self._plans[:1] if self._is_same else self._plans[:FLOOR_SEEDS]

    @property
    def rounds(self) -> int:
        """Mean number of steps of an episode."""
        used = self._plans[:1] if self._is_same else self._plans
        return round(statistics.fmean(len(plan.moves) for plan in used))


def floor_of(cell: Cell, plans: Plans) -> Floor | None:
    """The floor of a cell; None if too little memory is available."""
    if cell.engine == "dom":
        return BareCalls(plans.of_floor)
    if machine.available_mb() < needed_mb(cell):
        return None
    return BareBrowser(plans.of_floor, num_envs=cell.num_envs, pixels="pixels" in cell.observation)


def measured(cell: Cell, plans: Plans, seconds: float) -> dict[str, Any]:
    """Measure a cell and its floor; returns the row."""
    kind: Any = {"engine": cell.engine, "observation": cell.observation}
    alone = Replay(
        **kind, num_envs=1, plans=plans.stream()
    )  # warm-up: starts the browser, compiles the templates
    alone.begin()
    alone.play(plans.rounds)
    before = memory()
    replay = Replay(**kind, num_envs=cell.num_envs, plans=plans.stream())
    first = replay.begin()
    ours = [replay.play(plans.rounds)]
    after = memory()
    if (
        cell.num_envs <= MANY or cell.workload == "same task"
    ):  # the first chunk was a warm-up; own tasks are too few to discard
        ours = []
    end = time.perf_counter() + seconds
    if cell.num_envs > MANY:  # not interleaved: idle pages of one would slow down the other
        while must_go_on(cell, plans, ours, end):
            ours.append(replay.play(plans.rounds))
        replay.close()
    floor = floor_of(cell, plans)
    bare = [floor.play()] if floor else []
    if cell.num_envs <= MANY:
        bare = []
        end = time.perf_counter() + seconds
        while must_go_on(cell, plans, ours, end):
            ours.append(replay.play(plans.rounds))
            bare += [floor.play()] if floor else []
        replay.close()
    alone.close()
    if floor:
        floor.close()
    return {
        **asdict(cell),
        **figures(ours, first),
        **floor_figures(bare),
        "rss_mb_per_env": (after.rss_mb - before.rss_mb) / cell.num_envs,
        "pss_mb_per_env": (after.pss_mb - before.pss_mb) / cell.num_envs,
    }


def must_go_on(cell: Cell, plans: Plans, ours: list[Chunk], end: float) -> bool:
    """Whether to measure another chunk: until the end time, and at least 3 chunks for small vectors."""
    fewest = 3 if cell.num_envs <= MANY else 1
    is_due = len(ours) < fewest or time.perf_counter() < end
    return is_due and (not ours or plans.are_left(2 * cell.num_envs))


def figures(chunks: list[Chunk], first: Chunk) -> dict[str, Any]:
    """Medians over chunks, and CPU time per step by kind of process, resets included."""
    steps = sum(chunk.steps for chunk in chunks)
    with_resets = [chunk for chunk in chunks if chunk.resets] or [first]
    return {
        "chunks": len(chunks),
        "steps": steps,
        "resets": sum(chunk.resets for chunk in chunks),
        "faults": sum(chunk.faults for chunk in chunks),
        "steps_per_s": p50([chunk.steps_per_s for chunk in chunks]),
        "resets_per_s": p50([chunk.resets_per_s for chunk in with_resets]),
        "whole_per_s": p50([chunk.whole_per_s for chunk in chunks]),
        "cpu_ms_per_step": {
            kind: 1000 * sum(chunk.cpu_s[kind] for chunk in chunks) / steps for kind in KINDS
        },
    }


def floor_figures(chunks: list[Chunk]) -> dict[str, Any]:
    """The floor's medians; empty without a floor."""
    if not chunks:
        return {}
    steps = sum(chunk.steps for chunk in chunks)
    return {
        "floor_steps_per_s": p50([chunk.steps_per_s for chunk in chunks]),
        "floor_resets_per_s": p50([chunk.resets_per_s for chunk in chunks]),
        "floor_cpu_ms_per_step": 1000 * sum(sum(chunk.cpu_s.values()) for chunk in chunks) / steps,
    }


def main() -> None:
    """Measure the cell and print its row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cell", type=json.loads)
    parser.add_argument("plans", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    cell = Cell(**options.cell)
    row = measured(cell, Plans(options.plans, cell.workload), options.seconds)
    print(json.dumps(machine.described() | row))


if __name__ == "__main__":
    main()
