"""The distribution of a policy over what it can do on a page: token, then first and last word, and case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from gristmill.agents.policies.batches import Batch, collate, padded
from gristmill.agents.policies.choices import MAX_SPAN, Choice
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.network import NEVER, Encoded, PagePolicy


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words that N boxes of a batch can be filled with.

    Attributes:
        keys: (N, W, width).
        present: (N, W); `segments` (N, W) numbers of the texts that they stand in.
        boxes: (N, width) the boxes' encodings.
    """

    keys: Tensor
    present: Tensor
    segments: Tensor
    boxes: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Logarithms of probabilities and entropies of a batch's choices, (B,), in nats."""

    log_probs: Tensor
    entropies: Tensor


def words_of(policy: PagePolicy, encoded: Encoded, batch: Batch, boxes: Sequence[tuple[int, int]]) -> Words:
    """The words for these boxes, given as row of the batch and token."""
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
    page_keys = policy.pointer.page_key(torch.cat([read, holder], -1))
    goal_keys = policy.pointer.goal_key(encoded.goal)[rows]
    place = (in_brief.cumsum(-1) - 1).clamp(0, goal_keys.shape[1] - 1)
    goal_keys = goal_keys.gather(1, place.unsqueeze(-1).expand(-1, -1, goal_keys.shape[-1]))
    return Words(
        keys=torch.where(in_brief.unsqueeze(-1), goal_keys, page_keys),
        present=present,
        segments=segments,
        boxes=encoded.tokens[rows, tokens],
    )


def begin_log_probs(policy: PagePolicy, words: Words) -> Tensor:
    """(N, W) of the first word."""
    return policy.pointer.begins(words.keys, words.boxes).masked_fill(~words.present, NEVER).log_softmax(-1)


def end_log_probs(policy: PagePolicy, words: Words, rows: Tensor, first: Tensor) -> Tensor:
    """(M, W) of the last word, for boxes `rows` (M,) of N and their first words (M,)."""
    keys, segments = words.keys[rows], words.segments[rows]
    chosen = keys[torch.arange(len(rows)), first]
    places = torch.arange(keys.shape[1])[None]
    same = segments == segments[torch.arange(len(rows)), first].unsqueeze(-1)
    can_end = words.present[rows] & same & (places >= first.unsqueeze(-1))
    can_end &= places < first.unsqueeze(-1) + MAX_SPAN
    return policy.pointer.ends(keys, words.boxes[rows], chosen).masked_fill(~can_end, NEVER).log_softmax(-1)


def case_log_probs(policy: PagePolicy, words: Words, rows: Tensor, first: Tensor) -> Tensor:
    """(M, 2) of how the text is copied."""
    chosen = words.keys[rows, first]
    return policy.pointer.cases(words.boxes[rows], chosen).log_softmax(-1)


def label_log_probs(
    policy: PagePolicy, encoded: Encoded, batch: Batch, labels: Sequence[Sequence[Choice]]
) -> Tensor:
    """(B,) log of the probability that any of the choices of a row's label is made."""
    owner = torch.tensor([row for row, label in enumerate(labels) for _ in label])
    flat = [choice for label in labels for choice in label]
    scores = choice_log_probs(policy, encoded, batch, owner.tolist(), flat)
    by_row = torch.full((len(labels), len(flat)), NEVER)
    by_row[owner, torch.arange(len(flat))] = scores
    return by_row.logsumexp(-1)


def choice_log_probs(
    policy: PagePolicy, encoded: Encoded, batch: Batch, rows: Sequence[int], choices: Sequence[Choice]
) -> Tensor:
    """Log probabilities of choices in these rows of the batch."""
    row, token = torch.tensor(rows), torch.tensor([choice.token for choice in choices])
    scores = encoded.log_probs[row, token]
    typed = [i for i, choice in enumerate(choices) if batch.features[rows[i]].takes_text[choice.token]]
    if not typed:
        return scores
    boxes = sorted({(rows[i], choices[i].token) for i in typed})
    words = words_of(policy, encoded, batch, boxes)
    of = torch.tensor([boxes.index((rows[i], choices[i].token)) for i in typed])
    first, last, case = (
        torch.tensor([getattr(choices[i], name) for i in typed]) for name in ("first", "last", "case")
    )
    each = torch.arange(len(typed))
    text = begin_log_probs(policy, words)[of, first]
    text = text + end_log_probs(policy, words, of, first)[each, last]
    text = text + case_log_probs(policy, words, of, first)[each, case]
    return scores.index_add(0, torch.tensor(typed), text)


