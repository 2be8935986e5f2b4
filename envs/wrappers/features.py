"""Encodes pages and goals as vectors for policies without a language model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from gristmill.apps.kit.aria import AriaNode
from gristmill.envs.wrappers.candidates import USED, ActionCandidate, overlap, words_of

Features = NDArray[np.float32]

ROLES = sorted(USED)
NAME_BUCKETS, GOAL_BUCKETS, PLACE_BUCKETS = 16, 32, 16
STATES = ("checked", "selected", "pressed", "expanded", "active", "required")


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of the feature vector; all features are in 0..1.

    General features: the goal's words (hashed), the words of the page's address and title (hashed), whether
    the last action was rejected, and for each term of the goal whether it exists and whether it is a number.
    Then for each element: presence, role (one-hot), words of its name (hashed), their overlap with the goal,
    states, whether it has a value; and for each candidate text its overlap with the goal and whether the
    element has that value already.
    """

    max_elements: int
    max_terms: int

    @property
    def general_size(self) -> int:
        """Number of general features."""
        return GOAL_BUCKETS + PLACE_BUCKETS + 1 + 2 * self.max_terms

    @property
    def element_size(self) -> int:
        """Number of features per element."""
        return 1 + len(ROLES) + NAME_BUCKETS + 1 + len(STATES) + 1 + 2 * self.max_terms

    @property
    def size(self) -> int:
        """Total number of features."""
        return self.general_size + self.max_elements * self.element_size


def hashed(words: Iterable[str], buckets: int) -> list[float]:
    """1.0 in the bucket of each word by its CRC-32; collisions share a bucket."""
    marks = [0.0] * buckets
    for word in words:
        marks[crc32(word.encode()) % buckets] = 1.0
    return marks


def general_features(layout: Layout, observation: dict[str, str], terms: Sequence[str]) -> list[float]:
    """The general features of an observation."""
    place = words_of(f"{urlsplit(observation['url']).path} {observation['title']}")
    padded = [*terms, *[""] * (layout.max_terms - len(terms))]
    return [
        *hashed(words_of(observation["goal"]), GOAL_BUCKETS),
        *hashed(place, PLACE_BUCKETS),
        float(bool(observation["error"])),
        *(float(bool(term)) for term in padded),
        *(float(term.isdecimal()) for term in padded),
    ]


def element_features(
    layout: Layout, node: AriaNode, ways: Sequence[ActionCandidate | None], goal: str
) -> list[float]:
    """The features of one element; `ways` comes from `candidates.candidates`."""
    texts = [way.text if way else "" for way in ways[1:]]
    texts += [""] * (layout.max_terms - len(texts))
    return [
        1.0,
        *(float(node.role == role) for role in ROLES),
        *hashed(words_of(node.name), NAME_BUCKETS),
        overlap(node.name, goal),
        *(float(state in node) for state in STATES),
        float(bool(node.value)),
        *(overlap(text, goal) for text in texts),
        *(float(bool(text) and text == value_of(node)) for text in texts),
    ]


def value_of(node: AriaNode) -> str:
    """The value of a text box, or the selected option of a list."""
    chosen = [option.name for option in node.all("option") if "selected" in option]
    return chosen[0] if chosen else node.text
