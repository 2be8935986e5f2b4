"""Mails that are to be counted."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.base import Task

pytestmark = pytest.mark.slow

FAMILY = "Mail-Count-v0"
LOOKED = "mails were looked for"
Begin = Callable[..., Any]


def differs(name: str) -> Callable[[Task], bool]:
    return lambda task: task.terms[name] != task.terms["count"]


@pytest.mark.parametrize("path", ["/search?q=from%3Aada", "/archive", "/all?page=2", "/threads/7"])
def test_the_number_counts_once_mails_were_looked_for(desk: Begin, path: str) -> None:
    begun = desk(FAMILY)
    answer = str(begun.terms["count"])
    begun.open("/inbox")
    assert begun.failed(answer=answer) == {LOOKED}
    begun.open(path)
    assert begun.failed(answer=answer) == set()
    assert begun.failed(answer=f"{answer} mails") == {"right answer"}


@pytest.mark.parametrize(
    ("term", "failing"),
    [("threads", "mails are counted, not threads"), ("with_hidden", "spam and bin do not count")],
)
def test_a_known_miscount_is_named(desk: Begin, term: str, failing: str) -> None:
    begun = desk(
        FAMILY, lambda task: differs(term)(task) and task.terms["threads"] != task.terms["with_hidden"]
    )
    begun.open("/all")
    assert begun.failed(answer=str(begun.terms[term])) == {"right answer", failing}


def test_none_at_all_is_a_number(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: task.terms["count"] == 0)
    begun.open("/search?q=from%3Aada")
    assert begun.failed(answer="0") == set()
    assert begun.failed(gave_up="None") == {"answer given", "right answer"}


def test_reading_marks_nothing_that_is_judged_but_a_star_does(desk: Begin) -> None:
    begun = desk(FAMILY)
    begun.open("/all")
    with begun.rows() as db:
        db.connection().exec_driver_sql("DELETE FROM mail_unread")
    assert begun.failed(answer=str(begun.terms["count"])) == set()
    begun.star_something()
    assert begun.failed(answer=str(begun.terms["count"])) == {"nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
