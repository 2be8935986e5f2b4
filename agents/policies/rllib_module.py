"""An RLlib policy with action masking."""

from typing import Any

import torch
from ray.rllib.core.columns import Columns
from ray.rllib.core.rl_module.apis.value_function_api import ValueFunctionAPI
from ray.rllib.core.rl_module.torch import TorchRLModule
from torch import Tensor, nn

from gristmill.envs.wrappers.rllib import ACTION_MASK, OBSERVATIONS

HIDDEN = 128


class MaskedModule(TorchRLModule, ValueFunctionAPI):
    """Separate policy and value networks over the observations of `envs.wrappers.rllib`.

    Logits of masked actions are set to the smallest finite number, so their probability is 0.
    """

    def setup(self) -> None:
        """Build the networks."""
        size = self.observation_space[OBSERVATIONS].shape[0]
        self.policy = two_layers(size, int(self.action_space.n))
        self.value = two_layers(size, 1)

    def _forward(self, batch: dict[str, Any], **_: Any) -> dict[str, Tensor]:
        observation = batch[Columns.OBS]
        logits = self.policy(observation[OBSERVATIONS])
        is_masked = observation[ACTION_MASK] == 0
        return {Columns.ACTION_DIST_INPUTS: logits.masked_fill(is_masked, torch.finfo(logits.dtype).min)}

    def compute_values(self, batch: dict[str, Any], embeddings: Any = None) -> Tensor:
        """Return the value estimates of a batch of observations, of shape (B,)."""
        values: Tensor = self.value(batch[Columns.OBS][OBSERVATIONS])
        return values.squeeze(-1)


def two_layers(inputs: int, outputs: int) -> nn.Module:
    """An MLP with one is_masked layer of `HIDDEN` tanh units."""
    return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, outputs))
