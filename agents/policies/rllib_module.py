"""A policy for RLlib that never chooses an action that the page does not have."""

from typing import Any

import torch
from ray.rllib.core.columns import Columns
from ray.rllib.core.rl_module.apis.value_function_api import ValueFunctionAPI
from ray.rllib.core.rl_module.torch import TorchRLModule
from torch import Tensor, nn

from gristmill.envs.wrappers.rllib import ACTION_MASK, OBSERVATIONS

HIDDEN = 128


class MaskedModule(TorchRLModule, ValueFunctionAPI):
    """Two small networks, for the actions and for the value, over the observations of `envs.rllib`.

    The logits of actions whose mask is 0 are the least number there is, so their probability is 0.
    """

    def setup(self) -> None:
        """Make the networks."""
        size = self.observation_space[OBSERVATIONS].shape[0]
        self.policy = two_layers(size, int(self.action_space.n))
        self.value = two_layers(size, 1)

    def _forward(self, batch: dict[str, Any], **_: Any) -> dict[str, Tensor]:
        seen = batch[Columns.OBS]
        logits = self.policy(seen[OBSERVATIONS])
        hidden = seen[ACTION_MASK] == 0
        return {Columns.ACTION_DIST_INPUTS: logits.masked_fill(hidden, torch.finfo(logits.dtype).min)}

    def compute_values(self, batch: dict[str, Any], embeddings: Any = None) -> Tensor:
        """The expected return from each observation, of shape (B,)."""
        values: Tensor = self.value(batch[Columns.OBS][OBSERVATIONS])
        return values.squeeze(-1)


def two_layers(inputs: int, outputs: int) -> nn.Module:
    """A network with one hidden layer."""
    return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, outputs))
