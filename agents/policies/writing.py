"""The distribution over texts that boxes are filled with: pieces one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from gristmill.agents.policies.batches import Batch, padded
from gristmill.agents.policies.drawing import draw, without
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.network import NEVER, Encoded, PagePolicy
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
    """

    keys: Tensor
    present: Tensor
    segments: Tensor
    boxes: Tensor
    features: tuple[Features, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sights:
    """M moments at which a piece is chosen.

    Attributes:
        words: the boxes' words.
        rows: (M,) the box of each.
        sight: (M, width) see `Writer.sight`.
    """

    words: Words
    rows: Tensor
    sight: Tensor

    @classmethod
    def of(cls, policy: PagePolicy, words: Words, rows: Tensor, states: Tensor) -> "Sights":
        """What is seen from states (M, width) of writing into boxes (M,)."""
        return cls(words, rows, policy.writer.sight(words.keys[rows], words.present[rows], states))

    def next_log_probs(self, policy: PagePolicy) -> Tensor:
        """(M, W + `END` + 1): a copy from each word, each literal, the end."""
        keys, present = self.words.keys[self.rows], self.words.present[self.rows]
        logits = policy.writer.nexts(keys, self.sight)
        can_be = torch.cat([present, present.new_ones(len(present), END + 1)], -1)
        return logits.masked_fill(~can_be, NEVER).log_softmax(-1)

    def last_log_probs(self, policy: PagePolicy, at: Tensor, first: Tensor) -> Tensor:
        """(K, W) of the last word of copies at some of the moments (K,), given their first words (K,)."""
        rows, each = self.rows[at], torch.arange(len(at))
        keys, segments = self.words.keys[rows], self.words.segments[rows]
        places = torch.arange(keys.shape[1])[None]
        same = segments == segments[each, first].unsqueeze(-1)
        can_end = self.words.present[rows] & same & (places >= first.unsqueeze(-1))
        can_end &= places < first.unsqueeze(-1) + MAX_SPAN
        logits = policy.writer.lasts(keys, self.sight[at], keys[each, first])
        return logits.masked_fill(~can_end, NEVER).log_softmax(-1)

    def case_log_probs(self, policy: PagePolicy, at: Tensor, first: Tensor) -> Tensor:
        """(K, 3) of how these copies are made."""
        return policy.writer.cases(self.sight[at], self.words.keys[self.rows[at], first]).log_softmax(-1)


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
    read = policy.read_page(
        ids, padded([x.word_shapes for x in features], width), (segments + 1) * (present & ~in_brief)
    )
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
    )


def text_log_probs(policy: PagePolicy, words: Words, rows: Sequence[int], texts: Sequence[Pieces]) -> Tensor:
    """(M,) log probabilities of texts in boxes `rows`; equal copies of a piece count together."""
    sights = taught(policy, words, rows, texts)
    sizes = list(enumerate(map(len, texts)))
    moments = [(text, place) for place in range(MAX_PIECES) for text, size in sizes if place <= size]
    nexts, width = sights.next_log_probs(policy), words.keys.shape[1]
    found = nexts.new_zeros(len(texts))
    plain = [
        (at, text, width + (END if place == len(texts[text]) else texts[text][place].literal))
        for at, (text, place) in enumerate(moments)
        if place == len(texts[text]) or not texts[text][place].places
    ]
    if plain:
        at, text, number = torch.tensor(plain).unbind(1)
        found = found.index_add(0, text, nexts[at, number])
    copies = [(at, place) for at, (text, number) in enumerate(moments) if number < len(texts[text])
              for place in texts[text][number].places]  # fmt: skip
    if copies:
        at = torch.tensor([moment for moment, _ in copies])
        first, last, case = torch.tensor([place for _, place in copies]).unbind(1)
        each = torch.arange(len(copies))
        made = nexts[at, first] + sights.last_log_probs(policy, at, first)[each, last]
        made = made + sights.case_log_probs(policy, at, first)[each, case]
        by_moment = nexts.new_full((len(moments), len(copies)), NEVER).index_put((at, each), made)
        used = sorted({moment for moment, _ in copies})
        together = by_moment.logsumexp(-1)[used]
        found = found.index_add(0, torch.tensor([moments[moment][0] for moment in used]), together)
    return found


