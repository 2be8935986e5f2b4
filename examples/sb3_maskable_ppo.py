"""MaskablePPO of sb3-contrib learns to use a page's elements: pip install 'gristmill[sb3]'.

The pages are one vector, the actions are numbered, and a mask says which of them exist on the page
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
    """A policy that learned for at least so many steps; `rollout` steps of each environment an update."""

    def make() -> ElementActions:
        return ElementActions(gym.make(task, engine="dom", reward="progress"))

    torch.set_num_threads(1)  # more would wait for each other: the networks are small
    envs = DummyVecEnv([make] * num_envs)
    try:
        model = MaskablePPO(
            "MlpPolicy", envs, n_steps=rollout, batch_size=64, seed=seed, device="cpu", verbose=1
        )
        return model.learn(steps)
    finally:
        envs.close()


def main(arguments: Sequence[str] | None = None) -> MaskablePPO:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--envs", type=int, default=4, help="how many environments, in this process")
    parser.add_argument("--rollout", type=int, default=256, help="steps of each between two updates")
    parser.add_argument("--seed", type=int, default=0)
    said = parser.parse_args(arguments)
    return train(said.task, steps=said.steps, num_envs=said.envs, seed=said.seed, rollout=said.rollout)


if __name__ == "__main__":
    main()
