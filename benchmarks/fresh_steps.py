"""What a step on a task that nobody played before costs without a browser, against another checkout.

The oracle plays every seed once, so nothing is known of its task. Two processes, one for each checkout,
take turns on the same seeds; each measures its own CPU time, so that others at work on the machine weigh
little. Told are medians over the rounds, and their ratio. All that the two observe, and the rows that
they end with, must be equal, unless `--may-differ` compares versions with other pages.

    git worktree add ../before COMMIT
    python benchmarks/fresh_steps.py --against ../before [--rounds 5] [--episodes 20] [--task ID ...]
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

HERE = Path(__file__).parents[1]
TASKS = ("Shop-Checkout-v0", "Shop-AddToCart-v0", "Shop-FindAndBuy-v0")
FIRST_SEED = 20_000
WARM_UP = 15  # episodes


@dataclass
class Measured:
    """CPU milliseconds a step, one entry a round: of resets and steps, and of the oracle besides."""

    steps_ms: list[float] = field(default_factory=list)
    oracle_ms: list[float] = field(default_factory=list)


class Player:
    """A process that plays episodes with the code of one checkout."""

    def __init__(self, checkout: Path, task: str) -> None:
        self.checkout, self.measured = checkout, Measured()
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--play", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(checkout / "src")},
        )

    def play(self, seeds: range, *, is_warm: bool) -> list[str]:
        """Play the episodes of these seeds; the digest of each."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([seeds.start, seeds.stop]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The process of {self.checkout} ended.")
        played = json.loads(line)
        if is_warm:
            self.measured.steps_ms.append(1000 * played["steps_s"] / played["steps"])
            self.measured.oracle_ms.append(1000 * played["oracle_s"] / played["steps"])
        return list(played["digests"])

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def compare(task: str, against: Path, rounds: int, episodes: int, *, may_differ: bool) -> list[Measured]:
    """What the other checkout and this one measured."""
    with ExitStack() as stack:
        players = [stack.enter_context(Player(checkout, task)) for checkout in (against, HERE)]
        at = FIRST_SEED
        for number in range(rounds + 1):
            seeds = range(at, at + (episodes if number else WARM_UP))
            order = players if number % 2 else players[::-1]
            found = [player.play(seeds, is_warm=number > 0) for player in order]
            if found[0] != found[1] and not may_differ:
                parted = [seed for seed, *pair in zip(seeds, *found, strict=True) if pair[0] != pair[1]]
                raise RuntimeError(f"The checkouts play {task} differently on the seeds {parted}.")
            at = seeds.stop
        return [player.measured for player in players]


def play(task: str) -> None:
    """In a process of its own: episodes by the seeds on standard input, measures on standard output."""
    import gymnasium as gym

    import gristmill  # noqa: F401 - registers the ids

    env: Any = gym.make(task, engine="dom", disable_env_checker=True).unwrapped
    for line in sys.stdin:
        digests, steps, steps_s, oracle_s = [], 0, 0.0, 0.0
        for seed in range(*json.loads(line)):
            sha = hashlib.sha256()
            begun = process_time()
            observation, _ = env.reset(seed=seed)
            steps_s += process_time() - begun
            is_over = False
            while not is_over:
                sha.update(repr(sorted(observation.items())).encode())
                begun = process_time()
                action = env.oracle()
                chosen = process_time()
                observation, reward, terminated, truncated, _ = env.step(action)
                steps_s += process_time() - chosen
                oracle_s += chosen - begun
                steps += 1
                is_over = terminated or truncated or steps > 10_000
                sha.update(repr((action, reward, terminated, truncated)).encode())
            sha.update(env.state_digest().encode())
            digests.append(sha.hexdigest())
        told = {"steps": steps, "steps_s": steps_s, "oracle_s": oracle_s, "digests": digests}
        print(json.dumps(told), flush=True)


def commit_of(checkout: Path) -> str:
    """The commit of a checkout."""
    asked = ["git", "-C", str(checkout), "describe", "--always", "--dirty"]
    return subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=False).stdout.strip() or "unknown"


def main() -> None:
    """Compare, and print medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, help="the root of another checkout")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--episodes", type=int, default=20, help="of each round")
    parser.add_argument("--task", action="append", choices=TASKS, help="may be repeated")
    parser.add_argument(
        "--may-differ", action="store_true", help="compare checkouts whose pages or tasks are not the same"
    )
    parser.add_argument("--play", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.play:
        play(options.play)
        return
    if options.against is None:
        parser.error("--against is needed: the root of another checkout")
    from machine import heading

    print(heading())
    print(f"CPU-ms a step, resets included; {commit_of(options.against)} against {commit_of(HERE)}")
    print(f"{'':22}{'before':>9}{'now':>8}{'ratio':>8}{'with oracle':>16}{'now':>8}{'ratio':>8}")
    for task in options.task or TASKS:
        measured = compare(
            task, options.against.resolve(), options.rounds, options.episodes, may_differ=options.may_differ
        )
        alone = [statistics.median(one.steps_ms) for one in measured]
        summed = [
            statistics.median(a + b for a, b in zip(one.steps_ms, one.oracle_ms, strict=True))
            for one in measured
        ]
        print(
            f"{task:22}{alone[0]:>9.2f}{alone[1]:>8.2f}{alone[0] / alone[1]:>8.2f}"
            f"{summed[0]:>16.2f}{summed[1]:>8.2f}{summed[0] / summed[1]:>8.2f}  "
            f"(n={options.rounds} rounds of {options.episodes} episodes)",
            flush=True,
        )


if __name__ == "__main__":
    main()
