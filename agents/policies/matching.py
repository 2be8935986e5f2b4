"""Which words two texts have in common, and where."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from gristmill.agents.policies.words import Ids, read

LONGEST = 8  # words of a run that count


class Match(NamedTuple):
    """How the words of a text stand in the goal.

    Attributes:
        places: of all that do, in order.
        share: of the words that do, 0 to 1.
        is_run: whether all do, one after the other.
        longest: words of the longest part that stands in the goal as it does in the text. It
            distinguishes names that a price follows: `100 x 150 cm $72.99` and `50 x 100 cm $36.99`.
    """

    places: list[int]
    share: float
    is_run: bool
    longest: int

    @property
    def numbers(self) -> tuple[float, float, float]:
        """What the network reads of it beside the places."""
        return self.share, self.is_run, min(self.longest, LONGEST) / 4


NO_MATCH = Match([], 0.0, False, 0)


def matched(words: tuple[str, ...], places: dict[str, list[int]]) -> Match:
    """How these words stand where `places` says that words stand."""
    found = [places.get(word, ()) for word in words]
    if not any(found):
        return NO_MATCH
    longest, before = 0, dict[int, int]()
    for each in found:
        before = {place: before.get(place - 1, 0) + 1 for place in each}
        if before:
            longest = max(longest, *before.values())
    return Match(
        places=sorted({place for each in found for place in each}),
        share=sum(map(bool, found)) / len(words),
        is_run=longest == len(words),
        longest=longest,
    )


def places_of_words(words: Sequence[str], first: int = 0) -> dict[str, list[int]]:
    """Where each word stands, counted from `first`; without punctuation marks."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words, first):
        if is_word(word):
            places.setdefault(word, []).append(place)
    return places


def is_word(word: str) -> bool:
    """Whether a word is no punctuation mark; marks would be found equal everywhere."""
    return word[0].isalnum() or word[0] == "_"


class Bag(NamedTuple):
    """The first words of a text: their buckets, and those that are no punctuation marks."""

    ids: Ids
    words: tuple[str, ...]


@lru_cache(maxsize=32768)
def bag(text: str, size: int) -> Bag:
    """The first words of a text; cached. The array is shared and must not be written to."""
    found = read(text)
    return Bag(found.ids[:size], tuple(filter(is_word, found.words[:size])))
