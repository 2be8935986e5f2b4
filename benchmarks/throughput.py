"""Steps and resets per second by number of environments, their CPU and memory, and the ratio to floors.

Environments replay recorded episodes of the checkout flow through `gym.make_vec`: all the same one ("same
task": the same flow from the same state, as in repeated practice) or each slot a new one ("own tasks"). The
floors do the same work in the same run, in alternation, without Gristmill's environment code and with all
caches off:

    chromium   a bare Playwright loop per context: mouse at known points, the same observation
    dom        the same requests sent straight to the Flask apps in one thread, responses ignored

Each cell is measured in its own process. Needs Linux (/proc).

    python benchmarks/throughput.py              about 15 minutes; --quick: about 2
    python benchmarks/throughput.py --engine dom --num-envs 4 256 --save
"""

import argparse
import itertools
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import machine
from cell import FLOOR_SEEDS, WORKLOADS, Cell, needed_mb
from flow import SEED, Plan, Planner
from results import Row, keep

KEY = ("engine", "observation", "workload", "num_envs")
OBSERVATIONS = {"chromium": ("aria", "aria+pixels"), "dom": ("aria",)}
SIZES: dict[tuple[str, str, str], tuple[int, ...]] = {
    ("chromium", "aria", "same task"): (1, 4, 16, 64, 256),
    ("chromium", "aria", "own tasks"): (4, 64),
    ("chromium", "aria+pixels", "same task"): (1, 4, 16, 64),
    ("chromium", "aria+pixels", "own tasks"): (4,),
    ("dom", "aria", "same task"): (1, 4, 16, 64, 256, 1024),
    ("dom", "aria", "own tasks"): (1, 4, 16, 64, 256),
}
QUICK_SIZES: dict[tuple[str, str, str], tuple[int, ...]] = {
    ("chromium", "aria", "same task"): (4,),
    ("chromium", "aria", "own tasks"): (4,),
    ("chromium", "aria+pixels", "same task"): (4,),
    ("dom", "aria", "same task"): (4, 64),
    ("dom", "aria", "own tasks"): (4,),
}
CELL_TIMEOUT_S = 1800


def parsed_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", nargs="+", choices=OBSERVATIONS, default=list(OBSERVATIONS))
    parser.add_argument("--observation", nargs="+", choices=OBSERVATIONS["chromium"])
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=WORKLOADS)
    parser.add_argument(
        "--num-envs",
        nargs="+",
        type=int,
        metavar="N",
        help="numbers of environments, instead of the default ones",
    )
    parser.add_argument("--seconds", type=float, default=8.0, help="minimum time for each cell (8)")
    parser.add_argument("--quick", action="store_true", help="few cells, three chunks of each")
    parser.add_argument("--save", action="store_true", help="store the rows in results/throughput.jsonl")
    return parser.parse_args()


def cells(options: argparse.Namespace) -> Iterator[Cell]:
    """The cells that the command line selects."""
    for (engine, observation, workload), usual in (QUICK_SIZES if options.quick else SIZES).items():
        is_asked = engine in options.engine and workload in options.workload
        if is_asked and observation in (options.observation or OBSERVATIONS[engine]):
            for num_envs in options.num_envs or usual:
                yield Cell(engine=engine, observation=observation, workload=workload, num_envs=num_envs)


@cache
def planner() -> Planner:
    """The planner of this worker process."""
    return Planner()


def planned(seed: int) -> Plan:
    """Record the episode of a seed."""
    return planner().plan(seed)


def record_plans(wanted: list[Cell], path: Path, *, fewest: int) -> None:
    """Record the same-task episode and as many others as the largest cell needs."""
    most = max((cell.num_envs for cell in wanted if cell.workload == "own tasks"), default=0)
    own = max(3 * most, fewest) if most else 0
    seeds = [SEED, *itertools.islice((seed for seed in itertools.count() if seed != SEED), FLOOR_SEEDS + own)]
    record_seeds(seeds, path)


def record_seeds(seeds: list[int], path: Path) -> None:
    """Record the episodes of these seeds."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        path.write_bytes(pickle.dumps(list(pool.map(planned, seeds, chunksize=8))))


def measure(cell: Cell, plans: Path, seconds: float) -> Row | None:
    """Measure a cell in its own process; None if memory is short or the measurement failed."""
    available_mb = machine.available_mb()
    if available_mb < needed_mb(cell):
        print(f"{row_head(cell)}  skipped: {needed_mb(cell):.0f} MB needed, {available_mb:.0f} available")
        return None
    script = Path(__file__).with_name("cell.py")
    command = [sys.executable, str(script), json.dumps(asdict(cell)), str(plans), "--seconds", str(seconds)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=CELL_TIMEOUT_S)
    except subprocess.SubprocessError as error:
        print(f"{row_head(cell)}  failed: {error}")
        return None
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def row_head(cell: Cell) -> str:
    """The leading columns of a printed row."""
    return f"{cell.engine:9}{cell.observation:13}{cell.workload:11}{cell.num_envs:>5}"


def print_row(cell: Cell, row: Row) -> None:
    """Print one row of the table."""
    floor, ours = row.get("floor_steps_per_s"), row["steps_per_s"]
    against = f"{floor:9.1f}{ours / floor:7.2f}" if floor else f"{'-':>9}{'-':>7}"
    cpu = {kind: spent for kind, spent in row["cpu_ms_per_step"].items() if spent >= 0.05}
    split = " + ".join(f"{spent:.1f} {kind}" for kind, spent in cpu.items())
    bare_cpu = f"{row['floor_cpu_ms_per_step']:9.1f}" if floor else f"{'-':>9}"
    faults = f"  {row['faults']} FAULTS" if row["faults"] else ""
    print(
        f"{row_head(cell)}{ours:9.1f}{against}{row['resets_per_s']:10.1f}{row['pss_mb_per_env']:8.1f}"
        f"{bare_cpu}{sum(cpu.values()):8.1f} = {split} (n={row['chunks']}){faults}",
        flush=True,
    )


def main() -> None:
    """Measure the selected cells and print a table."""
    options = parsed_arguments()
    wanted = list(cells(options))
    print(machine.heading())
    print("Medians of n chunks; CPU-ms a step, resets included; MB: proportional set size.")
    with tempfile.TemporaryDirectory() as folder:
        plans = Path(folder) / "plans"
        record_plans(wanted, plans, fewest=40 if options.quick else 100)
        print(
            f"{'':33}{'envs':>5}{'steps/s':>9}{'floor':>9}{'ratio':>7}{'resets/s':>10}{'MB/env':>8}{'CPU-ms':>8}"
        )
        for cell in wanted:
            row = measure(cell, plans, 0.0 if options.quick else options.seconds)
            if row is None:
                continue
            print_row(cell, row)
            if options.save:
                keep("throughput", [row], KEY)


if __name__ == "__main__":
    main()
