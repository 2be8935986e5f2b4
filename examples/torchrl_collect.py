"""Collect batches with TorchRL, which wraps a task as it is: pip install 'gristmill[torchrl]'.

Observations are one vector, actions are numbers, and a mask marks those that exist on the page, so that
none of the others is chosen. Run it as: python examples/torchrl_collect.py --frames 200
"""

import argparse
from collections.abc import Sequence

import torch
from tensordict import TensorDictBase
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.collectors import Collector
from torchrl.envs import DTypeCastTransform, GymWrapper, TransformedEnv
from torchrl.modules import MaskedCategorical, ProbabilisticActor

from gristmill.envs.wrappers.rllib import ACTION_MASK, OBSERVATIONS, make_env


def new_env(task: str) -> TransformedEnv:
    """A task as TorchRL's environment, with the mask as booleans; the caller closes it."""
    env = GymWrapper(make_env(task, engine="dom", reward="progress"), categorical_action_encoding=True)
    return TransformedEnv(env, DTypeCastTransform(torch.float32, torch.bool, in_keys=[ACTION_MASK]))


def new_policy(env: TransformedEnv) -> ProbabilisticActor:
    """A policy to train: one linear layer, whose actions are among those that exist on the page."""
    layer = nn.Linear(env.observation_spec[OBSERVATIONS].shape[-1], env.action_spec.n)
    scores = TensorDictModule(layer, in_keys=[OBSERVATIONS], out_keys=["logits"])
    return ProbabilisticActor(
        scores,
        in_keys={"logits": "logits", "mask": ACTION_MASK},
        distribution_class=MaskedCategorical,
        spec=env.action_spec,
        return_log_prob=True,
    )


def collect(task: str, *, frames: int, batch: int = 50, seed: int = 0) -> list[TensorDictBase]:
    """Collect at least `frames` steps of a new policy, `batch` of them at a time."""
    torch.manual_seed(seed)
    env = new_env(task)
    env.set_seed(seed)
    collector = Collector(env, policy=new_policy(env), frames_per_batch=batch, total_frames=frames)
    try:
        return [each.clone() for each in collector]
    finally:
        collector.shutdown()


def main(arguments: Sequence[str] | None = None) -> list[TensorDictBase]:
    """Collect as the command line says and print each batch's mean reward."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--frames", type=int, default=200)
    args = parser.parse_args(arguments)
    batches = collect(args.task, frames=args.frames)
    for number, batch in enumerate(batches):
        print(f"{number:4} {batch.numel()} steps, reward {batch['next', 'reward'].mean():.4f}")
    return batches


if __name__ == "__main__":
    main()
