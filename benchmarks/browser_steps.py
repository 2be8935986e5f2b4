"""What a step in a browser costs, against another checkout.

Each cell of `throughput.py` is measured in turns, in a process of its own, with the code and the benchmarks
of either checkout: the two record the same seeds, each in its own worlds, and replay them. Compared is CPU
time of all processes, the browser's included, so others at work on the machine weigh little; the floor of
the same run, a bare Playwright loop on the same pages, tells whether the pages themselves have changed.
Needs Linux (/proc).

    git worktree add ../before COMMIT
    python benchmarks/browser_steps.py --against ../before [--rounds 4] [--num-envs 4] [--save]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import machine
from cell import WORKLOADS
from fresh_steps import commit_of
from results import Row, keep

HERE = Path(__file__).parents[1]
OBSERVATIONS = ("aria", "aria+pixels")
KEY = ("against", "observation", "workload", "num_envs")
PLANS = 40  # recorded episodes: more than any cell plays
RECORD = """
import json, sys
from pathlib import Path
sys.path.insert(0, "benchmarks")
from cell import Cell
from throughput import record_plans
if __name__ == "__main__":
    record_plans([Cell(**json.loads(sys.argv[1]))], Path(sys.argv[2]), fewest=int(sys.argv[3]))
"""


class Checkout:
    """The code and the benchmarks of one checkout, and the episodes that it has recorded."""

    def __init__(self, root: Path, plans: Path) -> None:
        self.root, self.plans = root, plans

    def run(self, *arguments: str) -> str:
        """Run Python in the checkout; what it prints."""
        command = [sys.executable, "-W", "ignore", *arguments]
        environ = os.environ | {"PYTHONPATH": str(self.root / "src")}
        done = subprocess.run(
            command, cwd=self.root, env=environ, stdout=subprocess.PIPE, text=True, check=True, timeout=900
        )
        return done.stdout

    def record(self, cell: Row) -> None:
        """Record the episodes that cells replay."""
        self.run("-c", RECORD, json.dumps(cell), str(self.plans), str(PLANS))

    def measure(self, cell: Row, seconds: float) -> Row:
        """Measure a cell."""
        output = self.run("benchmarks/cell.py", json.dumps(cell), str(self.plans), "--seconds", str(seconds))
        row: Row = json.loads(output.splitlines()[-1])
        return row


def cells(num_envs: int) -> list[Row]:
    """What is measured."""
    return [
        {"engine": "chromium", "observation": observation, "workload": workload, "num_envs": num_envs}
        for observation in OBSERVATIONS
        for workload in WORKLOADS
    ]


def compared(before: list[Row], now: list[Row]) -> dict[str, Any]:
    """Medians over the rounds: CPU-ms a step of each, the ratio now / before, and that against the floors."""
    spent = [[sum(row["cpu_ms_per_step"].values()) for row in rows] for rows in (before, now)]
    floors = [[row["floor_cpu_ms_per_step"] for row in rows] for rows in (before, now)]
    pairs = [b / a for a, b in zip(*spent, strict=True)]
    bare = [b / a for a, b in zip(*floors, strict=True)]
    return {
        "rounds": len(pairs),
        "before_cpu_ms": statistics.median(spent[0]),
        "cpu_ms": statistics.median(spent[1]),
        "ratio": statistics.median(pairs),
        "ratios": sorted(pairs),
        "floor_ratio": statistics.median(bare),
        "ratio_over_floor": statistics.median(pair / floor for pair, floor in zip(pairs, bare, strict=True)),
    }


def print_row(cell: Row, found: Row) -> None:
    """Print one line of the table."""
    print(
        f"{cell['observation']:13}{cell['workload']:11}{found['before_cpu_ms']:8.1f}{found['cpu_ms']:8.1f}"
        f"{found['ratio']:8.3f}{found['floor_ratio']:8.3f}{found['ratio_over_floor']:8.3f}  "
        f"(n={found['rounds']}: {', '.join(f'{each:.3f}' for each in found['ratios'])})",
        flush=True,
    )


def main() -> None:
    """Measure both checkouts in turns, and print medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, required=True, help="the root of another checkout")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--num-envs", type=int, default=4)
    parser.add_argument(
        "--seconds", type=float, default=0.0, help="minimum time for each cell (three chunks)"
    )
    parser.add_argument("--save", action="store_true", help="store the rows in results/browser_steps.jsonl")
    options = parser.parse_args()
    wanted = cells(options.num_envs)
    print(machine.heading())
    print(f"CPU-ms a step, resets included; {commit_of(options.against)} before, {commit_of(HERE)} now")
    print(f"{'':24}{'before':>8}{'now':>8}{'ratio':>8}{'floors':>8}{'over':>8}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        roots = (options.against.resolve(), HERE)
        pair = [Checkout(root, Path(folder) / f"plans{at}") for at, root in enumerate(roots)]
        for checkout in pair:
            checkout.record(wanted[-1])
        for cell in wanted:
            rows: list[list[Row]] = [[], []]
            for number in range(options.rounds):
                for at in (0, 1) if number % 2 else (1, 0):
                    rows[at].append(pair[at].measure(cell, options.seconds))
            found = compared(*rows)
            print_row(cell, found)
            if options.save:
                origin = machine.described() | {"against": commit_of(options.against)}
                keep("browser_steps", [origin | cell | found], KEY)


if __name__ == "__main__":
    main()
