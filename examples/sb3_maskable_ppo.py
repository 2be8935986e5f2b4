"""Train sb3-contrib's MaskablePPO on a task by element actions: pip install 'gristmill[sb3]'.

Observations are one vector, actions are numbered, and a mask marks those that exist on the current page
(`gristmill.envs.wrappers.element_actions`). Run it as: python examples/sb3_maskable_ppo.py --steps 20000
"""

import argparse
from collections.abc import Sequence

import gymnasium as gym
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3.common.vec_env import DummyVecEnv

import gristmill  # noqa: F401 - registers the ids
from gristmill.envs.wrappers.element_actions import ElementActions


def train(task: str, *, steps: int, num_envs: int = 4, seed: int = 0, rollout: int = 256) -> MaskablePPO:
    """Train for at least `steps` steps, `rollout` steps of each environment per update; returns the model."""

    def make() -> ElementActions:
        return ElementActions(gym.make(task, engine="dom", reward="progress"))

    torch.set_num_threads(1)  # the networks are too small to gain from threads
    envs = DummyVecEnv([make] * num_envs)
    try:
        model = MaskablePPO(
            "MlpPolicy", envs, n_steps=rollout, batch_size=64, seed=seed, device="cpu", verbose=1
        )
        return model.learn(steps)
    finally:
        envs.close()


def main(arguments: Sequence[str] | None = None) -> MaskablePPO:
    """Train as the command line says and return the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--envs", type=int, default=4, help="number of environments, all in this process")
    parser.add_argument("--rollout", type=int, default=256, help="steps of each environment per update")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    return train(args.task, steps=args.steps, num_envs=args.envs, seed=args.seed, rollout=args.rollout)


if __name__ == "__main__":
    main()
