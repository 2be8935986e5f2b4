"""The words of a text as search compares them: without case and accents, each between spaces."""

import re
import unicodedata

from gristmill.apps.kit import word_marks as kit_marks

WORD = re.compile(r"[^\W_]+")
MARK_COLUMNS = ("marks_a", "marks_b", "marks_c", "marks_d")
BAR = "|"
HAS_FILES = "has:attachment"
"""Marks mails with files; no word of a text has a colon."""


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


def mail_marks(words: str, attachment_count: int) -> dict[str, int]:
    """The marks of a mail with these words, as `Mail.words` has them: what search looks at first in `Entry`.

    They rule out six mails of seven that lack a word, and most of those without files. They are in the index
    of the lists, so that of most mails search need not read the text.
    """
    marked = [word for word in words.split() if word != BAR]
    return kit_marks.word_marks([*marked, HAS_FILES] if attachment_count else marked, MARK_COLUMNS)
