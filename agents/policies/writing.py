"""The distribution over texts that boxes are filled with: pieces one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional

from gristmill.agents.policies.batches import Batch, padded
from gristmill.agents.policies.drawing import draw, without
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.network import NEVER, Encoded, PagePolicy, kept
from gristmill.agents.policies.texts import MAX_PIECES, MAX_SPAN, Piece, Pieces, Place
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
        places = torch.arange(keys.shape[1])[None]
        can_end = self.present[at] & (segments == segments.gather(1, first.unsqueeze(-1)))
        can_end &= (places >= first.unsqueeze(-1)) & (places < first.unsqueeze(-1) + MAX_SPAN)
        logits = policy.writer.lasts(keys, self.sight[at], self.keys[at, first])
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


def text_log_probs(policy: PagePolicy, words: Words, rows: Sequence[int], texts: Sequence[Pieces]) -> Tensor:
    """(M,) log probabilities of texts in boxes `rows`; equal copies of a piece count together."""
    owners, pieces, moments = moments_of(policy, words, rows, texts)
    nexts, width = moments.next_log_probs(policy), words.keys.shape[1]
    found = nexts.new_zeros(len(texts))
    plain = [at for at, piece in enumerate(pieces) if piece is None or piece.literal is not None]
    numbers = [width + (END if (piece := pieces[at]) is None else piece.literal or 0) for at in plain]
    found = found.index_add(
        0, torch.tensor([owners[at] for at in plain], dtype=torch.long), nexts[plain, numbers]
    )
    copied = [at for at, piece in enumerate(pieces) if piece is not None and piece.places]
    if not copied:
        return found
    places = [pieces[at].places for at in copied]  # type: ignore[union-attr] - `copied` has no ends
    at = torch.tensor([moment for moment, each in zip(copied, places, strict=True) for _ in each])
    first, last, case = torch.tensor([place for each in places for place in each]).unbind(1)
    each = torch.arange(len(at))
    made = nexts[at, first] + moments.last_log_probs(policy, at, first)[each, last]
    made = made + moments.case_log_probs(policy, at, first)[each, case]
    together = torch.stack([part.logsumexp(0) for part in made.split([*map(len, places)])])
    return found.index_add(0, torch.tensor([owners[at] for at in copied]), together)


def moments_of(
    policy: PagePolicy, words: Words, rows: Sequence[int], texts: Sequence[Pieces]
) -> tuple[list[int], list[Piece | None], Moments]:
    """The moments of writing texts: the text and the piece of each, None for the end, and what is seen.

    A text of `MAX_PIECES` has no end of its own.
    """
    state = policy.writer.opening(words.boxes[list(rows)])
    read = embeddings(
        policy, words, [(row, piece) for row, text in zip(rows, texts, strict=True) for piece in text]
    )
    offsets = np.cumsum([0, *map(len, texts)]).tolist()
    owners, pieces, states = list[int](), list[Piece | None](), list[Tensor]()
    for place in range(MAX_PIECES):
        going = [i for i, text in enumerate(texts) if place <= len(text)]
        if not going:
            break
        if place:
            state = state.index_copy(
                0,
                torch.tensor(going),
                policy.writer.onwards(state[going], read[[offsets[i] + place - 1 for i in going]]),
            )
        owners += going
        pieces += [texts[i][place] if place < len(texts[i]) else None for i in going]
        states.append(state[going])
    is_empty = torch.arange(len(owners)) < len(texts)
    boxes = torch.tensor([rows[i] for i in owners])
    return owners, pieces, Moments.of(policy, words, boxes, torch.cat(states), is_empty)


def embeddings(policy: PagePolicy, words: Words, pieces: Sequence[tuple[int, Piece]]) -> Tensor:
    """(K, width) pieces of boxes as the writer reads them: a literal, or the mean of the words of a copy."""
    spans = [
        words.features[row].words[piece.places[0].first : piece.places[0].last + 1]
        if piece.places
        else np.zeros(1, np.int16)
        for row, piece in pieces
    ]
    if not spans:
        return words.boxes[:0]
    ids = torch.from_numpy(np.concatenate(spans).astype(np.int64))
    offsets = torch.from_numpy(np.cumsum([0, *map(len, spans[:-1])]))
    copies = functional.embedding_bag(
        kept(ids, words.dropped), policy.words.weight, offsets, mode="mean", padding_idx=0
    )
    literals = policy.writer.literals(torch.tensor([piece.literal or 0 for _, piece in pieces]))
    is_copy = torch.tensor([bool(piece.places) for _, piece in pieces]).unsqueeze(-1)
    return torch.where(is_copy, copies + policy.writer.copied, literals)


def write(
    policy: PagePolicy,
    words: Words,
    rngs: Sequence[Generator | None],
    excluded: Mapping[int, Sequence[Pieces]],
) -> tuple[list[Pieces], Tensor]:
    """A text for each of N boxes, drawn from its generator or the likeliest pieces, and its log probability.

    Args:
        policy: the policy.
        words: of the boxes.
        rngs: a source of chance for each box, or None.
        excluded: texts, by box. Its own begins with no literal that one of them begins with, and with no copy
            from the same word, unless nothing else is left.
    """
    texts: list[list[Piece]] = [[] for _ in rngs]
    state = policy.writer.opening(words.boxes)
    total, width = state.new_zeros(len(rngs)), words.keys.shape[1]
    going = list(range(len(rngs)))
    for place in range(MAX_PIECES):
        boxes = torch.tensor(going)
        moments = Moments.of(policy, words, boxes, state[going], torch.full((len(going),), place == 0))
        nexts = moments.next_log_probs(policy)
        if place == 0:
            barred = [barred_pieces(excluded.get(box, ()), width) for box in going]
            nexts = torch.stack([without(*each) for each in zip(nexts, barred, strict=True)])
        drawn = [draw(each, rngs[box]) for box, each in zip(going, nexts, strict=True)]
        total[going] += nexts[torch.arange(len(going)), drawn]
        copying = {at: first for at, first in enumerate(drawn) if first < width}
        made = draw_copies(policy, moments, copying, [rngs[going[at]] for at in copying])
        for at, (copied, log_prob) in zip(copying, made, strict=True):
            texts[going[at]].append(Piece(places=(copied,)))
            total[going[at]] += log_prob
        for at, number in enumerate(drawn):
            if width <= number < width + END:
                texts[going[at]].append(Piece(number - width))
        going = [going[at] for at, number in enumerate(drawn) if number != width + END]
        if not going:
            break
        read = embeddings(policy, words, [(box, texts[box][-1]) for box in going])
        state = state.index_copy(0, torch.tensor(going), policy.writer.onwards(state[going], read))
    return [tuple(text) for text in texts], total


def draw_copies(
    policy: PagePolicy, moments: Moments, begun: Mapping[int, int], rngs: Sequence[Generator | None]
) -> list[tuple[Place, float]]:
    """Copies with their log probabilities, given the first word of each by moment."""
    if not begun:
        return []
    at, first = torch.tensor([*begun]), torch.tensor([*begun.values()])
    lasts = moments.last_log_probs(policy, at, first)
    cases = moments.case_log_probs(policy, at, first)
    found = []
    for row, rng in enumerate(rngs):
        last, case = draw(lasts[row], rng), draw(cases[row], rng)
        found.append((Place(int(first[row]), last, case), float(lasts[row, last] + cases[row, case])))
    return found


def barred_pieces(texts: Sequence[Pieces], width: int) -> list[int]:
    """The numbers of the first pieces of texts, among W words, literals and the end."""
    found = []
    for text in texts:
        if not text:
            found.append(width + END)
        elif text[0].literal is not None:
            found.append(width + text[0].literal)
        else:
            found += [place.first for place in text[0].places]
    return found
