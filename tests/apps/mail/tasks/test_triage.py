"""Sorting the mails of today by rules: what passes, and each mistake that must not."""

from typing import Any

import pytest

from gristmill.apps.base import Task

pytestmark = pytest.mark.slow

FAMILY = "Mail-Triage-v0"
GOAL, FIRST = "the mails of today are sorted", "the first rule that fits decides alone"
BEFORE, UNFIT, REST = "mails of before today stay", "mails that no rule fits stay", "nothing else changed"


def has_mails(task: Task) -> bool:
    plan: Any = task.terms["plan"]
    return bool(plan["columns"])


def triaged(desk: Any, act_on: Any) -> Any:
    """Sort the mails one by one, the last first."""
    plan, buttons = desk.terms["plan"], {"is_starred": "star", "is_important": "important"}
    for key in reversed([*plan["columns"]]):
        ((column, value),) = plan["columns"][key].items()
        act_on(desk, buttons.get(column, value), [int(key)])
    for key, labels in plan["labels"].items():
        for each in labels:
            act_on(desk, "label", [int(key)], label=each)
    return desk


def some(desk: Any, sender: str, *, has_code: bool, is_today: bool = True) -> list[int]:
    return [key for key, *rest in desk.terms["mails"] if rest == [sender, has_code, is_today]]


def test_sorting_one_by_one_and_with_detours_passes(desk: Any, act_on: Any) -> None:
    begun = triaged(desk(FAMILY, has_mails), act_on)
    unfit = some(begun, "twin", has_code=False)
    act_on(begun, "archive", unfit)
    act_on(begun, "inbox", unfit)
    assert begun.failed() == set()


def test_a_second_rule_on_top_fails(desk: Any, act_on: Any) -> None:
    begun = triaged(desk(FAMILY, lambda task: has_mails(task) and code_first(task)), act_on)
    act_on(begun, "archive", some(begun, "archive", has_code=True))
    assert begun.failed() == {GOAL, FIRST, REST}


def code_first(task: Task) -> bool:
    rules: Any = task.terms["rules"]
    return bool(rules["order"][0] == "code")


def test_mails_of_before_or_without_a_rule_stay(desk: Any, act_on: Any) -> None:
    begun = triaged(desk(FAMILY, has_mails), act_on)
    act_on(begun, "archive", some(begun, "archive", has_code=False, is_today=False))
    assert begun.failed() == {BEFORE, REST}
    begun = triaged(desk(FAMILY, has_mails), act_on)
    act_on(begun, "archive", some(begun, "twin", has_code=False))
    assert begun.failed() == {UNFIT, REST}


def test_the_bin_is_not_the_archive(desk: Any, act_on: Any) -> None:
    begun = triaged(desk(FAMILY, has_mails), act_on)
    act_on(begun, "bin", some(begun, "archive", has_code=False))
    assert begun.failed() == {GOAL, REST}


def test_news_names_another_label(desk: Any, act_on: Any) -> None:
    assert triaged(desk(FAMILY, has_mails, news="midway"), act_on).failed() == set()


def test_where_no_rule_fits_the_mails_have_to_be_looked_at(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, lambda task: not has_mails(task))
    assert begun.failed() == {"the mails were listed"}
    begun.open("/all")
    assert begun.failed() == set()
    act_on(begun, "archive", some(begun, "archive", has_code=False, is_today=False))
    assert begun.failed() == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
