"""Verify that every task can be solved and that episodes are reproducible.

    python tools/prove.py [--seeds 200] [--envs 4] [--determinism 20] [--split train] [--engine chromium]
        [--task ID ...]
    python tools/prove.py --caches 10 [--split train] [--task ID ...]

For each task family the oracle plays the seeds 0, 1, 2, ... in several environments concurrently; every
episode must succeed. Then two fresh processes replay the first few seeds, and for families across apps walk
through all apps while minutes pass. Each builds its worlds from scratch
in an empty cache, under another hash seed and in a time zone with another date, and app clones that read the
clock or unseeded randomness are rejected. Every observation (text and pixels) and every database state must
be equal in both, step by step.

With `--caches` neither is done. Instead, episodes of the oracle, random walks, and walks through all apps are
played in each engine (with pixels where supported), once with all caches off, twice with all caches on, and
twice with all caches verified: every observation, reward, info and database state must be equal.

Progress is written to stderr, results to stdout. The exit code is 1 if anything failed; the failing seeds are
listed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import cache_proof
import gymnasium as gym
from tours import has_tours, tour

from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.envs.episode.runtime import ENGINES, default_runtime
from gristmill.errors import GristmillError
from gristmill.plugins import installed
from gristmill.snapshots.store import SnapshotStore
from gristmill.testing.determinism import deterministic, guarded_files

ENVIRONMENTS = (  # 26 hours apart
    {"PYTHONHASHSEED": "1", "TZ": "Etc/GMT+12"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati"},
)
Digests = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What to verify: which families, on how many seeds."""

    tasks: Sequence[str]
    split: str
    seeds: int
    envs: int
    determinism: int
    engine: str


def main() -> int:
    """Run the command line; returns the exit code."""
    args = parse_arguments()
    proof = Proof(
        tasks=args.task or list(installed().families),
        split=args.split,
        seeds=args.seeds,
        envs=args.envs,
        determinism=args.determinism,
        engine=args.engine,
    )
    if args.digests:
        print(json.dumps(guarded_digests(proof, args.digests)))
        return 0
    if args.caches:
        failures = cache_proof.differing(
            cache_proof.Walks(tasks=proof.tasks, split=proof.split, seeds=args.caches)
        )
    else:
        failures = [failure for task in proof.tasks for failure in unsolved(task, proof)]
        failures += differing(proof) if proof.determinism else []
    print("\n".join(["FAILED:", *failures]) if failures else "All proved.")
    return 1 if failures else 0


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=non_negative, default=200, help="oracle episodes per family (200)")
    parser.add_argument("--envs", type=non_negative, default=4, help="concurrent environments (4)")
    parser.add_argument("--determinism", type=non_negative, default=20, help="seeds replayed per family (20)")
    parser.add_argument(
        "--caches",
        type=non_negative,
        default=0,
        metavar="N",
        help="only compare N seeds per family with caches off, on and verified",
    )
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--engine", choices=tuple(ENGINES), default="chromium")
    parser.add_argument("--task", action="append", choices=list(installed().families), help="may be repeated")
    parser.add_argument(
        "--digests", type=Path, help=argparse.SUPPRESS
    )  # used by the fresh processes, with their cache directory
    return parser.parse_args()


