"""Search and department listings: which products match, how they are sorted, what the facets count."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Brand, Department, Product, Variant
from gristmill.apps.shop.services.browsing import page_count
from gristmill.apps.shop.services.facets import Filters

PER_PAGE = 12
MAX_WORDS = 8


class Entry(NamedTuple):
    """What matching, sorting and counting need to know of a product."""

    id: int
    name: str
    kind: str
    brand_name: str
    department_name: str
    brand: str
    department: str
    from_cents: int
    rating_tenths: int
    review_count: int
    description: str = ""
    score: int = 0


ORDERS: Mapping[str, Callable[[Entry], tuple[int | str, ...]]] = {
    "relevance": lambda e: (-e.score, -e.review_count, e.name),
    "price-asc": lambda e: (e.from_cents, e.name),
    "price-desc": lambda e: (-e.from_cents, e.name),
    "rating": lambda e: (-e.rating_tenths, -e.review_count, e.name),
    "name": lambda e: (e.name,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of matching products, and for each facet how many there would be of each choice."""

    total: int
    page: int
    pages: int
    product_ids: Sequence[int]
    departments: Mapping[str, int] = field(default_factory=dict)
    brands: Mapping[str, int] = field(default_factory=dict)
    ratings: Mapping[int, int] = field(default_factory=dict)


def find(db: Session, filters: Filters, page: int, only_department: str = "") -> Listing:
    """The products that pass the filters; a page beyond the last is the last.

    With `only_department`, a slug, nothing outside that department is counted.
    """
    entries = matching_entries(db, filters, only_department)
    passed = sorted(passing(entries, filters), key=ORDERS[filters.sort])
    pages = page_count(len(passed), PER_PAGE)
    page = min(page, pages)
    ratings = [entry.rating_tenths for entry in passing(entries, filters, but="rating")]
    return Listing(
        total=len(passed),
        page=page,
        pages=pages,
        product_ids=[entry.id for entry in passed[(page - 1) * PER_PAGE : page * PER_PAGE]],
        departments=Counter(entry.department for entry in passing(entries, filters, but="department")),
        brands=Counter(entry.brand for entry in passing(entries, filters, but="brand")),
        ratings={least: sum(rating >= least for rating in ratings) for least in (0, 30, 40, 45)},
    )


def passing(entries: Sequence[Entry], filters: Filters, but: str = "") -> Sequence[Entry]:
    """The entries that pass every filter except the one called `but`."""
    tests = [test for name, test in filter_tests(filters).items() if name != but]
    return [entry for entry in entries if all(test(entry) for test in tests)] if tests else entries


def filter_tests(filters: Filters) -> dict[str, Callable[[Entry], bool]]:
    """A test for each filter that is set."""
    low, high = filters.min_cents or 0, filters.max_cents
    tests: dict[str, tuple[object, Callable[[Entry], bool]]] = {
        "department": (filters.department, lambda e: e.department == filters.department),
        "brand": (filters.brands, lambda e: e.brand in filters.brands),
        "min": (low, lambda e: e.from_cents >= low),
        "max": (high is not None, lambda e: high is not None and e.from_cents <= high),
        "rating": (filters.rating_tenths, lambda e: e.rating_tenths >= filters.rating_tenths),
    }
    return {name: test for name, (is_set, test) in tests.items() if is_set}


# Core columns, not mapped attributes: several hundred rows a page, of which twelve become objects.
_P, _B, _D, _V = (model.__table__.c for model in (Product, Brand, Department, Variant))
_ENTRIES = select(
    _P.id, _P.name, _P.kind, _B.name, _D.name, _B.slug, _D.slug, _P.from_cents, _P.rating_tenths,
    _P.review_count,
).select_from(Product.__table__.join(Brand.__table__).join(Department.__table__))  # fmt: skip
_IN_STOCK = exists().where(_V.product_id == _P.id, _V.stock > 0)
# Hyphens and apostrophes part words, as they do in a query.
_NAMES = func.lower(" " + _P.name + " " + _P.kind + " " + _B.name + " " + _D.name)
_TEXT = func.replace(func.replace(_NAMES, "-", " "), "'", " ")
_DESCRIBED = _TEXT + " " + func.lower(_P.description)


def matching_entries(db: Session, filters: Filters, only_department: str = "") -> list[Entry]:
    """The products in whose name, kind, brand or department every word of the query begins a word.

    When there are none, their descriptions are searched as well. Out of stock and of other
    departments than `only_department` they are left out here, if at all: no facet counts those.
    """
    starts = [forms(word) for word in words(filters.query)]
    statement = _ENTRIES
    if only_department:
        statement = statement.where(_D.slug == only_department)
    if filters.in_stock:
        statement = statement.where(_IN_STOCK)
    rows = db.execute(statement.where(*containing(_TEXT, starts))).all()
    if starts and not rows:
        rows = db.execute(statement.add_columns(_P.description).where(*containing(_DESCRIBED, starts))).all()
    entries = [Entry(*row) for row in rows]
    return [entry._replace(score=relevance(entry, starts)) for entry in entries] if starts else entries


def containing(text: ColumnElement[str], starts: Sequence[Sequence[str]]) -> list[ColumnElement[bool]]:
    """The conditions that each of these words begins a word of the text, in one of its forms."""
    return [or_(*(func.instr(text, f" {start}") > 0 for start in word)) for word in starts]


# A word in the name outweighs the same word in all other texts, begun or whole.
WEIGHTS = {"name": 32, "kind": 8, "brand_name": 8, "department_name": 3, "description": 1}
BEGUN, WHOLE = 2, 3
NO_WORD = str.maketrans(dict.fromkeys("-'.,;:!?()", " "))


def relevance(entry: Entry, starts: Sequence[Sequence[str]]) -> int:
    """How well an entry matches: by where each word is found, and whether it is a whole word there."""
    texts = [(parted(getattr(entry, name)), weight) for name, weight in WEIGHTS.items()]
    return sum(weight * fit(text, word) for text, weight in texts for word in starts)


def parted(text: str) -> str:
    """The words of a text in lower case, with blanks around each."""
    return f" {text.lower()} ".translate(NO_WORD)


def fit(text: str, word: Sequence[str]) -> int:
    """How well a word, in any of its forms, is found in a text that has blanks around its words."""
    if not any(f" {form}" in text for form in word):
        return 0
    return WHOLE if any(f" {form} " in text or f" {form}s " in text for form in word) else BEGUN


def words(query: str) -> list[str]:
    """The first words of a query, in lower case."""
    return re.findall(r"[^\W_]+", query.lower())[:MAX_WORDS]


def forms(word: str) -> list[str]:
    """A word, its plural where that begins otherwise, and what its singular may be.

    `shelves` is looked up as `shelf` as well, and `shelf` as `shelves`.
    """
    found = [word]
    found += [word[: -len(end)] + plural for plural, end in PLURALS.items() if end and word.endswith(end)]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
        found += [word[: -len(end)] + new for end, new in PLURALS.items() if word.endswith(end)]
    return found


PLURALS = {"es": "", "ies": "y", "ves": "f"}


def close_terms(query: str, vocabulary: Sequence[str]) -> list[str]:
    """Up to three terms of the vocabulary that are spelt almost like the query."""
    by_key = {term.lower(): term for term in vocabulary}
    return [by_key[key] for key in get_close_matches(query.lower(), by_key, n=3, cutoff=0.6)]