def score(policy: PagePolicy, encoded: Encoded, batch: Batch, choices: Sequence[Choice]) -> Scores:
    """Log probabilities of the choices of all rows, and the entropies of the distribution over tokens.

    The entropy of texts is left out: it would have to be taken for every box of the page.
    """
    log_probs = choice_log_probs(policy, encoded, batch, range(len(choices)), choices)
    return Scores(log_probs=log_probs, entropies=entropy(encoded.log_probs))


def entropy(log_probs: Tensor) -> Tensor:
    """Entropy of the last dimension, in nats."""
    return -(log_probs.exp() * log_probs.clamp(min=-1e4)).sum(-1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy chose in one state.

    Attributes:
        log_prob: of the choice, in nats, when it was made.
        value: the estimate of the return from here.
    """

    choice: Choice
    log_prob: float
    value: float


@torch.no_grad()
def decide(
    policy: PagePolicy,
    states: Sequence[Features],
    rngs: Sequence[Generator | None],
    excluded: Mapping[int, Sequence[Choice]] | None = None,
) -> list[Decision]:
    """A choice in each state, drawn from its generator; the likeliest one if that is None.

    Equal objects among the states are encoded once.

    Args:
        policy: in evaluation mode.
        states: B of them.
        rngs: a source of chance for each state, or None.
        excluded: choices that are not made, by place in `states`. Of those with a text, texts that begin at
            the same word are not chosen either. They are ignored where nothing else could be chosen.
    """
    excluded = excluded or {}
    places = {id(state): place for place, state in enumerate({id(x): x for x in states}.values())}
    rows = [places[id(state)] for state in states]
    batch = collate(list({id(x): x for x in states}.values()))
    encoded = policy(batch)
    tokens = [
        draw(without_tokens(encoded.log_probs[row], states[i], excluded.get(i, ())), rngs[i])
        for i, row in enumerate(rows)
    ]
    choices = [Choice(token) for token in tokens]
    scores = encoded.log_probs[rows, tokens]
    typed = [i for i, token in enumerate(tokens) if states[i].takes_text[token]]
    if typed:
        words = words_of(policy, encoded, batch, [(rows[i], tokens[i]) for i in typed])
        each, parts = torch.arange(len(typed)), [begin_log_probs(policy, words)]
        begins = [without_words(parts[0][at], choices[i], excluded.get(i, ())) for at, i in enumerate(typed)]
        first = drawn(begins, typed, rngs)
        parts += [f(policy, words, each, torch.tensor(first)) for f in (end_log_probs, case_log_probs)]
        last, case = (drawn(part, typed, rngs) for part in parts[1:])
        for place, i in enumerate(typed):
            choices[i] = Choice(tokens[i], first[place], last[place], case[place])
            picked = (first[place], last[place], case[place])
            scores[i] += sum(part[place, at] for part, at in zip(parts, picked, strict=True))
    values = encoded.values[rows].tolist()
    return [Decision(*made) for made in zip(choices, scores.tolist(), values, strict=True)]


def without_tokens(log_probs: Tensor, state: Features, excluded: Sequence[Choice]) -> Tensor:
    """The logarithms (T,) for a state without these choices' tokens, but for those that take a text."""
    return masked(log_probs, [each.token for each in excluded if not state.takes_text[each.token]])


def without_words(log_probs: Tensor, choice: Choice, excluded: Sequence[Choice]) -> Tensor:
    """The logarithms (W,) for a box's first word without those of the texts excluded for it."""
    return masked(log_probs, [each.first for each in excluded if each.token == choice.token])


def masked(log_probs: Tensor, places: Sequence[int]) -> Tensor:
    """The logarithms with these made `NEVER`, unless nothing else would be left."""
    if not places:
        return log_probs
    kept = log_probs.index_fill(0, torch.tensor(places), NEVER)
    return kept if bool((kept > NEVER / 2).any()) else log_probs


def drawn(log_probs: Iterable[Tensor], rows: Sequence[int], rngs: Sequence[Generator | None]) -> list[int]:
    """A draw from each row's distribution."""
    return [draw(each, rngs[row]) for each, row in zip(log_probs, rows, strict=True)]


def draw(log_probs: Tensor, rng: Generator | None) -> int:
    """A draw from one distribution, or its mode."""
    if rng is None:
        return int(log_probs.argmax())
    cumulated = log_probs.exp().double().cumsum(-1).numpy()
    largest = int(np.searchsorted(cumulated, cumulated[-1], side="left"))
    return min(int(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right")), largest)
