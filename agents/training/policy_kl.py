"""The KL divergence of a policy from what it was before an update."""

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor

from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.losses import categorical_divergence
from gristmill.agents.training.updates import Optimiser

AT_ONCE = 64  # states


class PolicyKl:
    """The KL divergence of a policy from what it was when this was made.

    Exact over tokens; which text is typed is left out. An estimate from the choices that were made has a
    heavy tail: an unlikely choice that has become likely weighs more than all others together, and ends
    updates by chance. Costs one pass without gradients over the distinct states.
    """

    @torch.no_grad()
    def __init__(self, policy: PagePolicy, states: Sequence[Features]) -> None:
        distinct = list({id(state): state for state in states}.values())
        self._states = distinct  # keeps their ids
        self._before: dict[int, Tensor] = {}
        for first in range(0, len(distinct), AT_ONCE):
            batch = distinct[first : first + AT_ONCE]
            rows = policy(collate(batch)).log_probs
            self._before |= {
                id(state): row[: len(state.tokens)].clone() for state, row in zip(batch, rows, strict=True)
            }

    def since(
        self, states: Sequence[Features], log_probs: Tensor, visits: Sequence[int] | None = None
    ) -> float:
        """Mean KL(before || now) in nats over these states.

        Args:
            states: B of those that this was made with.
            log_probs: (B, T) of their tokens now.
            visits: how often each counts; by default once.
        """
        before = [self._before[id(state)] for state in states]
        found = [
            categorical_divergence(old, new[: len(old)])
            for old, new in zip(before, log_probs.detach(), strict=True)
        ]
        weights = torch.tensor(visits or [1] * len(found))
        return float((torch.stack(found) * weights).sum() / weights.sum())

    @torch.no_grad()
    def now(self, policy: PagePolicy) -> float:
        """The same, measured on some of the states."""
        states = self._states[:: max(1, len(self._states) // AT_ONCE)]
        return self.since(states, policy(collate(states)).log_probs)


def within_limit(optimiser: Optimiser, moved: float, largest: float) -> bool:
    """Whether a divergence is at most the largest allowed, in nats; else the last step is shortened.

    A divergence grows with the square of the step, so that the square root of the ratio is left of it; TRPO
    tries shorter and shorter steps (Schulman et al. 2015, appendix C).
    """
    if moved <= largest:
        return True
    optimiser.shorten(sqrt(largest / moved))
    return False
