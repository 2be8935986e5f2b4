"""Words of goals and pages as a policy reads them: hashed, with their place in the text."""

import re
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 8192  # 0 is padding
WORD = re.compile(r"\w+(?:[.,'’@_:/-]\w+)*|[^\w\s]")
SHAPES = 4

Ids = NDArray[np.int16]
Numbers = NDArray[np.float32]


class Text(NamedTuple):
    """A text and its words, in order.

    Attributes:
        text: as it stands in goal or page.
        words: in lower case; punctuation marks are words of their own.
        starts, ends: of each word in `text`, in characters.
        ids: the bucket of each word, 1 to `BUCKETS` - 1.
        shapes: (words, `SHAPES`): is a number, begins with a capital, is punctuation, holds a digit.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    ids: Ids
    shapes: Numbers


@lru_cache(maxsize=32768)
def read(text: str) -> Text:
    """Divide a text into words; cached. The arrays are shared and must not be written to."""
    found = list(WORD.finditer(text))
    words = tuple(match[0].lower() for match in found)
    return Text(
        text=text,
        words=words,
        starts=tuple(match.start() for match in found),
        ends=tuple(match.end() for match in found),
        ids=np.array([bucket(word) for word in words], np.int16),
        shapes=np.array([shape(match[0]) for match in found], np.float32).reshape(len(words), SHAPES),
    )


def bucket(word: str) -> int:
    """The bucket of a lower-case word by its CRC-32, equal on every machine."""
    return crc32(word.encode("utf-8", "replace")) % (BUCKETS - 1) + 1


def shape(word: str) -> tuple[float, float, float, float]:
    """The shape of a word as it is written."""
    is_mark = not (word[0].isalnum() or word[0] == "_")
    has_digit = any(letter.isdigit() for letter in word)
    return float(word.isdigit()), float(word[0].isupper()), float(is_mark), float(has_digit)