def non_negative(text: str) -> int:
    """Parse a non-negative integer."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is negative")
    return number


def unsolved(task: str, proof: Proof) -> list[str]:
    """Return a line for each oracle episode that did not succeed."""
    failures, successes, steps, started_at = [], 0, 0, perf_counter()
    results = play_episodes(
        task,
        OracleAgent,
        range(proof.seeds),
        num_envs=max(proof.envs, 1),
        options={"split": proof.split, "engine": proof.engine},
    )
    for count, result in enumerate(results, start=1):
        successes += result.success is True
        steps += len(result.steps)
        if result.success is not True:
            failed = [check.name for check in result.checks if not check.passed]
            failures.append(f"{task} seed {result.seed}: {result.infra_error or ', '.join(failed)}")
        if count % 10 == 0 or count == proof.seeds:
            log(f"{task}: {count} of {proof.seeds} played, {successes} solved")
    spent_s = perf_counter() - started_at
    print(f"{task}: {successes}/{proof.seeds} solved, {steps} steps in {spent_s:.0f} s", flush=True)
    return failures


def differing(proof: Proof) -> list[str]:
    """Return a line for each episode that two fresh processes play differently, and each violation."""
    (first, failures), (second, more) = (replay_in_fresh_process(proof, where) for where in ENVIRONMENTS)
    failures = list(dict.fromkeys(failures + more))
    for name in first.keys() | second.keys():
        one, other = first.get(name, []), second.get(name, [])
        if one != other:
            pairs = zip(one, other, strict=False)
            step = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
            failures.append(f"{name}: two processes differ from step {step} on")
    states = sum(map(len, first.values()))
    print(f"{len(first)} episodes played in two processes, {states} states compared", flush=True)
    return sorted(failures)


def replay_in_fresh_process(proof: Proof, environment: dict[str, str]) -> tuple[Digests, list[str]]:
    """Run `guarded_digests` in a fresh process with an empty cache."""
    log(f"playing {proof.determinism} seeds per family in a fresh process, {environment}")
    command = [sys.executable, __file__, "--split", proof.split, "--engine", proof.engine]
    command += ["--determinism", str(proof.determinism), *(f"--task={task}" for task in proof.tasks)]
    with TemporaryDirectory(prefix="gristmill-prove-") as cache:
        done = subprocess.run(
            [*command, "--digests", cache],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found, violations = json.loads(done.stdout)
    return found, violations


def guarded_digests(proof: Proof, cache: Path) -> tuple[Digests, list[str]]:
    """Compute `digests` with clock and randomness rejected in app clones; also returns the violations."""
    runtime = default_runtime()
    runtime.store = SnapshotStore(cache)
    found: Digests = {}
    try:
        with deterministic(guarded_files(list(installed().apps.values()))):
            digests(proof, found)
    except GristmillError as error:
        return found, str(error).splitlines()
    return found, []


def digests(proof: Proof, found: Digests) -> None:
    """Play the oracle's episodes and add the digests of each to `found`."""
    observation = "aria" if proof.engine in WITHOUT_PIXELS else "aria+pixels"
    for task in proof.tasks:
        env = gym.make(
            task, engine=proof.engine, observation=observation, split=proof.split, disable_env_checker=True
        )
        for seed in range(proof.determinism):
            found[f"{task} seed {seed}"] = list(episode_digests(env.unwrapped, seed))
            if has_tours(env.unwrapped):
                found[f"{task} tour seed {seed}"] = list(tour_digests(env.unwrapped, seed))
            log(f"{task}: seed {seed} played")
        env.close()


def episode_digests(env: Any, seed: int) -> list[str]:
    """Play one oracle episode; returns a digest of the observation and the database after each step."""
    observation, _ = env.reset(seed=seed)
    found = [digest(observation, env.state_digest())]
    for _ in range(env.family.max_steps):
        action = env.oracle()
        observation, _, terminated, truncated, _ = env.step(action)
        found.append(digest(observation, env.state_digest(), action))
        if terminated or truncated:
            break
    return found


def tour_digests(env: Any, seed: int) -> Iterator[str]:
    """Walk through all apps; yields a digest of the observation and the database after each step."""
    for observation, *_ in tour(env, seed):
        yield digest(observation, env.state_digest())


def digest(observation: dict[str, Any], *more: str) -> str:
    """A sha256 of all texts and pixels of an observation and further strings."""
    sha = hashlib.sha256()
    for name in sorted(observation):
        value = observation[name]
        sha.update(value.encode() if isinstance(value, str) else value.tobytes())
        sha.update(f"\0{name}\0".encode())
    sha.update("\0".join(more).encode())
    return sha.hexdigest()


def log(line: str) -> None:
    """Print progress to stderr."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
