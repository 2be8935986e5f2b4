"""States with labels, as imitation learns from them."""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from hashlib import sha256

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from gristmill.agents.base import Observation
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.choices import Choice, choices_of
from gristmill.agents.policies.distribution import label_log_probs
from gristmill.agents.policies.features import Features, features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.policies.words import BUCKETS
from gristmill.agents.training.demonstrations import Demonstration

SHARD = 8  # batches whose samples are sorted by size, so that little is padded


@dataclass(frozen=True, slots=True)
class Sample:
    """A state and the choices that are right in it, which all stand for one action."""

    features: Features
    label: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of demonstrations.

    Attributes:
        lost: actions that the policy cannot express, which are left out.
    """

    samples: list[Sample]
    lost: list[str]


def samples_of(demonstrations: Iterable[Demonstration], *, note_words: int) -> Samples:
    """The states and labels of demonstrations; about 5 ms a step."""
    found: list[Sample] = []
    lost: list[str] = []
    for each in demonstrations:
        for step, sample in zip(each.steps, states_of(each, note_words), strict=True):
            if sample.label:
                found.append(sample)
            else:
                lost.append(step.action)
    return Samples(found, lost)


def states_of(demonstration: Demonstration, note_words: int) -> Iterator[Sample]:
    """Each step's state and label, which is empty for an action that the policy cannot express."""
    memory, observations = Memory(max_words=note_words), demonstration.observations()
    for place, (step, observation) in enumerate(zip(demonstration.steps, observations, strict=True)):
        features = features_of(observation, memory)
        yield Sample(features, tuple(choices_of(features, step.action)))
        if place + 1 < len(observations):
            memory = memory.after(observation, step.action, observations[place + 1])


@dataclass(frozen=True, slots=True)
class LabelledStates:
    """States met by a policy, each once (see `digest`), with the actions that an oracle takes there."""

    samples: dict[str, Sample] = field(default_factory=dict)
    sources: dict[str, tuple[dict[str, str], Memory, str]] = field(default_factory=dict)

    def add(self, observation: Observation, memory: Memory, features: Features, action: str) -> str:
        """Keep a state, if it is new and the policy can express the action; returns its key."""
        label = tuple(choices_of(features, action))
        key = digest(features, label)
        if label and key not in self.samples:
            self.samples[key] = Sample(features, label)
            kept = {name: str(observation[name]) for name in ("goal", "url", "title", "error", "aria")}
            self.sources[key] = kept, memory, action
        return key

    def to_bytes(self) -> bytes:
        """All states as compressed bytes."""
        rows = [
            [observation, memory.max_words, memory.actions, memory.notes, action]
            for observation, memory, action in self.sources.values()
        ]
        return zlib.compress(json.dumps(rows).encode(), 1)

    @classmethod
    def from_bytes(cls, content: bytes) -> "LabelledStates":
        """The states that `to_bytes` wrote, in their order."""
        states = cls()
        for observation, max_words, actions, notes, action in json.loads(zlib.decompress(content)):
            memory = Memory(max_words=max_words, actions=tuple(actions), notes=tuple(notes))
            states.add(observation, memory, features_of(observation, memory), action)
        return states


def digest(features: Features, label: tuple[Choice, ...]) -> str:
    """The sha256 of all that a policy reads in a state, and of what is right there.

    Refs are not among it: pages that differ by them alone, as in a loop, are one state.
    """
    arrays = (getattr(features, each.name) for each in fields(Features))
    read = [each.tobytes() for each in arrays if isinstance(each, np.ndarray)]
    return sha256(b"|".join([*read, repr(label).encode()])).hexdigest()


def batches_of(samples: Sequence[Sample], size: int, rng: Generator) -> Iterator[list[Sample]]:
    """One epoch in batches of similar width, in random order."""
    order = [samples[i] for i in rng.permutation(len(samples))]
    shards = [order[first : first + SHARD * size] for first in range(0, len(order), SHARD * size)]
    batches = []
    for shard in shards:
        ordered = sorted(shard, key=lambda sample: len(sample.features.tokens))
        batches += [ordered[first : first + size] for first in range(0, len(ordered), size)]
    for place in rng.permutation(len(batches)):
        yield batches[place]


def imitation_loss(policy: PagePolicy, samples: Sequence[Sample], dropped: Tensor | None) -> Tensor:
    """Mean of -log of the probability of each label."""
    batch = collate([sample.features for sample in samples])
    scores = label_log_probs(policy, policy(batch, dropped), batch, [sample.label for sample in samples])
    return -scores.mean()


def dropped_words(rng: Generator, rate: float) -> Tensor | None:
    """Words that are not read for one batch, except that equal ones are still found equal."""
    return torch.from_numpy(rng.random(BUCKETS) < rate) if rate else None
