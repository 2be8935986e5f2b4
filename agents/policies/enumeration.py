"""All actions of a policy in some states, each with its probability.

Texts are told apart by their first pieces, since there is no end of what may follow, and copies by their
places. A divergence over first pieces is at most the one over all sequences of pieces (data processing
inequality); nothing is learned from it about the pieces that follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gristmill.agents.policies.batches import Batch
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.moments import Box, Moments, Words, words_of
from gristmill.agents.policies.network import NEVER, Encoded, PagePolicy
from gristmill.agents.policies.texts import CASES, MAX_SPAN
from gristmill.agents.policies.writer import END


@dataclass(frozen=True, slots=True, eq=False)
class ActionLogProbs:
    """Log probabilities (n,) of actions, and the row of the batch (n,) that each belongs to.

    The order depends on states and boxes alone, so that two networks' can be compared.
    """

    values: Tensor
    rows: Tensor


def likely_boxes(batch: Batch, encoded: Sequence[Encoded], least: float) -> list[Box]:
    """Boxes of a batch that at least one network fills with a probability of `least` or more."""
    size = batch.takes_text.shape[1]
    largest = torch.stack([each.log_probs[:, :size] for each in encoded]).amax(0).detach().exp()
    return [(row, token) for row, token in (batch.takes_text & (largest >= least)).nonzero().tolist()]


def action_log_probs(
    policy: PagePolicy, encoded: Encoded, batch: Batch, boxes: Sequence[Box], size: int
) -> ActionLogProbs:
    """All that can be done in each state: tokens, and for these boxes first pieces of texts in their place.

    Args:
        policy: that encoded the batch.
        encoded: its encodings.
        batch: the states.
        boxes: whose texts are told apart by first pieces; other boxes count as one action each.
        size: tokens of a row that count; further ones, such as hints, cannot be chosen.
    """
    told_apart = torch.zeros(len(batch), size, dtype=torch.bool)
    for box_row, box_token in boxes:
        told_apart[box_row, box_token] = True
    counted = batch.usable[:, :size] & ~told_apart
    values, rows = [encoded.log_probs[:, :size][counted]], [counted.nonzero()[:, 0]]
    if boxes:
        words = words_of(policy, encoded, batch, boxes)
        opening, is_empty = policy.writer.opening(words.boxes), torch.ones(len(boxes))
        moments = Moments.of(policy, words, torch.arange(len(boxes)), opening, is_empty)
        nexts, width = moments.next_log_probs(policy), words.keys.shape[1]
        box, first, last = spans_of([batch.features[row] for row, _ in boxes])
        copy = nexts[box, first] + all_last_log_probs(policy, words, moments.sight)[box, first, last]
        case = policy.writer.cases(moments.sight[box], words.keys[box, first]).log_softmax(-1)
        row, token = torch.tensor(boxes).unbind(1)
        whole = encoded.log_probs[row, token]
        values.append(((whole[box] + copy).unsqueeze(-1) + case).flatten())
        values.append((whole.unsqueeze(-1) + nexts[:, width:]).flatten())
        rows += [row[box].repeat_interleave(len(CASES)), row.repeat_interleave(END + 1)]
    return ActionLogProbs(torch.cat(values), torch.cat(rows))


def spans_of(features: Sequence[Features]) -> tuple[Tensor, Tensor, Tensor]:
    """Box, first and last word of every copy that can be made into N boxes on these pages."""
    found = []
    for box, each in enumerate(features):
        segments = each.segments
        places = np.arange(len(segments))
        distance = places[None] - places[:, None]
        can_end = (segments[None] == segments[:, None]) & (distance >= 0) & (distance < MAX_SPAN)
        first, last = np.nonzero(can_end)
        found.append(np.stack([np.full(len(first), box), first, last]))
    box, first, last = torch.from_numpy(np.concatenate(found, 1))
    return box, first, last


def all_last_log_probs(policy: PagePolicy, words: Words, sight: Tensor) -> Tensor:
    """(N, W, W) of a copy's last word for each first one; see `Moments`, which computes single rows."""
    writer, keys = policy.writer, words.keys
    queries = writer.end(sight).unsqueeze(1) + writer.onward(keys)
    places = torch.arange(keys.shape[1])
    distance = places[None] - places[:, None]
    logits = torch.matmul(queries, keys.transpose(1, 2)) * keys.shape[-1] ** -0.5 + writer.nearness(distance)
    can_end = words.segments.unsqueeze(1) == words.segments.unsqueeze(2)
    can_end = can_end & words.present.unsqueeze(1) & (distance >= 0) & (distance < MAX_SPAN)
    return logits.masked_fill(~can_end, NEVER).log_softmax(-1)
