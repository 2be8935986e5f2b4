"""Texts in pieces: words copied from goal, notes or page, and literals that stand nowhere.

A network that copies single runs of words cannot say `from:ada@x.test after:2031-02-22`. Copying piece by
piece, from a source or out of a vocabulary, it can (Gu et al. 2016, "CopyNet"; See et al. 2017).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gristmill.agents.policies.features import Features

MAX_SPAN = 48  # words of a copy
MAX_PLACES = 8  # equal copies of which a label names the places
MAX_PIECES = 24  # of a text
LITERALS: tuple[str, ...] = tuple(json.loads(Path(__file__).with_name("literals.json").read_text("utf-8")))
"""What can be written anywhere: every printable ASCII character, and what `tools/literals.py` found in texts
of demonstrations beside copies."""

COPY_COST, SHORT_COPY_COST, LITERAL_COST, CHARACTER_COST = 1.0, 1.5, 1.1, 1.3
SHORT = 3  # letters and digits; copies of fewer stand in many places by chance
AS_IT_STANDS, CAPITAL, LOWER = range(3)
CASES = (AS_IT_STANDS, CAPITAL, LOWER)
"""How words are copied: as they stand, with the first letter large, or all in small letters."""

_NUMBER_OF = {literal: number for number, literal in enumerate(LITERALS)}
_SIZES = sorted({len(literal) for literal in LITERALS})


class Place(NamedTuple):
    """Where a copy is taken from: first and last of `Features.words`, and one of `CASES`."""

    first: int
    last: int
    case: int = AS_IT_STANDS


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: one of `LITERALS` by its number, or a copy from any of these places, all equal."""

    literal: int | None = None
    places: tuple[Place, ...] = ()


Pieces = tuple[Piece, ...]


class Part(NamedTuple):
    """A piece as a part of a text that ends before the character `end`."""

    cost: float
    end: int
    piece: Piece


LiteralsAt = Callable[[str, int], Iterable[Part]]


def text_of(features: Features, pieces: Pieces) -> str:
    """The text that pieces give."""
    return "".join(piece_text(features, piece) for piece in pieces)


def piece_text(features: Features, piece: Piece) -> str:
    """The text of one piece."""
    if piece.literal is not None:
        return LITERALS[piece.literal]
    first, last, case = piece.places[0]
    source = features.sources[features.segments[first]]
    begin = first - segment_start(features, first)
    return in_case(source.text[source.starts[begin] : source.ends[begin + last - first]], case)


def spelt_letters(pieces: Pieces) -> int:
    """How many letters are written one at a time: no word that is read and no literal has them."""
    literals = (LITERALS[piece.literal] for piece in pieces if piece.literal is not None)
    return sum(len(literal) == 1 and literal.isalpha() for literal in literals)


def in_case(text: str, case: int) -> str:
    """A text as it is copied."""
    if case == LOWER:
        return text.lower()
    return text[:1].upper() + text[1:] if case == CAPITAL else text


def literals_at(text: str, begin: int) -> Iterator[Part]:
    """The literals that stand at a place of a text."""
    for size in _SIZES:
        number = _NUMBER_OF.get(text[begin : begin + size])
        if number is not None and begin + size <= len(text):
            yield Part(LITERAL_COST if size > 1 else CHARACTER_COST, begin + size, Piece(number))


def pieces_of(features: Features, text: str, literals: LiteralsAt = literals_at) -> Pieces | None:
    """The cheapest pieces that give a text, which are few; None if `MAX_PIECES` do not. Takes 1 ms.

    A copy costs least, then a literal, a single character, and a copy of so few letters and digits that it
    stands in many places by chance.
    """
    copies = copies_in(features, text)
    reached: list[tuple[float, Pieces] | None] = [(0.0, ()), *[None] * len(text)]
    for begin in range(len(text)):
        here = reached[begin]
        if here is None or len(here[1]) == MAX_PIECES:
            continue
        for cost, end, piece in (*copies.get(begin, ()), *literals(text, begin)):
            known = reached[end]
            if known is None or here[0] + cost < known[0] - 1e-9:
                reached[end] = here[0] + cost, (*here[1], piece)
    found = reached[-1]
    return found[1] if found else None


def single_pieces(features: Features, text: str) -> list[Pieces]:
    """A text in at most one piece, in each way: as a literal and as a copy."""
    if not text:
        return [()]
    copies = copies_in(features, text, most_places=len(features.words))
    parts = [*copies.get(0, ()), *literals_at(text, 0)]
    return [(part.piece,) for part in parts if part.end == len(text)]


def copies_in(features: Features, text: str, most_places: int = MAX_PLACES) -> dict[int, list[Part]]:
    """All parts of a text that can be copied, by where they begin; words are not cut."""
    by_letter = words_by_letter(features)
    found: dict[int, dict[int, list[Place]]] = {}
    for begin in filter(lambda place: is_boundary(text, place), range(len(text))):
        ends = found.setdefault(begin, {})
        for first in by_letter.get(text[begin].lower()[:1], ()):
            for end, place in copies_from(features, text, begin, first):
                places = ends.setdefault(end, [])
                if len(places) < most_places:
                    places.append(place)
    return {
        begin: [Part(copy_cost(text[begin:end]), end, Piece(places=tuple(ends[end]))) for end in sorted(ends)]
        for begin, ends in found.items()
    }


def copies_from(features: Features, text: str, begin: int, first: int) -> Iterator[tuple[int, Place]]:
    """The copies that begin with one word of the sources at one place of a text, and where they end."""
    segment = features.segments[first]
    source = features.sources[segment]
    word = first - segment_start(features, first)
    start = source.starts[word]
    for last in range(word, min(len(source.words), word + MAX_SPAN)):
        place = first + last - word
        if place >= len(features.segments) or features.segments[place] != segment:
            return
        copied = source.text[start : source.ends[last]]
        end = begin + len(copied)
        wanted = text[begin:end]
        if copied.lower() != wanted.lower():
            return
        case = next((case for case in CASES if in_case(copied, case) == wanted), None)
        if case is not None and is_boundary(text, end):
            yield end, Place(first, place, case)


def segment_start(features: Features, place: int) -> int:
    """The first word of the source that a word stands in."""
    return int(features.segments.searchsorted(features.segments[place]))


def words_by_letter(features: Features) -> dict[str, list[int]]:
    """Places of the words that can be copied, by their first letter."""
    found: dict[str, list[int]] = {}
    for place, segment in enumerate(features.segments.tolist()):
        word = features.sources[segment].words[place - segment_start(features, place)]
        found.setdefault(word[0], []).append(place)
    return found


def is_boundary(text: str, place: int) -> bool:
    """Whether no word is cut at a place of a text."""
    return place in (0, len(text)) or not (text[place - 1].isalnum() and text[place].isalnum())


def copy_cost(text: str) -> float:
    """What a copy costs beside others."""
    is_short = sum(map(str.isalnum, text)) < SHORT and not text.isdecimal()
    return SHORT_COPY_COST if is_short else COPY_COST
