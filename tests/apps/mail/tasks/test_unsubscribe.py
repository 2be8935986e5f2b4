"""Unsubscribing from ignored letters: what passes, and each mistake that must not."""

from typing import Any

import pytest

from gristmill.apps.base import Task
from gristmill.apps.mail.services.senders import unsubscribe
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-Unsubscribe-v0"
MISSED, GO_ON = "ignored letters have ended", "letters that are opened go on"
ELSE, REST = "nothing else has ended", "nothing else changed"


def usual(task: Task) -> bool:
    return bool(task.terms["ignored"])


def leave(desk: Any, *emails: str) -> Any:
    with desk.rows() as db:
        for each in emails:
            unsubscribe(World(db), desk.terms["plan"]["account_id"], each)
    return desk


def test_leaving_all_ignored_letters_passes_in_any_order(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    assert leave(begun, *reversed(begun.terms["ignored"])).failed() == set()


def test_a_letter_that_was_forgotten_fails(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    assert leave(begun, *begun.terms["ignored"][1:]).failed() == {MISSED}


def test_a_letter_that_is_opened_goes_on(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    leave(begun, *begun.terms["ignored"], begun.terms["opened"][0])
    assert begun.failed() == {GO_ON, REST}


def test_other_senders_are_left_alone(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual)
    leave(begun, *begun.terms["ignored"], "billing@quaymill.test")
    assert begun.failed() == {ELSE, REST}
    begun = desk(FAMILY, usual)
    leave(begun, *begun.terms["ignored"]).star_something()
    assert begun.failed() == {REST}


def test_where_none_is_ignored_the_letters_have_to_be_listed(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: not usual(task))
    assert begun.failed() == {"the letters were listed"}
    begun.open("/inbox?category=offers")
    assert begun.failed() == set()
    assert leave(begun, begun.terms["opened"][0]).failed() == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
