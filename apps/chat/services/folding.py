"""Words as search compares them: without case and accents, one after another."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def tokens(text: str) -> list[str]:
    """The words of a text, folded."""
    return WORD.findall(text.lower() if text.isascii() else folded(text))


def searchable(*texts: str) -> str:
    """The words of texts, each between blanks, so that words and phrases are found as parts of it."""
    return f" {' '.join(word for text in texts for word in tokens(text))} "
