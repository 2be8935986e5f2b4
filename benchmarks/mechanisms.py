"""What each speed mechanism gives alone: the CPU time of a step without it, over that with it.

Every cache of `CACHES` and every field of `Tuning` is switched off alone, everything else staying on. Two
runtimes in one process, one with the mechanism and one without, take turns on the same episodes, replayed
from recordings; each mechanism and workload has a process of its own. The row `control` compares two equal
runtimes, so it shows the noise. Python's part is measured for `dom` alone, where nothing else is spent: a
step in a browser costs more, so the same saving is a smaller part of it. Needs Linux (/proc).

    python benchmarks/mechanisms.py              about 25 minutes; --quick: about 5
    python benchmarks/mechanisms.py --only manual_frames --workload "chromium aria own tasks" --save
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import machine
from flow import SEED
from results import Row, keep
from throughput import record_seeds

from gristmill.caches import CACHES
from gristmill.tuning import Tuning

KEY = ("mechanism", "workload")
TIMEOUT_S = 600
WARM_UP_ROUNDS = 2
TABLE_HEAD = (
    f"{'mechanism':23}{'workload':36}{'with':>10}{'without':>10}"
    f"{'gives':>11}{'quartiles':>19}{'wall':>11}{'n':>4}"
)
CONTROL = "control"
PURE = "pure_functions"
"""All `lru_cache`s on pure functions."""
SHARED_ROWS = "queries+functions"
"""Both of what is read from the database; each makes up for part of the other."""

SAME, OWN = "dom same task", "dom own tasks"
FIND, ADD = "dom own tasks, FindAndBuy", "dom own tasks, AddToCart"
DIGESTS = "dom own tasks, digest per step"
THREADS_SAME, THREADS = "dom same task, threads", "dom own tasks, threads"
TEXT_SAME, TEXT_OWN = "chromium aria same task", "chromium aria own tasks"
EVENTS = "dom same task, with events"
PIXELS_SAME, PIXELS_OWN = "chromium aria+pixels same task", "chromium aria+pixels own tasks"


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What is played: `tasks` are `same` or `own`, `rounds` and `quick` numbers of pairs of turns."""

    engine: str
    observation: str = "aria"
    tasks: str
    num_envs: int = 2
    episodes: int = 1
    rounds: int
    quick: int
    played_by: str = "replay"  # or "digests": a digest per step; "oracle": the oracle in threads; "events"
    family: str = "Shop-Checkout-v0"


WORKLOADS = {
    SAME: Workload(engine="dom", tasks="same", episodes=20, rounds=15, quick=7),
    OWN: Workload(engine="dom", tasks="own", rounds=20, quick=7),
    FIND: Workload(
        engine="dom",
        tasks="own",
        num_envs=1,
        rounds=12,
        quick=5,
        played_by="oracle",
        family="Shop-FindAndBuy-v0",
    ),
    ADD: Workload(
        engine="dom",
        tasks="own",
        num_envs=1,
        episodes=2,
        rounds=12,
        quick=5,
        played_by="oracle",
        family="Shop-AddToCart-v0",
    ),
    DIGESTS: Workload(engine="dom", tasks="own", rounds=7, quick=3, played_by="digests"),
    THREADS_SAME: Workload(
        engine="dom", tasks="same", num_envs=16, episodes=10, rounds=7, quick=3, played_by="oracle"
    ),
    THREADS: Workload(engine="dom", tasks="own", num_envs=16, rounds=7, quick=3, played_by="oracle"),
    EVENTS: Workload(
        engine="dom", tasks="same", num_envs=1, episodes=60, rounds=15, quick=5, played_by="events"
    ),
    TEXT_SAME: Workload(engine="chromium", tasks="same", rounds=8, quick=3),
    TEXT_OWN: Workload(engine="chromium", tasks="own", rounds=8, quick=3),
    PIXELS_SAME: Workload(engine="chromium", observation="aria+pixels", tasks="same", rounds=8, quick=3),
    PIXELS_OWN: Workload(engine="chromium", observation="aria+pixels", tasks="own", rounds=8, quick=3),
}
PYTHON, TEXT, PIXELS = (SAME, OWN, FIND, ADD), (TEXT_SAME, TEXT_OWN), (PIXELS_SAME, PIXELS_OWN)
OF_CACHES = {
    "responses": (*PYTHON, *TEXT),
    "events": (EVENTS,),
    "digests": (DIGESTS,),
    "screenshots": PIXELS,
    "pixels": PIXELS,
}
OF_TUNING = {
    "manual_frames": (*TEXT, *PIXELS),
    "browser_per_processor": PIXELS,
}
APPLIES_TO = {
    **{name: OF_CACHES.get(name, PYTHON) for name in CACHES},
    **{field.name: OF_TUNING.get(field.name, PYTHON) for field in fields(Tuning)},
    SHARED_ROWS: PYTHON,
    PURE: PYTHON,
    CONTROL: (*PYTHON, *TEXT, *PIXELS),
}


