"""Pagination of long lists. Pages count from 1; a number beyond the last page gives the last one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        rows: the rows on this page.
        number: this page's number.
        count: number of pages, at least one.
        total: number of rows on all pages.
    """

    rows: Sequence[T]
    number: int
    count: int
    total: int


def page_of(rows: Sequence[T], number: int, *, size: int) -> Page[T]:
    """The page with this number of a list, at `size` rows per page."""
    count = page_count(len(rows), size)
    number = within(number, count)
    start = (number - 1) * size
    return Page(rows=rows[start : start + size], number=number, count=count, total=len(rows))


def page_of_query(db: Session, statement: Select[T], number: int, *, size: int) -> Page[T]:
    """The page with this number of a query's rows; the query must be ordered. Two queries."""
    total = db.scalar(select(func.count()).select_from(plain(statement).subquery())) or 0
    count = page_count(total, size)
    number = within(number, count)
    rows = db.scalars(statement.limit(size).offset((number - 1) * size)).all()
    return Page(rows=rows, number=number, count=count, total=total)


def plain(statement: Select[Any]) -> Select[Any]:
    """The query without columns and order, for counting its rows."""
    return statement.with_only_columns(1, maintain_column_froms=True).order_by(None)


def page_count(total: int, size: int) -> int:
    """The number of pages for this many rows; at least one."""
    return max(1, -(-total // size))


def within(number: int, count: int) -> int:
    """Clamp a page number to 1..count."""
    return min(max(number, 1), count)


def parse_page(typed: str) -> int:
    """Parse a page number from a URL; 1 if it is invalid."""
    return max(1, int(typed)) if re.fullmatch(r"[0-9]{1,4}", typed) else 1
