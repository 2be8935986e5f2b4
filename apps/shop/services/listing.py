"""Search and department listings: matching, sorting and facet counts."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select
from sqlalchemy.orm import Session

from gristmill.apps.kit import text_search
from gristmill.apps.kit.pagination import Page, page_of
from gristmill.apps.kit.text_search import Forms, anywhere, containing, parse_query, word_text
from gristmill.apps.server.remembered import remembered
from gristmill.apps.shop.models import Brand, Department, Product, Variant
from gristmill.apps.shop.services.facets import Filters

PER_PAGE = 12


class Entry(NamedTuple):
    """The product fields needed for sorting and counting, and those that only a search looks at."""

    id: int
    name: str
    brand: str
    department: str
    from_cents: int
    rating_tenths: int
    review_count: int
    is_sponsored: bool = False
    kind: str = ""
    brand_name: str = ""
    department_name: str = ""
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
    """One page of matching products, and the number of matches per facet choice.

    The first page of a search is headed by a sponsored product that it would not show otherwise.
    """

    total: int
    page: int
    pages: int
    product_ids: Sequence[int]
    sponsored_ids: Sequence[int] = ()
    departments: Mapping[str, int] = field(default_factory=dict)
    brands: Mapping[str, int] = field(default_factory=dict)
    ratings: Mapping[int, int] = field(default_factory=dict)


@remembered
def find(connection: Connection, filters: Filters, page: int, only_department: str = "") -> Listing:
    """Find the products that pass the filters; a page beyond the last gives the last one.

    With `only_department`, a slug, other departments are not counted.
    """
    entries = matching_entries(connection, filters, only_department)
    passed = sorted(passing(entries, filters), key=ORDERS[filters.sort])
    shown = page_of(passed, page, size=PER_PAGE)
    ratings = sorted(map(attrgetter("rating_tenths"), passing(entries, filters, but="rating")))
    return Listing(
        total=shown.total,
        page=shown.number,
        pages=shown.count,
        product_ids=[entry.id for entry in shown.rows],
        sponsored_ids=sponsored(passed, shown) if filters.query else (),
        departments=Counter(map(attrgetter("department"), passing(entries, filters, but="department"))),
        brands=Counter(map(attrgetter("brand"), passing(entries, filters, but="brand"))),
        ratings={least: len(ratings) - bisect_left(ratings, least) for least in (0, 30, 40, 45)},
    )


def sponsored(passed: Sequence[Entry], shown: Page[Entry]) -> Sequence[int]:
    """The most relevant sponsored product on later pages, if this is the first."""
    later = (entry for entry in passed[PER_PAGE:] if shown.number == 1 and entry.is_sponsored)
    return [entry.id for entry in sorted(later, key=ORDERS["relevance"])[:1]]


def passing(entries: Sequence[Entry], filters: Filters, but: str = "") -> Sequence[Entry]:
    """The entries that pass every filter, leaving out the filter `but`."""
    tests = [test for name, test in filter_tests(filters).items() if name != but]
    return [entry for entry in entries if all(test(entry) for test in tests)] if tests else entries


def filter_tests(filters: Filters) -> dict[str, Callable[[Entry], bool]]:
    """A predicate for each active filter."""
    low, high = filters.min_cents or 0, filters.max_cents
    tests: dict[str, tuple[object, Callable[[Entry], bool]]] = {
        "department": (filters.department, lambda e: e.department == filters.department),
        "brand": (filters.brands, lambda e: e.brand in filters.brands),
        "min": (low, lambda e: e.from_cents >= low),
        "max": (high is not None, lambda e: high is not None and e.from_cents <= high),
        "rating": (filters.rating_tenths, lambda e: e.rating_tenths >= filters.rating_tenths),
    }
    return {name: test for name, (is_set, test) in tests.items() if is_set}


# Core columns, not mapped objects: several hundred rows per page, of which twelve are shown.
_P, _B, _D, _V = (model.__table__.c for model in (Product, Brand, Department, Variant))
_LISTED = select(
    _P.id, _P.name, _B.slug, _D.slug, _P.from_cents, _P.rating_tenths, _P.review_count, _P.is_sponsored
).select_from(Product.__table__.join(Brand.__table__).join(Department.__table__))  # fmt: skip
_SEARCHED = _LISTED.add_columns(_P.kind, _B.name, _D.name)
_NAMES = Product.__table__.alias("names")
_IN_STOCK = exists().where(_V.product_id == _P.id, _V.stock > 0)
_TEXT = word_text(_P.name, _P.kind, _B.name, _D.name)
_DESCRIBED = _TEXT + " " + func.lower(_P.description)


def matching_entries(db: Session | Connection, filters: Filters, only_department: str = "") -> list[Entry]:
    """The products for which every query word is a prefix of a word in name, kind, brand or department.

    If there are none, descriptions are searched too. Filters that no facet counts (stock, `only_department`)
    are applied in SQL.
    """
    query = parse_query(filters.query)
    statement = (_SEARCHED if query else _LISTED).where(~_P.is_discontinued)
    if only_department:
        statement = statement.where(_D.slug == only_department)
    if filters.in_stock:
        statement = statement.where(_IN_STOCK)
    rows = db.execute(statement.where(*maybe_matching(query), *containing(_TEXT, query))).all()
    if query and not rows:
        described = maybe_matching(query, _P.description)
        statement = statement.add_columns(_P.description)
        rows = db.execute(statement.where(*described, *containing(_DESCRIBED, query))).all()
    entries = list(starmap(Entry, rows))
    return [entry._replace(score=relevance(entry, query)) for entry in entries] if query else entries


def maybe_matching(query: Sequence[Forms], *more: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """SQL conditions that few products pass without matching: they spare the rest the look at each word.

    Indexes answer them, in one list: SQLite reads each of several that are joined by OR twice. A kind is part
    of its products' names. `more` are columns that are searched as well.
    """
    numbers, own = select(_NAMES.c.id), _NAMES.c
    return [
        or_(
            _P.id.in_(
                numbers.where(anywhere(own.name, forms)).union_all(
                    numbers.where(own.brand_id.in_(select(_B.id).where(anywhere(_B.name, forms)))),
                    numbers.where(own.department_id.in_(select(_D.id).where(anywhere(_D.name, forms)))),
                )
            ),
            *(anywhere(column, forms) for column in more),
        )
        for forms in query
    ]


# A match in the name outweighs matches in all other texts.
WEIGHTS = {"name": 32, "kind": 8, "brand_name": 8, "department_name": 3, "description": 1}


def relevance(entry: Entry, query: Sequence[Forms]) -> int:
    """An entry's relevance: depends on the matching texts and on whether whole words match."""
    return text_search.relevance([(getattr(entry, name), weight) for name, weight in WEIGHTS.items()], query)
