"""The words that boxes can be filled with, and the moments at which a text goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gristmill.agents.policies.batches import Batch, padded
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.network import NEVER, Encoded, PagePolicy
from gristmill.agents.policies.texts import MAX_SPAN
from gristmill.agents.policies.writer import END

Box = tuple[int, int]
"""Row of a batch and token."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words that N boxes of a batch can be filled with.

    Attributes:
        keys: (N, W, width).
        present: (N, W); `segments` (N, W) numbers of the texts that they stand in.
        boxes: (N, width) the boxes' encodings.
        features: the state of each box.
        dropped: see `Encoded`.
    """

    keys: Tensor
    present: Tensor
    segments: Tensor
    boxes: Tensor
    features: tuple[Features, ...]
    dropped: Tensor | None


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """M moments at which a piece is chosen: the words of their boxes, and what the writer sees.

    Attributes:
        keys, present, segments: see `Words`; (M, ...).
        sight: (M, width) see `Writer.sight`.
        is_empty: (M,) 1 where nothing was written yet.
    """

    keys: Tensor
    present: Tensor
    segments: Tensor
    sight: Tensor
    is_empty: Tensor

    @classmethod
    def of(
        cls, policy: PagePolicy, words: Words, rows: Tensor, states: Tensor, is_empty: Tensor
    ) -> "Moments":
        """Of writing into boxes `rows` (M,) of N, in these states (M, width)."""
        keys, present, segments = words.keys[rows], words.present[rows], words.segments[rows]
        sight = policy.writer.sight(keys, present, states)
        return cls(keys, present, segments, sight, is_empty.to(sight.dtype))

    def next_log_probs(self, policy: PagePolicy) -> Tensor:
        """(M, W + `END` + 1): a copy from each word, each literal, the end."""
        logits = policy.writer.nexts(self.keys, self.sight, self.is_empty)
        can_be = torch.cat([self.present, self.present.new_ones(len(self.present), END + 1)], -1)
        return logits.masked_fill(~can_be, NEVER).log_softmax(-1)

    def last_log_probs(self, policy: PagePolicy, at: Tensor, first: Tensor) -> Tensor:
        """(K, W) of the last word of copies at K of the moments, given their first words (K,)."""
        keys, segments = self.keys[at], self.segments[at]
        distance = torch.arange(keys.shape[1])[None] - first.unsqueeze(-1)
        can_end = self.present[at] & (segments == segments.gather(1, first.unsqueeze(-1)))
        can_end &= (distance >= 0) & (distance < MAX_SPAN)
        logits = policy.writer.lasts(keys, self.sight[at], self.keys[at, first], distance)
        return logits.masked_fill(~can_end, NEVER).log_softmax(-1)

    def case_log_probs(self, policy: PagePolicy, at: Tensor, first: Tensor) -> Tensor:
        """(K, 3) of how these copies are made."""
        return policy.writer.cases(self.sight[at], self.keys[at, first]).log_softmax(-1)


def words_of(policy: PagePolicy, encoded: Encoded, batch: Batch, boxes: Sequence[Box]) -> Words:
    """The words for these boxes."""
    rows = torch.tensor([row for row, _ in boxes])
    tokens = torch.tensor([token for _, token in boxes])
    features = [batch.features[row] for row, _ in boxes]
    width = max(len(x.words) for x in features)
    ids = padded([x.words for x in features], width).long()
    owners = padded([x.owners for x in features], width).long()
    segments = padded([x.segments for x in features], width).long()
    present = padded([np.ones(len(x.words), bool) for x in features], width)
    in_brief = owners < 0
    holder = encoded.tokens[rows.unsqueeze(-1), owners.clamp(min=0)]
    shapes, parts = padded([x.word_shapes for x in features], width), (segments + 1) * (present & ~in_brief)
    read = policy.read_page(ids, shapes, parts, encoded.dropped)
    page_keys = policy.writer.page_key(torch.cat([read, holder], -1))
    goal_keys = policy.writer.goal_key(encoded.goal)[rows]
    place = (in_brief.cumsum(-1) - 1).clamp(0, goal_keys.shape[1] - 1)
    goal_keys = goal_keys.gather(1, place.unsqueeze(-1).expand(-1, -1, goal_keys.shape[-1]))
    return Words(
        keys=torch.where(in_brief.unsqueeze(-1), goal_keys, page_keys),
        present=present,
        segments=segments,
        boxes=encoded.tokens[rows, tokens],
        features=tuple(features),
        dropped=encoded.dropped,
    )
