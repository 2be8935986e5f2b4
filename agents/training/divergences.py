"""Divergences of a student's distribution over actions from a teacher's, exact, one for each state."""

from enum import StrEnum
from math import log

import torch
from torch import Tensor

from gristmill.agents.policies.enumeration import ActionLogProbs


class Divergence(StrEnum):
    """How two distributions are compared.

    For small steps from a student that is sure of a mistake they differ most. Its gradient by the logit of
    the right action is about -1 with `FORWARD`, -1/2 at most with `JSD`, and with `REVERSE` nearly nothing:
    it is proportional to the probability that the student gives to this action.
    """

    FORWARD = "forward"
    REVERSE = "reverse"
    JSD = "jsd"


def divergences(
    student: ActionLogProbs, teacher: ActionLogProbs, *, kind: Divergence, beta: float, size: int
) -> Tensor:
    """The divergence (B,) in each of `size` states, in nats; gradients go to both.

    Args:
        student: its log probabilities of all actions.
        teacher: those of the same actions, in the same order.
        kind: forward is KL(teacher || student), reverse is KL(student || teacher), JSD the generalised
            Jensen-Shannon divergence beta KL(teacher || mixture) + (1 - beta) KL(student || mixture) with
            beta parts of the teacher in the mixture (Agarwal et al. 2024, eq. 1).
        beta: 0 to 1, exclusive; of `JSD` alone.
        size: number of states.
    """
    ours, theirs = student.values, teacher.values
    match kind:
        case Divergence.FORWARD:
            parts = theirs.exp() * (theirs - ours)
        case Divergence.REVERSE:
            parts = ours.exp() * (ours - theirs)
        case Divergence.JSD:
            mixed = torch.logaddexp(theirs + log(beta), ours + log(1 - beta))
            parts = beta * theirs.exp() * (theirs - mixed) + (1 - beta) * ours.exp() * (ours - mixed)
    return parts.new_zeros(size).index_add(0, student.rows, parts)


def bounded(losses: Tensor, largest: float) -> Tensor:
    """Losses of which none pulls harder than one of `largest` would; 0 for no bound.

    A larger one is scaled down. To cut it off would leave it without a gradient, and so the states in which
    the student is most wrong.
    """
    if not largest:
        return losses
    return losses * (largest / losses.detach().clamp(min=largest))
