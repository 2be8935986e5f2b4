"""Train RLlib's PPO on a task by element actions: pip install 'gristmill[rllib]'.

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
    """Build PPO for a task family; the caller must `stop()` it.

    Args:
        task: id of the task family.
        runners: number of processes that collect episodes, anywhere in the cluster; 0 collects in this one.
        batch: steps per training batch.
        seed: for environments and networks.
    """
    torch.set_num_threads(1)  # the networks are too small to gain from threads
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
    """Train as the command line says and print the progress."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--iterations", type=int, default=50)
    parser.add_argument("--runners", type=int, default=0, help="processes that collect episodes")
    parser.add_argument("--address", default="local", help="of the Ray cluster")
    args = parser.parse_args(arguments)
    ray.init(address=args.address)
    algorithm = new_algorithm(args.task, runners=args.runners)
    for iteration in range(args.iterations):
        played = algorithm.train()["env_runners"]
        print(f"{iteration:4} return {played.get('episode_return_mean', float('nan')):.3f}")
    algorithm.stop()
    ray.shutdown()


if __name__ == "__main__":
    main()
