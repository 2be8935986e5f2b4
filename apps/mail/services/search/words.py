"""The words of a text as search compares them: without case and accents, each between spaces."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")


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
