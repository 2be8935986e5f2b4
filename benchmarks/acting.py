"""Steps per CPU second of environment, features and policy together, as a training meets them.

    python benchmarks/acting.py --policy runs/clone60

Sampled episodes of the `dom` engine are played side by side, in groups of 8 of one task, whose pages are
mostly known from each other, or each of a task of its own. Each round has fresh tasks; rounds of both kinds
alternate. CPU time is that of all threads of the process, resets included; a busy machine may be used.
"""

import argparse
from contextlib import closing
from pathlib import Path
from statistics import median
from time import process_time

import machine
import torch

from gristmill.agents.policies.files import load_policy
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.played import Job
from gristmill.agents.training.playing import Players

GROUP = 8
FIRST_SEED = 600_000
BARS = {"groups of 8": 400, "own tasks": 150}


def jobs_of(kind: str, task_id: str, first: int, episodes: int) -> list[Job]:
    """The episodes of a round."""
    size = GROUP if kind == "groups of 8" else 1
    return [Job(task_id=task_id, seed=first + i // size, draw=1 + i % size) for i in range(episodes)]


def steps_per_cpu_s(players: Players, policy: PagePolicy, jobs: list[Job]) -> float:
    """Play episodes, and return their steps by the CPU seconds they took."""
    began = process_time()
    played = players.play(policy, jobs)
    faults = sum(each.success is None for each in played)
    if faults:
        raise SystemExit(f"{faults} episodes ended with an infrastructure failure.")
    return sum(len(each.steps) for each in played) / (process_time() - began)


def main() -> None:
    """Measure both kinds in turns and print medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policy", type=Path, required=True, help="folder of a run of gristmill train")
    parser.add_argument("--env", default="Shop-Checkout-v0", help="task family (Shop-Checkout-v0)")
    parser.add_argument("--rounds", type=int, default=5, help="of each kind (5)")
    parser.add_argument("--episodes", type=int, default=64, help="of a round (64)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    policy = load_policy(options.policy)
    rates: dict[str, list[float]] = {kind: [] for kind in BARS}
    first = FIRST_SEED
    with closing(Players(num_envs=32)) as players:
        players.play(policy, jobs_of("own tasks", options.env, first, 4))  # builds worlds and environments
        for _ in range(options.rounds):
            for kind, found in rates.items():
                first += options.episodes
                jobs = jobs_of(kind, options.env, first, options.episodes)
                found.append(steps_per_cpu_s(players, policy, jobs))
    print(machine.heading())
    print(f"{options.env}, {options.episodes} sampled episodes a round, 32 side by side, one torch thread")
    for kind, found in rates.items():
        spread = f"{min(found):.0f} to {max(found):.0f}"
        print(f"{kind:12} {median(found):6.0f} steps per CPU s ({spread}, n={len(found)}), bar {BARS[kind]}")


if __name__ == "__main__":
    main()
