"""The distribution over texts that boxes are filled with: pieces one after the other."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional

from gristmill.agents.policies.drawing import draw, without
from gristmill.agents.policies.moments import Moments, Words
from gristmill.agents.policies.network import PagePolicy, kept
from gristmill.agents.policies.texts import MAX_PIECES, Piece, Pieces, Place
from gristmill.agents.policies.writer import END


def text_log_probs(policy: PagePolicy, words: Words, rows: Sequence[int], texts: Sequence[Pieces]) -> Tensor:
    """(M,) log probabilities of texts in boxes `rows`; equal copies of a piece count together."""
    owners, pieces, moments = moments_of(policy, words, rows, texts)
    nexts, width = moments.next_log_probs(policy), words.keys.shape[1]
    found = nexts.new_zeros(len(texts))
    plain = [
        (at, owners[at], width + (END if piece is None else piece.literal or 0))
        for at, piece in enumerate(pieces)
        if piece is None or not piece.places
    ]
    if plain:
        at, owner, number = torch.tensor(plain).unbind(1)
        found = found.index_add(0, owner, nexts[at, number])
    copied = [(at, piece.places) for at, piece in enumerate(pieces) if piece is not None and piece.places]
    if not copied:
        return found
    at = torch.tensor([moment for moment, places in copied for _ in places])
    first, last, case = torch.tensor([place for _, places in copied for place in places]).unbind(1)
    each = torch.arange(len(at))
    made = nexts[at, first] + moments.last_log_probs(policy, at, first)[each, last]
    made = made + moments.case_log_probs(policy, at, first)[each, case]
    equal = torch.split(made, [len(places) for _, places in copied])
    together = torch.stack([part.logsumexp(0) for part in equal])
    return found.index_add(0, torch.tensor([owners[moment] for moment, _ in copied]), together)


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
