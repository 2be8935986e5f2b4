"""Word search: a row matches if each word of the query begins a word of its text.

Case and plural do not matter. Matching is SQL (`word_text`, `containing`), ranking Python (`relevance`).
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, func, or_

MAX_WORDS = 8
PLURALS = {"es": "", "ies": "y", "ves": "f"}
BEGUN, WHOLE = 2, 3
NO_WORD = str.maketrans(dict.fromkeys("-'.,;:!?()", " "))

Forms = Sequence[str]
"""A word of a query in the forms in which it is looked up."""


def parse_query(query: str) -> list[Forms]:
    """The first words of a query, each in its forms."""
    return [word_forms(word) for word in words(query)]


def words(query: str) -> list[str]:
    """The first words of a query, in lower case."""
    return re.findall(r"[^\W_]+", query.lower())[:MAX_WORDS]


def word_forms(word: str) -> list[str]:
    """A word, its plural where that begins otherwise, and what its singular may be.

    `shelves` is looked up as `shelf` as well, and `shelf` as `shelves`.
    """
    found = [word]
    found += [word[: -len(end)] + plural for plural, end in PLURALS.items() if end and word.endswith(end)]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
        found += [word[: -len(end)] + new for end, new in PLURALS.items() if word.endswith(end)]
    return found


def word_text(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """The words of these columns as `containing` searches them: a blank before each, in lower case.

    Hyphens and apostrophes part words, as they do in a query.
    """
    joined: ColumnElement[Any] = " " + columns[0]
    for column in columns[1:]:
        joined = joined + " " + column
    return func.replace(func.replace(func.lower(joined), "-", " "), "'", " ")


def containing(text: ColumnElement[str], query: Sequence[Forms]) -> list[ColumnElement[bool]]:
    """The conditions that each word of the query begins a word of the text, in one of its forms."""
    return [or_(*(func.instr(text, f" {form}") > 0 for form in forms)) for forms in query]


def relevance(texts: Iterable[tuple[str, int]], query: Sequence[Forms]) -> int:
    """How well texts match: for each word that a text holds, its weight, more for a whole word.

    `texts` come with their weights. A word in a text outweighs the same word in all others if the text's
    weight is more than 1.5 times the sum of theirs.
    """
    parted_texts = [(parted(text), weight) for text, weight in texts]
    return sum(weight * fit(text, forms) for text, weight in parted_texts for forms in query)


def parted(text: str) -> str:
    """The words of a text in lower case, with blanks around each."""
    return f" {text.lower()} ".translate(NO_WORD)


def fit(text: str, forms: Forms) -> int:
    """How well a word, in any of its forms, is found in a text that has blanks around its words."""
    if not any(f" {form}" in text for form in forms):
        return 0
    return WHOLE if any(f" {form} " in text or f" {form}s " in text for form in forms) else BEGUN


def close_terms(query: str, vocabulary: Sequence[str]) -> list[str]:
    """Up to three terms of the vocabulary that are spelt almost like the query."""
    by_key = {term.lower(): term for term in vocabulary}
    return [by_key[key] for key in get_close_matches(query.lower(), by_key, n=3, cutoff=0.6)]
