"""A page of threads: the newest mail of each decides on its place, however long threads are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, Entry, Mail
from gristmill.apps.mail.services.folders import in_folder
from gristmill.apps.mail.services.listing import page_of_threads, thread_ids


@pytest.fixture
def inbox(send: Callable[..., Mail], post_db: Session) -> Account:
    """Ten threads of one to forty mails, several of them with the same time."""
    for number in range(10):
        first = send(f"Tea {number}")
        for _ in range(39 if number == 4 else number % 3):
            send(f"Re: Tea {number}", parent=first)
    for entry in post_db.query(Entry):
        entry.shown_at -= timedelta(days=entry.id % 5)
    post_db.flush()
    return post_db.get_one(Account, 1)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3, 4, 50])
@pytest.mark.parametrize("joins_messages", [True, False])
def test_pages_hold_every_thread_once_latest_first(
    inbox: Account, post_db: Session, size: int, joins_messages: bool
) -> None:
    scope = in_folder("inbox")
    wanted = [tuple(row) for row in post_db.execute(thread_ids(inbox.id, scope))]
    first = page_of_threads(post_db, inbox, scope, 1, size=size, joins_messages=joins_messages)

    pages = [
        page_of_threads(post_db, inbox, scope, number, size=size, joins_messages=joins_messages)
        for number in range(1, first.count + 1)
    ]

    assert [(row.id, row.shown_at) for page in pages for row in page.rows] == wanted
    assert {page.total for page in pages} == {len(wanted)} == {10}


def test_a_page_beyond_the_last_is_the_last(inbox: Account, post_db: Session) -> None:
    last = page_of_threads(post_db, inbox, in_folder("inbox"), 99, size=4)

    assert (last.number, last.count, len(last.rows)) == (3, 3, 2)


def test_an_empty_list_is_one_empty_page(inbox: Account, post_db: Session) -> None:
    page = page_of_threads(post_db, inbox, in_folder("spam"), 2, size=4)

    assert (page.number, page.count, page.total, page.rows) == (1, 1, 0, [])


def test_a_list_that_fits_is_not_counted(inbox: Account, post_db: Session) -> None:
    statements: list[str] = []
    engine = post_db.connection().engine
    listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    page_of_threads(post_db, inbox, in_folder("inbox"), 1, size=50)
    of_one_page = len(statements)
    page_of_threads(post_db, inbox, in_folder("inbox"), 1, size=3)

    assert (of_one_page, len(statements) - of_one_page) == (2, 3)
