"""Word search: a row matches if each query word is a prefix of some word of its text.

Case and plural are ignored. Matching is done in SQL (`word_text`, `containing`), ranking in Python
(`relevance`).
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, func, or_

MAX_WORDS = 8
PLURALS = {"es": "", "ies": "y", "ves": "f"}
PREFIX_SCORE, WORD_SCORE = 2, 3
SEPARATORS = str.maketrans(dict.fromkeys("-'.,;:!?()", " "))

Forms = tuple[str, ...]
"""A query word in all forms that count as a match."""


def parse_query(query: str) -> list[Forms]:
    """The first words of a query, each with its forms."""
    return [word_forms(word) for word in words(query)]


def words(query: str) -> list[str]:
    """The first words of a query, in lower case."""
    return re.findall(r"[^\W_]+", query.lower())[:MAX_WORDS]


def word_forms(word: str) -> Forms:
    """A word, its plural if the word is not a prefix of it, and possible singulars.

    `shelves` also matches `shelf`, and `shelf` also `shelves`.
    """
    found = [word]
    found += [word[: -len(end)] + plural for plural, end in PLURALS.items() if end and word.endswith(end)]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
        found += [word[: -len(end)] + new for end, new in PLURALS.items() if word.endswith(end)]
    return tuple(found)


def word_text(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """SQL for the text that `containing` searches: lower-case words, each preceded by a space.

    Hyphens and apostrophes separate words, as in queries.
    """
    joined: ColumnElement[Any] = " " + columns[0]
    for column in columns[1:]:
        joined = joined + " " + column
    return func.replace(func.replace(func.lower(joined), "-", " "), "'", " ")


def containing(text: ColumnElement[str], query: Sequence[Forms]) -> list[ColumnElement[bool]]:
    """SQL conditions that each query word, in one of its forms, is a prefix of a word of the text."""
    return [or_(*(func.instr(text, f" {form}") > 0 for form in forms)) for forms in query]


def anywhere(column: ColumnElement[Any], forms: Forms) -> ColumnElement[bool]:
    """An SQL condition that a query word, in one of its forms, is anywhere in a column, even within a word.

    Cheaper to check than `containing`, and holds for one of the columns of a text wherever that holds.
    """
    return or_(*(column.like(f"%{form}%") for form in forms))


def relevance(texts: Iterable[tuple[str, int]], query: Sequence[Forms]) -> int:
    """A relevance score: for each query word, the weight of each text that contains it, more for whole words.

    `texts` are pairs of text and weight. A match in one text outweighs matches in all others if its weight is
    more than 1.5 times the sum of theirs.
    """
    return sum(weight * fit(text, forms) for text, weight in texts if text for forms in query)


def parted(text: str) -> str:
    """The lower-cased words of a text, each surrounded by spaces."""
    return f" {text.lower()} ".translate(SEPARATORS)


@lru_cache(maxsize=4_096)
def fit(text: str, forms: Forms) -> int:
    """The score of a query word in a text."""
    text, score = parted(text), 0
    for form in forms:
        if f" {form}" in text:
            score = PREFIX_SCORE
            if f" {form} " in text or f" {form}s " in text:
                return WORD_SCORE
    return score


def close_terms(query: str, vocabulary: Sequence[str]) -> list[str]:
    """Up to three vocabulary terms with a similar spelling."""
    by_key = {term.lower(): term for term in vocabulary}
    return [by_key[key] for key in get_close_matches(query.lower(), by_key, n=3, cutoff=0.6)]
