"""Choices in batches of states: what a policy read several times is encoded once.

Episodes of a group begin alike, and lost ones go round in circles: the choices that GRPO learns from were
made in some half as many states.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from numpy.random import Generator

from gristmill.agents.policies.features import Features
from gristmill.agents.training.groups import Weighted
from gristmill.agents.training.samples import digest


@dataclass(frozen=True, slots=True)
class StateChoices:
    """A state, and the choices that were made in it."""

    features: Features
    choices: list[Weighted] = field(default_factory=list)


def by_state(weighted: Sequence[Weighted]) -> list[StateChoices]:
    """Choices by what the policy read, in the order in which it was read first.

    It is compared by content, not by object: which pages a cache still holds must not matter, for a run that
    was resumed begins with an empty one.
    """
    found: dict[str, StateChoices] = {}
    for each in weighted:
        features = each.step.features
        found.setdefault(digest(features, ()), StateChoices(features)).choices.append(each)
    return list(found.values())


def state_batches(
    states: Sequence[StateChoices], size: int, epochs: int, rng: Generator
) -> Iterator[list[StateChoices]]:
    """Batches of at least `size` choices but the last of an epoch; each epoch has all, in a new order."""
    for _ in range(epochs):
        batch, count = list[StateChoices](), 0
        for place in rng.permutation(len(states)):
            batch.append(states[place])
            count += len(states[place].choices)
            if count >= size:
                yield batch
                batch, count = [], 0
        if batch:
            yield batch
