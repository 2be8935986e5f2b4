"""Pages of a long list. They count from 1; a number beyond the last page gives the last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list.

    Attributes:
        rows: those on this page.
        number: which page this is.
        count: how many pages there are, at least one.
        total: how many rows there are on all pages.
    """

    rows: Sequence[T]
    number: int
    count: int
    total: int


def page_of(rows: Sequence[T], number: int, *, size: int) -> Page[T]:
    """A page of `size` rows out of all of them."""
    count = page_count(len(rows), size)
    number = within(number, count)
    start = (number - 1) * size
    return Page(rows=rows[start : start + size], number=number, count=count, total=len(rows))


def page_of_query(db: Session, statement: Select[T], number: int, *, size: int) -> Page[T]:
    """A page of `size` rows of what a query selects, which must be ordered; two queries."""
    total = db.scalar(select(func.count()).select_from(plain(statement).subquery())) or 0
    count = page_count(total, size)
    number = within(number, count)
    rows = db.scalars(statement.limit(size).offset((number - 1) * size)).all()
    return Page(rows=rows, number=number, count=count, total=total)


def plain(statement: Select[Any]) -> Select[Any]:
    """The same rows in no order, one constant each: enough to be counted."""
    return statement.with_only_columns(1, maintain_column_froms=True).order_by(None)


def page_count(total: int, size: int) -> int:
    """How many pages so many rows fill; at least one."""
    return max(1, -(-total // size))


def within(number: int, count: int) -> int:
    """The nearest number of a page that exists."""
    return min(max(number, 1), count)


def parse_page(typed: str) -> int:
    """A page number from a URL; the first page if it is none."""
    return max(1, int(typed)) if re.fullmatch(r"[0-9]{1,4}", typed) else 1
