"""Mails that are to leave at a given time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from gristmill.apps.base import EndsWith, Task
from gristmill.apps.mail.models import MailDraft
from gristmill.apps.mail.services.sending import send
from gristmill.apps.mail.tasks.facts import Fact
from gristmill.apps.mail.tasks.schedule import STORED
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-Schedule-v0"
RIGHT_TIME = "scheduled for the right time"
Begin = Callable[..., Any]


def elsewhere(task: Task) -> bool:
    return bool(task.terms["is_possible"] and task.terms["shift"])


@pytest.fixture
def begun(desk: Begin) -> Any:
    return desk(FAMILY, elsewhere)


def text(begun: Any) -> str:
    return "News: " + ", ".join(str(Fact.of(each)) for each in begun.wanted["facts"])


def schedule(begun: Any, when: str, **changes: Any) -> None:
    draft_id = begun.save(**{"to": begun.terms["to"], "body": text(begun), **changes})
    with begun.rows() as db:
        due = datetime.strptime(when, STORED)
        send(World(db), db.get_one(MailDraft, draft_id), due, is_scheduled=True)


def test_the_time_of_the_mailbox_passes_in_any_words(begun: Any) -> None:
    schedule(begun, begun.wanted["scheduled_for"])
    assert begun.failed() == set()


def test_a_private_address_passes(begun: Any) -> None:
    schedule(begun, begun.wanted["scheduled_for"], to=begun.wanted["to"][0][-1])
    assert begun.failed() == set()


def test_the_clock_time_of_the_other_town_fails(begun: Any) -> None:
    schedule(begun, begun.terms["there"])
    assert begun.failed() == {RIGHT_TIME, "not at the clock time of the other town"}


@pytest.mark.parametrize("at_once", [True, False])
def test_sending_it_now_fails(begun: Any, at_once: bool) -> None:
    begun.send(to=begun.terms["to"], body=text(begun), at_once=at_once)
    assert begun.failed() == {RIGHT_TIME, "not sent before its time"}


def test_sending_it_twice_fails(begun: Any) -> None:
    schedule(begun, begun.wanted["scheduled_for"])
    begun.send(to=begun.terms["to"], body=text(begun))
    assert {"one mail sent", "not sent before its time"} <= begun.failed()


def test_news_moves_the_time(desk: Begin) -> None:
    begun = desk(FAMILY, elsewhere, news="midway")
    schedule(begun, begun.wanted["scheduled_for"])
    assert begun.failed() == set()


def test_a_time_that_has_passed_is_given_up_at_the_form(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: task.ends_with is EndsWith.GIVE_UP)
    assert begun.failed(gave_up="Past") == {"the form was opened"}
    begun.open("/compose")
    assert begun.failed(gave_up="Past") == set()
    begun.send(to=begun.terms["to"], body=text(begun))
    assert begun.failed(gave_up="Past") == {"nothing was sent", "nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
