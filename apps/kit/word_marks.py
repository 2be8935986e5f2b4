"""Marks of words: numbers beside a text that tell a search which words the text lacks.

A Bloom filter (Bloom 1970) in blocks, one for each column (Putze, Sanders and Singler 2007): a word belongs
to one column, and sets two bits of it. Several words share bits, so marks tell only what is not there; what
they do not rule out has to be read.
"""

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement

WIDTH = 62
"""The bits of a column: numbers of SQLite have 63 besides the sign."""


def word_marks(words: Iterable[str], columns: Sequence[str]) -> dict[str, int]:
    """The marks of a text's words by the names of its columns."""
    marks = [0] * len(columns)
    for word in words:
        place, bits = mark(word, len(columns))
        marks[place] |= bits
    return dict(zip(columns, marks, strict=True))


@lru_cache(maxsize=16_384)
def mark(word: str, count: int) -> tuple[int, int]:
    """The place of a word's column among `count` columns, and the bits that it sets there."""
    rest, place = divmod(zlib.crc32(word.encode()), count)
    return place, 1 << rest % WIDTH | 1 << rest // WIDTH % WIDTH


def may_have(words: Iterable[str], columns: Sequence[Any]) -> list[ColumnElement[bool]]:
    """SQL conditions that hold for each text with all of these words, and for few others.

    `columns` are mapped columns, in the order in which the marks were written.
    """
    marks = word_marks(words, [each.key for each in columns])
    return [each.op("&")(marks[each.key]) == marks[each.key] for each in columns if marks[each.key]]
