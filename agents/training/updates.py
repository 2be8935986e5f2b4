"""Optimisation steps that refuse to spoil a policy."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import torch
from numpy.random import Generator
from torch import Tensor, nn

from gristmill.errors import TrainingError

T = TypeVar("T")

LARGEST_NORM = 1e4  # of a gradient before it is clipped; sound ones are below 100


class Optimiser:
    """Adam with clipped gradients (AdamW: Loshchilov and Hutter 2019).

    Args:
        learning_rate: of a step that names none.
        warm_steps: over which the learning rate rises in equal parts; 0 for no rise.
        max_norm: to which the gradient's norm is clipped.
    """

    def __init__(
        self, policy: nn.Module, *, learning_rate: float, warm_steps: int = 0, max_norm: float = 1.0
    ) -> None:
        self._learning_rate, self._warm_steps, self._steps_done = learning_rate, warm_steps, 0
        self._parameters = list(policy.parameters())
        self._adam = torch.optim.AdamW(self._parameters, lr=learning_rate, weight_decay=0.01, foreach=True)
        self._max_norm = max_norm
        self._before: list[Tensor] = []

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
        rate = self._learning_rate if learning_rate is None else learning_rate
        for group in self._adam.param_groups:
            group["lr"] = self._warmth() * rate
        self._before = [each.detach().clone() for each in self._parameters]
        self._adam.step()
        self._steps_done += 1
        return norm

    @torch.no_grad()
    def shorten(self, share: float) -> None:
        """Take a part of the last step back, so that this share of it is left, 0 to 1.

        Adam's mean of gradients begins anew, since the next steps would go on in the same direction.
        """
        for now, before in zip(self._parameters, self._before, strict=True):
            now.lerp_(before, 1 - share)
        for state in self._adam.state.values():
            state["exp_avg"].zero_()

    def _warmth(self) -> float:
        """The share of the learning rate that has been reached."""
        return min(1.0, (self._steps_done + 1) / max(self._warm_steps, 1))

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"adam": self._adam.state_dict(), "steps_done": self._steps_done}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another optimiser of the same policy was."""
        self._adam.load_state_dict(state["adam"])
        self._steps_done = state["steps_done"]


def shuffled(choices: Sequence[T], size: int, epochs: int, rng: Generator) -> Iterator[list[T]]:
    """Batches of choices; each epoch has all of them in a new order."""
    for _ in range(epochs):
        order = rng.permutation(len(choices))
        for first in range(0, len(order), size):
            yield [choices[i] for i in order[first : first + size]]


def warm_cosine(update: int, updates: int, *, warm: int, floor: float = 0.05) -> float:
    """Factor of the learning rate: rises over `warm` updates, then falls to `floor` by a half cosine."""
    if update < warm:
        return (update + 1) / warm
    progress = min((update - warm) / max(updates - warm, 1), 1.0)
    return floor + (1 - floor) * (1 + math.cos(math.pi * progress)) / 2
