"""Verify that the `dom` engine behaves exactly like Chromium.

    python tools/parity.py [--seeds 50] [--first 0] [--steps 30] [--split train] [--task ID ...]

For each task family and seed the oracle and the random agent play one episode each, in both engines in
lockstep: the actions are chosen from Chromium's observations. After each step the whole observation, the
reward, the end of the episode and the database digest must be equal. Progress is written to stderr, results
to stdout. The exit code is 1 if anything differed.
"""

import argparse
import sys
from time import perf_counter

from gristmill.plugins import installed
from gristmill.testing.lockstep import Pair, episode, players


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50, help="episodes per player and family (50)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--steps", type=int, default=30, help="steps of a random walk (30)")
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--task", action="append", choices=list(installed().families), help="may be repeated")
    args = parser.parse_args()
    different = 0
    for task in args.task or list(installed().families):
        different += compared(task, args)
    print(f"{different} episodes differ." if different else "No difference.")
    return 1 if different else 0


def compared(task: str, args: argparse.Namespace) -> int:
    """Count the episodes of a family that differ, and print the first difference of each."""
    pair, different, steps, started_at = Pair(task, args.split), 0, 0, perf_counter()
    for seed in range(args.first, args.first + args.seeds):
        for name, (limit, choose) in players(seed, args.steps).items():
            found = list(episode(pair, seed, limit, choose))
            steps += len(found)
            if found[-1]:
                different += 1
                print(f"{task} seed {seed}, {name}, step {len(found) - 1}, {found[-1]}\n", flush=True)
        print(f"{task}: seed {seed} compared", file=sys.stderr, flush=True)
    pair.close()
    print(
        f"{task}: {2 * args.seeds} episodes, {steps} states, {different} differ, "
        f"{perf_counter() - started_at:.0f} s",
        flush=True,
    )
    return different


if __name__ == "__main__":
    sys.exit(main())
