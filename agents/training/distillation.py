"""The distillation of a teacher that reads more than its student: divergences over all that can be done."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gristmill.agents.policies.batches import Batch
from gristmill.agents.policies.enumeration import action_log_probs, likely_boxes
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.divergences import Divergence, divergences

LEAST_BOX = 1e-3  # probability of a box below which its texts are not told apart


@dataclass(frozen=True, slots=True)
class Distilled:
    """Tensors (B,) for a batch of states.

    Attributes:
        divergences: in nats; gradients go to the student alone.
        confidence: the teacher's probability of its likeliest token.
    """

    divergences: Tensor
    confidence: Tensor


def distilled(
    student: PagePolicy,
    teacher: PagePolicy,
    states: Batch,
    read: Batch,
    *,
    kind: Divergence = Divergence.FORWARD,
    beta: float = 0.5,
    dropped: Tensor | None = None,
) -> Distilled:
    """Compare a student with its teacher in the same states.

    Args:
        student: reads `states`, without the words of `dropped`.
        teacher: reads `read`, all words of it.
        states: as the student sees them.
        read: the same states with further tokens behind the others, which cannot be chosen.
        kind: see `divergences`, and `beta`.
        beta: of the Jensen-Shannon divergence alone.
        dropped: see `PagePolicy`.
    """
    encoded = student(states, dropped)
    size = states.usable.shape[1]
    with torch.no_grad():
        taught = teacher(read)
        boxes = likely_boxes(states, [encoded, taught], LEAST_BOX)
        theirs = action_log_probs(teacher, taught, read, boxes, size)
    ours = action_log_probs(student, encoded, states, boxes, size)
    found = divergences(ours, theirs, kind=kind, beta=beta, size=len(states))
    return Distilled(found, taught.log_probs.exp().amax(1))
