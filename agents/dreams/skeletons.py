"""Skeletons: texts in which the values of slots are replaced by the slots' addresses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gristmill.agents.dreams.slots import Slots, label_of, slug_of

OPEN, CLOSE = "\x01", "\x02"
TAG = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
FORM = "\x03"  # between the address and the form of a tag
NAME = "acted"  # address of the name of the element that was used; its words are mostly the same
LONGEST = 120  # characters of a value


@lru_cache(maxsize=8192)
def forms_of(value: str, *, with_words: bool = False) -> tuple[tuple[str, str], ...]:
    """The ways in which a value may be written elsewhere: name of the way, and the text."""
    value = " ".join(value.split())[:LONGEST]
    if not value:
        return ()
    label = label_of(value)
    found = {"label": label, "": value, "lower": label.lower(), "slug": slug_of(label)}
    if with_words:
        found |= {f"word {i}": word for i, word in enumerate(label.split())}
        found |= {f"lower word {i}": word.lower() for i, word in enumerate(label.split())}
    return tuple(found.items())


@lru_cache(maxsize=16384)
def finder(text: str, *, is_slug: bool) -> re.Pattern[str]:
    """Finds a text as whole words, not inside of numbers or attributes."""
    if is_slug:
        return re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])")
    return re.compile(rf"(?<![\w=$])(?<!\w[.,:/-]){re.escape(text)}(?!\w|[.,:/-]\w)")


@dataclass(frozen=True, slots=True)
class Context:
    """The slots that a text may be explained by; of equal values the first is meant.

    Attributes:
        with_words: whether single words of a value are looked for too.
    """

    slots: Slots
    with_words: bool = False
    entries: tuple[tuple[str, str, bool], ...] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, tuple[str, bool]] = {}
        for address, value in self.slots.items():
            for form, text in forms_of(value, with_words=self.with_words and not address.endswith(NAME)):
                found.setdefault(text, (f"{address}{FORM}{form}", form == "slug"))
        ordered = sorted(found.items(), key=lambda item: -len(item[0]))
        object.__setattr__(self, "entries", tuple((text, *rest) for text, rest in ordered))

    def skeleton(self, text: str) -> str:
        """The text with values replaced by tags, longest ones first."""
        pieces = [text]  # every second one is a tag
        for value, tag, is_slug in self.entries:
            if value in text:
                pieces = list(divided(pieces, finder(value, is_slug=is_slug), tag))
        return "".join(
            piece if number % 2 == 0 else f"{OPEN}{piece}{CLOSE}" for number, piece in enumerate(pieces)
        )

    def rendered(self, skeleton: str) -> str | None:
        """The text that a skeleton stands for here; None if a slot has no value."""
        parts = []
        for number, part in enumerate(TAG.split(skeleton)):
            value = part if number % 2 == 0 else self.value(part)
            if value is None:
                return None
            parts.append(value)
        return "".join(parts)

    def value(self, tag: str) -> str | None:
        """The text of a tag."""
        address, _, form = tag.partition(FORM)
        return dict(forms_of(self.slots.get(address, ""), with_words=self.with_words)).get(form)


def divided(pieces: Sequence[str], pattern: re.Pattern[str], tag: str) -> Iterator[str]:
    """Pieces with a tag in place of what a pattern finds in those that are none."""
    for number, piece in enumerate(pieces):
        if number % 2:
            yield piece
            continue
        parts = pattern.split(piece)
        yield parts[0]
        for part in parts[1:]:
            yield tag
            yield part


def tags_of(skeleton: str) -> Iterator[tuple[str, str]]:
    """Address and form of each tag."""
    for found in TAG.finditer(skeleton):
        address, _, form = found[1].partition(FORM)
        yield address, form


def prefixed(prefix: str, slots: Mapping[str, str]) -> Slots:
    """Slots with a word before their addresses."""
    return {f"{prefix} {address}": value for address, value in slots.items()}
