"""The distribution of a policy over what it can do on a page: a token, and where it takes one a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from numpy.random import Generator
from torch import Tensor

from gristmill.agents.policies.batches import Batch, collate
from gristmill.agents.policies.choices import Choice
from gristmill.agents.policies.drawing import draw, without
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.moments import words_of
from gristmill.agents.policies.network import NEVER, Encoded, PagePolicy
from gristmill.agents.policies.writing import text_log_probs, write


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Logarithms of probabilities and entropies of a batch's choices, (B,), in nats."""

    log_probs: Tensor
    entropies: Tensor


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
    boxes = {box: place for place, box in enumerate(sorted({(rows[i], choices[i].token) for i in typed}))}
    words = words_of(policy, encoded, batch, list(boxes))
    of = [boxes[rows[i], choices[i].token] for i in typed]
    text = text_log_probs(policy, words, of, [choices[i].pieces for i in typed])
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
        excluded: choices that are not made, by place in `states`. Of those with a text, texts that begin with
            the same literal, or with a copy from the same word, are not chosen either. They are ignored where
            nothing else could be chosen.
    """
    excluded = excluded or {}
    places = {id(state): place for place, state in enumerate({id(x): x for x in states}.values())}
    rows = [places[id(state)] for state in states]
    batch = collate(list({id(x): x for x in states}.values()))
    encoded = policy(batch)
    tokens = [
        draw(without(encoded.log_probs[row], plain_tokens(states[i], excluded.get(i, ()))), rngs[i])
        for i, row in enumerate(rows)
    ]
    choices = [Choice(token) for token in tokens]
    scores = encoded.log_probs[rows, tokens]
    typed = [i for i, token in enumerate(tokens) if states[i].takes_text[token]]
    if typed:
        words = words_of(policy, encoded, batch, [(rows[i], tokens[i]) for i in typed])
        barred = {
            at: [each.pieces for each in excluded.get(i, ()) if each.token == tokens[i]]
            for at, i in enumerate(typed)
        }
        texts, log_probs = write(policy, words, [rngs[i] for i in typed], barred)
        scores = scores.index_add(0, torch.tensor(typed), log_probs)
        for i, pieces in zip(typed, texts, strict=True):
            choices[i] = Choice(tokens[i], pieces)
    values = encoded.values[rows].tolist()
    return [Decision(*made) for made in zip(choices, scores.tolist(), values, strict=True)]


def plain_tokens(state: Features, excluded: Sequence[Choice]) -> list[int]:
    """The tokens of choices that take no text."""
    return [each.token for each in excluded if not state.takes_text[each.token]]
