"""Success of a policy by the length of the task, and by the length of its memory in use.

    python benchmarks/horizon.py --policy runs/many --env Shop-Checkout-v0 Mail-Reply-v0 --note-words 0 64

The length of a task is the number of steps that the oracle takes. Held-out seeds are played greedily in the
`dom` engine, the same ones with each bound of the notes, in words, whatever the policy was trained with.
"""

import argparse
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import machine
import torch

from gristmill.agents.policies.files import load_policy
from gristmill.agents.training.drawing import Share, play_oracle
from gristmill.agents.training.evaluation import HELD_OUT_AGAIN, wilson
from gristmill.agents.training.played import Job, Played
from gristmill.agents.training.playing import Players
from gristmill.envs.env import WebEnv

LENGTHS = ((1, 6), (7, 12), (13, 20), (21, 40), (41, 1000))
Tasks = dict[tuple[str, int], int]
"""Steps of the oracle by family and seed; tasks that it does not solve are left out."""


def oracle_steps(task_ids: Iterable[str], seeds: Sequence[int]) -> Tasks:
    """Play the oracle on every task."""
    found: Tasks = {}
    for task_id in task_ids:
        share = Share(task_id, tuple(seeds), ())
        with closing(WebEnv(task_id, engine="dom")) as env:
            for seed in seeds:
                if (solved := play_oracle(env, share, seed)) is not None:
                    found[task_id, seed] = len(solved.steps)
    return found


def rate(played: Sequence[Played]) -> str:
    """Successes of judged episodes with their interval."""
    judged = [each for each in played if each.success is not None]
    wins = sum(each.success is True for each in judged)
    low, high = wilson(wins, len(judged))
    return f"{wins / max(len(judged), 1):4.0%} [{100 * low:.0f}-{100 * high:.0f}] ({wins}/{len(judged)})"


def main() -> None:
    """Measure and print a line for each length, with a column for each bound."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policy", type=Path, required=True, help="folder of a run of gristmill train")
    parser.add_argument("--env", nargs="+", required=True, metavar="ID", help="task families")
    parser.add_argument("--seeds", type=int, default=20, help="of each family (20)")
    parser.add_argument("--note-words", type=int, nargs="+", default=[64], metavar="N", help="bounds (64)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    policy = load_policy(options.policy)
    trained_with = policy.config.note_words
    lengths = oracle_steps(options.env, range(HELD_OUT_AGAIN, HELD_OUT_AGAIN + options.seeds))
    jobs = [Job(task_id=task_id, seed=seed) for task_id, seed in lengths]
    columns: dict[int, list[Played]] = {}
    for bound in options.note_words:
        policy.config = replace(policy.config, note_words=bound)
        with closing(Players(num_envs=16)) as players:
            columns[bound] = players.play(policy, jobs)
    print(machine.heading())
    print(f"{len(jobs)} tasks of {len(options.env)} families; trained with notes of {trained_with} words")
    print(f"{'oracle steps':14}" + "".join(f"{f'{bound} words':>24}" for bound in columns))
    for first, last in LENGTHS:
        rows = {
            bound: [p for p in column if first <= lengths[p.job.task_id, p.job.seed] <= last]
            for bound, column in columns.items()
        }
        if any(rows.values()):
            print(f"{f'{first} to {last}':14}" + "".join(f"{rate(row):>24}" for row in rows.values()))
    print(f"{'all':14}" + "".join(f"{rate(column):>24}" for column in columns.values()))


if __name__ == "__main__":
    main()
