import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.kit.pagination import page_count, page_of, page_of_query, parse_page
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.world.models import Model, Person


@pytest.fixture
def seven_people() -> Iterator[Session]:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    with orm_session(connection) as db:
        Model.metadata.create_all(db.connection(), [Person.__table__])
        names = {"given_name": "A", "family_name": "B", "phone": "1"}
        db.add_all(Person(id=n, email=f"{n}@mail.test", **names) for n in range(1, 8))
        db.flush()
        yield db
    connection.shut()


@pytest.mark.parametrize(("total", "count"), [(0, 1), (1, 1), (3, 1), (4, 2), (7, 3)])
def test_pages_hold_all_rows_and_there_is_always_one(total: int, count: int) -> None:
    assert page_count(total, 3) == count


@pytest.mark.parametrize(
    ("number", "rows", "shown"),
    [(1, [1, 2, 3], 1), (3, [7], 3), (99, [7], 3), (0, [1, 2, 3], 1), (-4, [1, 2, 3], 1)],
)
def test_a_page_out_of_range_is_the_nearest(
    seven_people: Session, number: int, rows: list[int], shown: int
) -> None:
    listed = page_of(range(1, 8), number, size=3)
    queried = page_of_query(seven_people, select(Person).order_by(Person.id), number, size=3)

    assert [*listed.rows] == [person.id for person in queried.rows] == rows
    for page in (listed, queried):
        assert (page.number, page.count, page.total) == (shown, 3, 7)


def test_an_empty_list_has_one_empty_page(seven_people: Session) -> None:
    nobody = select(Person).where(Person.id > 99).order_by(Person.id)
    page = page_of_query(seven_people, nobody, 5, size=3)

    assert (list(page.rows), page.number, page.count, page.total) == ([], 1, 1, 0)


@pytest.mark.parametrize(("typed", "page"), [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("99999", 1)])
def test_a_page_number_that_is_none_is_the_first(typed: str, page: int) -> None:
    assert parse_page(typed) == page
