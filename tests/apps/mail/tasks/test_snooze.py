"""Snoozing a thread until a time: what passes, and each mistake that must not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gristmill.apps.base import Task

pytestmark = pytest.mark.slow

FAMILY = "Mail-Snooze-v0"
GOAL, REST = "the thread is snoozed until that time", "nothing else changed"


def usual(task: Task) -> bool:
    return task.terms["kind"] == "usual"


def until(desk: Any) -> datetime:
    return datetime.fromisoformat(desk.terms["until"])


def test_the_right_time_passes_also_after_a_wrong_one(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual)
    act_on(begun, "snooze", [begun.terms["entry"]], until=until(begun) + timedelta(days=7))
    act_on(begun, "snooze", [begun.terms["entry"]], until=until(begun))
    assert begun.failed() == set()


def test_another_week_or_hour_fails(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual)
    act_on(begun, "snooze", [begun.terms["entry"]], until=until(begun) + timedelta(days=7))
    assert begun.failed() == {GOAL, "not another day", REST}
    act_on(begun, "snooze", [begun.terms["entry"]], until=until(begun) + timedelta(hours=1))
    assert begun.failed() == {GOAL, REST}


def test_archiving_is_no_snooze(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual)
    act_on(begun, "archive", [begun.terms["entry"]])
    assert begun.failed() == {GOAL, "not moved to another folder", REST}


def test_the_mail_of_the_same_subject_is_another(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual)
    act_on(begun, "snooze", [begun.terms["twin"]], until=until(begun))
    assert begun.failed() == {GOAL, "the other mail stays", REST}


def test_news_names_another_time(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual, news="midway")
    act_on(begun, "snooze", [begun.terms["entry"]], until=until(begun))
    assert begun.failed() == set()


def test_a_snooze_that_is_there_already_is_to_be_looked_at(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: task.terms["kind"] == "nothing")
    assert begun.failed() == {"the thread was looked at"}
    begun.open("/snoozed")
    assert begun.failed() == set()


def test_a_time_that_has_passed_is_given_up(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, lambda task: task.terms["kind"] == "too late")
    begun.open(f"/threads/{begun.terms['thread']}")
    assert begun.failed(gave_up="It is too late") == set()
    assert begun.failed() == {"given up"}
    act_on(begun, "snooze", [begun.terms["entry"]], until=datetime(2031, 4, 1, 9))
    assert begun.failed(gave_up="It is too late") == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