def parsed_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=APPLIES_TO, default=list(APPLIES_TO), metavar="NAME")
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--rounds", type=int, help="rounds of each row, instead of the workload's own number")
    parser.add_argument("--quick", action="store_true", help="a few rounds of each row")
    parser.add_argument("--save", action="store_true", help="store the rows in results/mechanisms.jsonl")
    return parser.parse_args()


def pairs(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The mechanisms and workloads that the command line selects."""
    for workload in options.workload:
        for mechanism, workloads in APPLIES_TO.items():
            if mechanism in options.only and workload in workloads:
                yield mechanism, workload


def rounds_of(workload: Workload, options: argparse.Namespace) -> int:
    """The number of rounds of a workload."""
    return int(options.rounds or (workload.quick if options.quick else workload.rounds))


def episodes_needed(workload: Workload, rounds: int) -> int:
    """The number of recorded episodes that a workload takes, and some more: not all have the mean length."""
    if workload.played_by in {"oracle", "events"}:
        return 0
    if workload.tasks == "same":
        return 1
    return 1 + workload.num_envs * (2 + round(1.3 * (rounds + WARM_UP_ROUNDS) * workload.episodes))


def measure(mechanism: str, workload: str, plans: Path, rounds: int) -> Row:
    """Measure one mechanism in a process of its own."""
    script = Path(__file__).with_name("alternation.py")
    asked = {"mechanism": mechanism, "rounds": rounds, "workload": asdict(WORKLOADS[workload])}
    command = [sys.executable, str(script), json.dumps(asked), str(plans)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=TIMEOUT_S)
    return {"mechanism": mechanism, "workload": workload, **json.loads(done.stdout.splitlines()[-1])}


def print_row(row: Row) -> None:
    """Print one row of the table."""
    print(
        f"{row['mechanism']:23}{row['workload']:36}{row['on_cpu_ms']:10.2f}{row['off_cpu_ms']:10.2f}"
        f"{row['gives_percent']:+9.1f} %  {row['low_percent']:+7.1f} to{row['high_percent']:+7.1f}"
        f"{row['wall_percent']:+9.1f} %{row['n']:4}",
        flush=True,
    )


def main() -> None:
    """Measure the selected mechanisms and print what each gives alone."""
    options = parsed_arguments()
    wanted = list(pairs(options))
    sizes = {name: rounds_of(WORKLOADS[name], options) for _, name in wanted}
    most = max((episodes_needed(WORKLOADS[name], rounds) for name, rounds in sizes.items()), default=0)
    print(machine.heading())
    print("What each mechanism gives alone: CPU-ms a step, resets included, medians of n rounds; without the")
    print(
        "mechanism a step costs so many per cent more (median and quartiles of the rounds; last: wall time)."
    )
    print(
        f"{'mechanism':23}{'workload':36}{'with':>10}{'without':>10}{'gives':>11}{'quartiles':>19}{'wall':>11}{'n':>4}"
    )
    with tempfile.TemporaryDirectory() as folder:
        plans = Path(folder) / "plans"
        others = (seed for seed in itertools.count() if seed != SEED)
        record_seeds([SEED, *itertools.islice(others, max(most - 1, 0))], plans)
        for mechanism, workload in wanted:
            row = machine.described() | measure(mechanism, workload, plans, sizes[workload])
            print_row(row)
            if options.save:
                keep("mechanisms", [row], KEY)


if __name__ == "__main__":
    main()
