"""Startup time, compared with importing the dependencies that cannot be avoided.

    python benchmarks/startup.py [--rounds 15]

Starts fresh interpreters in alternation; medians of wall-clock time. The task index exists already, as in
every process but the first. The exit code is 1 if `import gristmill` takes more than 2 times as long as
`import gymnasium`, or `gristmill --help` more than 6 times as long as `import click`.
"""

import argparse
import os
import subprocess
import sys

from machine import heading
from stopwatch import Stopwatch, p50

COMMANDS = {
    "import gymnasium": "import gymnasium",
    "import gristmill": "import gristmill",
    "import gristmill, gymnasium": "import gristmill, gymnasium",
    "import click": "import click",
    "gristmill --help": "from gristmill.cli import main; main(['--help'], prog_name='gristmill')",
}
LIMITS = {("import gristmill", "import gymnasium"): 2.0, ("gristmill --help", "import click"): 6.0}


def main() -> int:
    """Measure, print a table, and return 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(heading(), f"; n={rounds}, medians", sep="")
    spent: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for name in [*COMMANDS, *list(COMMANDS) * rounds]:  # the first run of each is a warm-up
        with Stopwatch(spent[name]):
            start(COMMANDS[name])
    medians = {name: p50(times[1:]) for name, times in spent.items()}
    for name, median_s in medians.items():
        print(f"{name:<28} {1000 * median_s:7.0f} ms")
    kept = True
    for (ours, theirs), limit in LIMITS.items():
        ratio = medians[ours] / medians[theirs]
        kept = kept and ratio <= limit
        print(f"{ours} / {theirs}: {ratio:.1f}, at most {limit:g}")
    return 0 if kept else 1


def start(code: str) -> None:
    """Run code in a fresh interpreter."""
    subprocess.run([sys.executable, "-c", code], env=os.environ, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    sys.exit(main())
