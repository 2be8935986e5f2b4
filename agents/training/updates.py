"""Optimisation steps that refuse to spoil a policy."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from gristmill.errors import TrainingError

LARGEST_NORM = 1e4  # of a gradient before it is clipped; sound ones are below 100


class Optimiser:
    """Adam with clipped gradients (AdamW: Loshchilov and Hutter 2019).

    Args:
        max_norm: to which the gradient's norm is clipped.
    """

    def __init__(self, policy: nn.Module, *, learning_rate: float, max_norm: float = 1.0) -> None:
        self._parameters = list(policy.parameters())
        self._adam = torch.optim.AdamW(self._parameters, lr=learning_rate, weight_decay=0.01, foreach=True)
        self._max_norm = max_norm

    def step(self, loss: Tensor, *, learning_rate: float | None = None) -> float:
        """Take a step against the gradient of a loss, and return the gradient's norm.

        Raises:
            TrainingError: loss or gradient is not finite, or the gradient explodes; weights are unchanged.
        """
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(f"The loss is {value}. Use a lower learning rate.")
        self._adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = float(nn.utils.clip_grad_norm_(self._parameters, self._max_norm))
        if not norm <= LARGEST_NORM:
            raise TrainingError(
                f"The gradient's norm is {norm:.3g}, above {LARGEST_NORM:g}. Use a lower learning rate."
            )
        if learning_rate is not None:
            for group in self._adam.param_groups:
                group["lr"] = learning_rate
        self._adam.step()
        return norm

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return self._adam.state_dict()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another optimiser of the same policy was."""
        self._adam.load_state_dict(state)


def warm_cosine(update: int, updates: int, *, warm: int, floor: float = 0.05) -> float:
    """Factor of the learning rate: rises over `warm` updates, then falls to `floor` by a half cosine."""
    if update < warm:
        return (update + 1) / warm
    progress = min((update - warm) / max(updates - warm, 1), 1.0)
    return floor + (1 - floor) * (1 + math.cos(math.pi * progress)) / 2