def taught(policy: PagePolicy, words: Words, rows: Sequence[int], texts: Sequence[Pieces]) -> Sights:
    """The moments of writing these texts, by place and then by text; a full text has no end of its own."""
    state = policy.writer.opening(words.boxes[torch.tensor(rows)])
    states, boxes = [], []
    for place in range(MAX_PIECES):
        if place:
            going = [i for i, text in enumerate(texts) if place <= len(text)]
            if not going:
                break
            written = [texts[i][place - 1] for i in going]
            read = embeddings(policy, [words.features[rows[i]] for i in going], written)
            state = state.index_copy(0, torch.tensor(going), policy.writer.onwards(state[going], read))
        else:
            going = list(range(len(texts)))
        states.append(state[going])
        boxes += [rows[i] for i in going]
    return Sights.of(policy, words, torch.tensor(boxes), torch.cat(states))


def embeddings(policy: PagePolicy, features: Sequence[Features], pieces: Sequence[Piece]) -> Tensor:
    """(M, width) pieces as the writer reads them: a literal, or the mean of the words of a copy."""
    found = []
    for state, piece in zip(features, pieces, strict=True):
        if piece.places:
            first, last, _ = piece.places[0]
            ids = torch.from_numpy(state.words[first : last + 1].astype(np.int64))
            found.append(policy.words(ids).mean(0) + policy.writer.copied)
        else:
            found.append(policy.writer.literals.weight[piece.literal])
    return torch.stack(found)


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
        excluded: texts of which a box's does not begin with the same piece, unless nothing else is left.
    """
    texts: list[list[Piece]] = [[] for _ in rngs]
    state = policy.writer.opening(words.boxes)
    total = state.new_zeros(len(rngs))
    going = list(range(len(rngs)))
    for place in range(MAX_PIECES):
        sights = Sights.of(policy, words, torch.tensor(going), state[going])
        nexts, width = sights.next_log_probs(policy), words.keys.shape[1]
        if not place:
            nexts = torch.stack(
                [without(each, barred(excluded.get(box, ()), width)) for box, each in enumerate(nexts)]
            )
        drawn = [draw(each, rngs[box]) for box, each in zip(going, nexts, strict=True)]
        total[going] += nexts[torch.arange(len(going)), drawn]
        copying = [at for at, number in enumerate(drawn) if number < width]
        made = copies(policy, sights, {at: drawn[at] for at in copying}, [rngs[going[at]] for at in copying])
        for at, (copied, log_prob) in zip(copying, made, strict=True):
            texts[going[at]].append(Piece(places=(copied,)))
            total[going[at]] += log_prob
        for at, number in enumerate(drawn):
            if width <= number < width + END:
                texts[going[at]].append(Piece(number - width))
        going = [going[at] for at, number in enumerate(drawn) if number != width + END]
        if not going:
            break
        read = embeddings(policy, [words.features[box] for box in going], [texts[box][-1] for box in going])
        state = state.index_copy(0, torch.tensor(going), policy.writer.onwards(state[going], read))
    return [tuple(text) for text in texts], total


def copies(
    policy: PagePolicy, sights: Sights, begun: Mapping[int, int], rngs: Sequence[Generator | None]
) -> list[tuple[Place, float]]:
    """Copies with their log probabilities, given the first word of each by moment."""
    if not begun:
        return []
    moments, begins = torch.tensor([*begun]), torch.tensor([*begun.values()])
    lasts = sights.last_log_probs(policy, moments, begins)
    cases = sights.case_log_probs(policy, moments, begins)
    found = []
    for row, rng in enumerate(rngs):
        last, case = draw(lasts[row], rng), draw(cases[row], rng)
        found.append((Place(int(begins[row]), last, case), float(lasts[row, last] + cases[row, case])))
    return found


def barred(texts: Sequence[Pieces], width: int) -> list[int]:
    """The numbers of the first pieces of texts, among W words, literals and the end."""
    found = []
    for text in texts:
        if not text:
            found.append(width + END)
        elif text[0].places:
            found += [place.first for place in text[0].places]
        else:
            found.append(width + text[0].literal)
    return found
