"""Facts that are to be found in mails and their files."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.base import EndsWith, Task
from gristmill.apps.mail.tasks.facts import Fact, FactKind
from gristmill.apps.mail.tasks.find_fact import spoken

pytestmark = pytest.mark.slow

FAMILY = "Mail-FindFact-v0"
Begin = Callable[..., Any]


def in_mail(task: Task) -> bool:
    return task.ends_with is EndsWith.ANSWER and not task.terms["file_id"] and bool(task.terms["old"])


def in_file(task: Task) -> bool:
    return bool(task.terms["file_id"])


def fact_of(begun: Any, name: str = "fact") -> Fact:
    return Fact.of(begun.terms[name])


@pytest.mark.parametrize(
    "path", ["/threads/{thread_id}", "/threads/{thread_id}/print", "/threads/{thread_id}?at=/all"]
)
def test_the_answer_counts_once_its_page_was_opened(desk: Begin, path: str) -> None:
    begun = desk(FAMILY, in_mail)
    answer = spoken(fact_of(begun))
    assert begun.failed(answer=answer) == {"the page with the fact was opened"}
    begun.open(path.format(**begun.terms))
    assert begun.failed(answer=answer) == set()
    assert begun.failed() == {"answer given", "right answer"}


def test_an_answer_may_be_written_as_people_write_it(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: in_mail(task) and task.terms["fact"][0] != FactKind.NUMBER)
    begun.open(f"/threads/{begun.terms['thread_id']}")
    assert begun.failed(answer=f"{fact_of(begun)}") == set()


def test_what_was_corrected_is_wrong(desk: Begin) -> None:
    begun = desk(FAMILY, in_mail)
    begun.open(f"/threads/{begun.terms['thread_id']}")
    assert begun.failed(answer=spoken(fact_of(begun, "old"))) == {"right answer", "not what was corrected"}


def test_a_fact_in_a_file_is_seen_in_the_file(desk: Begin) -> None:
    begun = desk(FAMILY, in_file)
    begun.open(f"/threads/{begun.terms['thread_id']}")
    answer = spoken(fact_of(begun))
    assert begun.failed(answer=answer) == {"the page with the fact was opened"}
    begun.open(f"/files/{begun.terms['file_id']}")
    assert begun.failed(answer=answer) == set()


def test_without_an_answer_one_gives_up_after_reading_so(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: task.ends_with is EndsWith.GIVE_UP)
    assert begun.failed(gave_up="Open") == {"the page with the fact was opened"}
    begun.open(f"/threads/{begun.terms['thread_id']}")
    assert begun.failed(gave_up="Open") == set()
    assert begun.failed(answer=spoken(fact_of(begun))) == {"given up"}


def test_reading_changes_nothing_else(desk: Begin) -> None:
    begun = desk(FAMILY, in_mail)
    begun.open(f"/threads/{begun.terms['thread_id']}")
    begun.star_something()
    assert begun.failed(answer=spoken(fact_of(begun))) == {"nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
