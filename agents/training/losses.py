"""Losses of reinforcement learning on the choices of a batch. Each is checked against finite differences."""

import torch
from torch import Tensor


def clipped_surrogate(
    log_probs: Tensor, old_log_probs: Tensor, advantages: Tensor, *, below: float, above: float
) -> Tensor:
    """Each choice's pessimistic surrogate (B,), to be maximised (Schulman et al. 2017, eq. 7).

    The ratio of probabilities counts from 1 - `below` to 1 + `above`, which may differ as in DAPO (Yu et al.
    2025, eq. 10).
    """
    ratio = (log_probs - old_log_probs).exp()
    return torch.minimum(ratio * advantages, ratio.clamp(1 - below, 1 + above) * advantages)


def categorical_divergence(log_probs: Tensor, others: Tensor) -> Tensor:
    """KL(p || q) of distributions over the last dimension, in nats; 0 log 0 is 0."""
    probs = log_probs.exp()
    return torch.where(probs > 0, probs * (log_probs - others), 0.0).sum(-1)


def advantages_and_returns(
    rewards: Tensor, values: Tensor, last_value: float, *, discount: float, trace: float
) -> tuple[Tensor, Tensor]:
    """Generalised advantages of an episode's steps and the returns to fit (Schulman et al. 2016, eq. 16).

    `last_value` is that of the state after the last step; 0 if the episode has ended there.
    """
    following = torch.cat([values[1:], values.new_tensor([last_value])])
    errors = rewards + discount * following - values
    advantages = torch.zeros_like(errors)
    running = errors.new_zeros(())
    for step in reversed(range(len(errors))):
        running = errors[step] + discount * trace * running
        advantages[step] = running
    return advantages, advantages + values
