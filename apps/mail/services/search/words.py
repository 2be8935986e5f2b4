"""The words of a text as search compares them: without case and accents, each between spaces."""

import re
import unicodedata
import zlib
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+")
MARKS = 62  # in a number of SQLite
BAR = "|"


def folded(text: str) -> str:
    """A text without case and accents: `Café` and `CAFE` are equal."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return WORD.findall(folded(text))


def word_text(*texts: str) -> str:
    """The words of texts as one line, each between spaces, so that ` a b ` finds consecutive words.

    Between texts there is a bar, which no phrase contains.
    """
    parts = [" ".join(words_of(text)) for text in texts]
    return f" {' | '.join(part for part in parts if part)} "


def word_marks(words: Iterable[str]) -> dict[str, int]:
    """Which words there are, as bits of two numbers: the columns of `Entry` that search looks at first.

    Several words share a bit, so they tell only what is not there: two mails of three without a word. They
    are in the index of the lists, so that of most mails search need not read the text.
    """
    places = {zlib.crc32(word.encode()) % (2 * MARKS) for word in words if word != BAR}
    low = sum(1 << place for place in places if place < MARKS)
    high = sum(1 << (place - MARKS) for place in places if place >= MARKS)
    return {"low_marks": low, "high_marks": high}
