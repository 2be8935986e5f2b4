"""Who has agreed, refused, or not answered in a thread."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.base import Task

pytestmark = pytest.mark.slow

FAMILY = "Mail-WhoAgreed-v0"
Begin = Callable[..., Any]


def differs(name: str) -> Callable[[Task], bool]:
    return lambda task: set(map(str, task.terms[name])) != set(map(str, task.terms["names"]))  # type: ignore[arg-type]


def listed(begun: Any, name: str = "names") -> str:
    return ", ".join(begun.terms[name]) or "none"


@pytest.fixture
def opened(desk: Begin) -> Callable[..., Any]:
    def begin(fits: Callable[[Task], bool]) -> Any:
        begun = desk(FAMILY, fits)
        begun.open(f"/threads/{begun.terms['thread_id']}")
        return begun

    return begin


@pytest.mark.parametrize("path", ["/threads/{thread_id}?at=/all", "/threads/{thread_id}/print"])
def test_the_names_count_once_the_thread_was_opened(desk: Begin, path: str) -> None:
    begun = desk(FAMILY, lambda task: len(task.terms["names"]) > 1)
    assert begun.failed(answer=listed(begun)) == {"the page with the fact was opened"}
    begun.open(path.format(**begun.terms))
    assert begun.failed(answer=listed(begun)) == set()
    backwards = " and ".join(name.upper() for name in reversed(begun.terms["names"]))
    assert begun.failed(answer=backwards) == set()


def test_whoever_has_changed_their_mind_counts_as_they_stand_now(opened: Any) -> None:
    begun = opened(differs("before"))
    assert begun.failed(answer=listed(begun, "before")) == {"right answer", "changed minds count"}


def test_a_notice_of_absence_is_no_answer(opened: Any) -> None:
    begun = opened(differs("unnoticed"))
    wrong = listed(begun, "unnoticed")
    assert begun.failed(answer=wrong) == {"right answer", "a notice of absence is no answer"}


def test_a_name_less_fails(opened: Any) -> None:
    begun = opened(lambda task: len(task.terms["names"]) > 2)
    assert "right answer" in begun.failed(answer=", ".join(begun.terms["names"][1:]))


def test_nobody_at_all_is_an_answer(opened: Any) -> None:
    begun = opened(lambda task: not task.terms["names"])
    assert begun.failed(answer="none") == set()
    assert "right answer" in begun.failed(answer="")


def test_a_star_is_a_change(opened: Any) -> None:
    begun = opened(lambda task: True)
    begun.star_something()
    assert begun.failed(answer=listed(begun)) == {"nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
