"""RLlib's PPO learns to use a page's elements: pip install 'gristmill[rllib]'.

Run it as: python examples/rllib_ppo.py --iterations 50 --runners 4
"""

import argparse
from collections.abc import Sequence
from typing import Any

import ray
import torch
from ray.rllib.algorithms.ppo import PPO, PPOConfig
from ray.rllib.core.rl_module.rl_module import RLModuleSpec

from gristmill.agents.policies.rllib_module import MaskedModule
from gristmill.envs.wrappers.rllib import register


def new_algorithm(task: str, *, runners: int = 0, batch: int = 1024, seed: int = 0) -> PPO:
    """PPO on a task family; the caller stops it.

    Args:
        task: id of the task family.
        runners: processes that play, on whichever machines the cluster has; 0 plays in this one.
        batch: steps between two updates.
        seed: of environments and networks.
    """
    torch.set_num_threads(1)  # more would wait for each other: the networks are small
    register()
    settings: dict[str, Any] = {"engine": "dom", "reward": "progress"}
    config = (
        PPOConfig()
        .environment(task, env_config=settings)
        .env_runners(num_env_runners=runners, num_envs_per_env_runner=2)
        .learners(num_learners=0)
        .rl_module(rl_module_spec=RLModuleSpec(module_class=MaskedModule))
        .training(train_batch_size_per_learner=batch, minibatch_size=min(batch, 128), num_epochs=4)
        .debugging(seed=seed)
    )
    return config.build_algo()


def main(arguments: Sequence[str] | None = None) -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--iterations", type=int, default=50)
    parser.add_argument("--runners", type=int, default=0, help="processes that play")
    parser.add_argument("--address", default="local", help="of the Ray cluster")
    said = parser.parse_args(arguments)
    ray.init(address=said.address)
    algorithm = new_algorithm(said.task, runners=said.runners)
    for iteration in range(said.iterations):
        played = algorithm.train()["env_runners"]
        print(f"{iteration:4} return {played.get('episode_return_mean', float('nan')):.3f}")
    algorithm.stop()
    ray.shutdown()


if __name__ == "__main__":
    main()
