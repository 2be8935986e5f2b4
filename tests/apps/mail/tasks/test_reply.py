"""Answers to a question by a fact that stands elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.tasks.facts import Fact

pytestmark = pytest.mark.slow

FAMILY = "Mail-Reply-v0"
Begin = Callable[..., Any]


def known(task: Task) -> bool:
    return bool(task.terms["is_known"])


def superseded(task: Task) -> bool:
    return known(task) and bool(task.terms["mail"]["banned"])  # type: ignore[index,call-overload]


@pytest.fixture
def begun(desk: Begin) -> Any:
    return desk(FAMILY, superseded)


def answer(begun: Any, **changes: Any) -> None:
    wanted = begun.wanted
    fact = Fact.of(wanted["facts"][0])
    rest = {"to": wanted["to"][0][0], "body": f"I looked: {fact}.", "answers": wanted["answers"], **changes}
    begun.send(**rest)


@pytest.mark.parametrize("at_once", [True, False])
def test_an_answer_in_own_words_passes(begun: Any, at_once: bool) -> None:
    answer(begun, at_once=at_once)
    assert begun.failed() == set()


def test_what_is_quoted_tells_nothing(begun: Any) -> None:
    fact = Fact.of(begun.wanted["facts"][0])
    answer(begun, body=f"Yes.\n\nOn Mon 3 March, 10:00, Ada wrote:\n> {fact}")
    assert begun.failed() == {f"says {fact}"}


def test_a_mail_of_its_own_is_no_reply(begun: Any) -> None:
    answer(begun, answers="")
    assert begun.failed() == {"answers the right mail"}


def test_another_mail_of_the_thread_is_not_the_one_that_asked(desk: Begin) -> None:
    for first in range(30):
        begun = desk(FAMILY, known, first=first)
        with begun.rows() as db:
            later = db.scalar(select(Mail).where(Mail.in_reply_to == begun.wanted["answers"]))
            other = later and later.message_id
        if other:
            break
    answer(begun, answers=other)
    assert begun.failed() == {"answers the right mail"}


def test_the_value_before_the_correction_is_wrong(begun: Any) -> None:
    fact, old = Fact.of(begun.wanted["facts"][0]), Fact.of(begun.wanted["banned"][0])
    answer(begun, body=f"It is {old}.")
    assert begun.failed() == {f"says {fact}", f"does not say {old}"}


def test_an_answer_to_all_reaches_too_many(begun: Any) -> None:
    answer(begun, cc="all@wherrymoor.test")
    assert begun.failed() == {"copies", "nobody else gets it"}


def test_news_asks_for_a_copy(desk: Begin) -> None:
    begun = desk(FAMILY, known, news="midway")
    answer(begun)
    assert begun.failed() == {"copies"}
    other = desk(FAMILY, known, news="midway")
    answer(other, cc=other.terms["cc"])
    assert other.failed() == set()


def test_nothing_is_sent_while_the_answer_is_open(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: not known(task))
    assert begun.failed() == {"the page with the fact was opened"}
    begun.open(f"/threads/{begun.terms['source_thread']}?at=/all")
    assert begun.failed() == set()
    assert begun.failed(gave_up="Unknown") == {"not given up"}
    begun.send(to="ada@example.test", body="Nobody knows.", answers=begun.wanted["answers"])
    assert begun.failed() == {"nothing was sent", "nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
