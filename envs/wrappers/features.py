"""Pages and goals as numbers: what a policy without a language model learns from."""

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
    """Where which feature stands; all are in 0..1.

    First the goal's words (hashed), the words of the page's address and title (hashed), whether the
    last action was refused, and for each term of the goal whether it exists and is a number. Then for
    each element: that there is one, its role (one-hot), the words of its name (hashed), the share of
    them that the goal contains, its states, whether it holds something; and for each way to use it
    the share of its text's words that the goal contains, and whether the element holds it already.
    """

    max_elements: int
    max_terms: int

    @property
    def general_size(self) -> int:
        """How many features do not belong to an element."""
        return GOAL_BUCKETS + PLACE_BUCKETS + 1 + 2 * self.max_terms

    @property
    def element_size(self) -> int:
        """How many features each element has."""
        return 1 + len(ROLES) + NAME_BUCKETS + 1 + len(STATES) + 1 + 2 * self.max_terms

    @property
    def size(self) -> int:
        """How many features there are in all."""
        return self.general_size + self.max_elements * self.element_size


def hashed(words: Iterable[str], buckets: int) -> list[float]:
    """1.0 in the bucket of each word, by its CRC-32; different words may share one."""
    marks = [0.0] * buckets
    for word in words:
        marks[crc32(word.encode()) % buckets] = 1.0
    return marks


def general_features(layout: Layout, seen: dict[str, str], terms: Sequence[str]) -> list[float]:
    """The features of an observation that belong to no element."""
    place = words_of(f"{urlsplit(seen['url']).path} {seen['title']}")
    padded = [*terms, *[""] * (layout.max_terms - len(terms))]
    return [
        *hashed(words_of(seen["goal"]), GOAL_BUCKETS),
        *hashed(place, PLACE_BUCKETS),
        float(bool(seen["error"])),
        *(float(bool(term)) for term in padded),
        *(float(term.isdecimal()) for term in padded),
    ]


def element_features(
    layout: Layout, node: AriaNode, ways: Sequence[ActionCandidate | None], goal: str
) -> list[float]:
    """The features of one element; `ways` are those of `candidates.ways`."""
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
        *(float(bool(text) and text == held_by(node)) for text in texts),
    ]


def held_by(node: AriaNode) -> str:
    """What a box holds, or which option of a list is chosen."""
    chosen = [option.name for option in node.all("option") if "selected" in option]
    return chosen[0] if chosen else node.text
