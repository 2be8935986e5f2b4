"""Environment steps to 90 % by plain groups and by step groups, on the tests' tiny task of five presses.

A policy of width 16 is cloned from 32 demonstrations of the task of one press until it wins about one in five
of the task of five, sampled, and is trained further by GRPO. After each update it is played on 100 held-out
tasks. About a minute of CPU for each training seed.
"""

import argparse
import importlib.util
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

import torch
from numpy.random import default_rng

from gristmill.agents.policies.network import PagePolicy, PolicyConfig
from gristmill.agents.training.cloning import new_policy
from gristmill.agents.training.demonstrations import Demonstration, DemonstrationStep
from gristmill.agents.training.grpo import Grpo, GrpoConfig
from gristmill.agents.training.played import Job
from gristmill.agents.training.playing import Players
from gristmill.agents.training.samples import batches_of, imitation_loss, samples_of
from gristmill.agents.training.updates import Optimiser

TOY = Path(__file__).parents[1] / "tests/agents/training/toy.py"
TARGET = 0.9
CLONING_STEPS = 28
SETTINGS: dict[str, dict[str, Any]] = {
    "plain groups of 8": {},
    "groups of 8, then 4 branches of 2 states": {"step_groups": 2, "branches": 4, "later_steps": 1.0},
    "the same, of 5 tasks an update": {
        "groups": 5, "step_groups": 2, "branches": 4, "later_steps": 1.0,
    },
    "1 episode, then 4 branches of 4 states": {
        "group_size": 1, "step_groups": 4, "branches": 4, "later_steps": 1.0,
    },
    "groups of 8, then 4 branches of 2 states, first choices alone": {"step_groups": 2, "branches": 4},
}  # fmt: skip


def load_toy() -> ModuleType:
    """The tiny tasks, which are part of the tests."""
    spec = importlib.util.spec_from_file_location("gristmill_toy", TOY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cloned(toy: ModuleType, seed: int) -> PagePolicy:
    """A policy that has begun to imitate single presses."""
    found = []
    for number in range(32):
        env = toy.ToyEnv("Toy")
        env.reset(seed=number)
        page = env.observation()
        goal = page.pop("goal")
        step = DemonstrationStep(action=env.oracle(), **page)
        found.append(Demonstration(task_id="Toy", seed=number, goal=goal, steps=(step,)))
    samples = samples_of(found, note_words=0).samples
    policy, rng = new_policy(PolicyConfig(width=16, heads=2, note_words=0), seed), default_rng(seed)
    optimiser = Optimiser(policy, learning_rate=3e-3)
    for _ in range(CLONING_STEPS // 2):
        for batch in batches_of(samples, 16, rng):
            optimiser.step(imitation_loss(policy, batch, None))
    return policy


def success(policy: PagePolicy, toy: ModuleType) -> float:
    """Sampled success on 100 held-out tasks."""
    jobs = [Job(task_id="Toy", seed=seed, draw=0) for seed in range(1_000_000, 1_000_100)]
    played = Players(num_envs=50, make_env=toy.ChainEnv).play(policy, jobs)
    return sum(each.success is True for each in played) / len(played)


def measure(toy: ModuleType, name: str, seed: int, env_steps: int) -> None:
    """Train until the target or the end, and print a line."""
    policy = cloned(toy, seed)
    before = success(policy, toy)
    common = {"groups": 8, "learning_rate": 2e-3, "warm_steps": 5}
    config = GrpoConfig(env_steps=env_steps, seed=seed, **(common | SETTINGS[name]))
    trainer, rate, taken, begin = Grpo(config, policy, ["Toy"], toy.ChainEnv), before, 0.0, process_time()
    while trainer.share_done < 1 and rate < TARGET:
        taken = trainer.update()["env_steps"]
        rate = success(policy, toy)
    reached = f"{rate:.0%} after {taken:,.0f} steps, {trainer.updates_done} updates"
    print(
        f"{name}, seed {seed}: from {before:.0%} to {reached}, {process_time() - begin:.0f} CPU s", flush=True
    )


def main() -> None:
    """Measure each setting with each training seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--env-steps", type=int, default=6000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    toy = load_toy()
    for seed in range(options.seeds):
        for name in SETTINGS:
            measure(toy, name, seed, options.env_steps)


if __name__ == "__main__":
    main()
