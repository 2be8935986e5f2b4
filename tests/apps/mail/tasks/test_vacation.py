"""Setting a vacation notice: what passes, and each mistake that must not."""

from typing import Any

import pytest

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Contact
from gristmill.apps.mail.services.vacation import change_vacation
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-Vacation-v0"
REST = "nothing else changed"


def usual(task: Task) -> bool:
    return task.terms["kind"] == "usual"


def set_notice(desk: Any, **changes: str) -> Any:
    """Set the notice as it is wanted but for some fields."""
    wanted = desk.terms["wanted"]
    form = {
        "is_on": "yes", "starts_on": wanted["starts_on"], "ends_on": wanted["ends_on"], "subject": "",
        "body": f"Gone fishing! Ask {desk.terms['deputy']}.", "every_days": str(wanted["every_days"]),
        "only_contacts": "yes" if wanted["only_contacts"] else "",
        "only_company": "yes" if wanted["only_company"] else "",
    }  # fmt: skip
    with desk.rows() as db:
        change_vacation(World(db), desk.terms["plan"]["account_id"], form | changes)
    return desk


def test_other_words_and_a_subject_pass_also_after_a_wrong_notice(desk: Any) -> None:
    begun = set_notice(desk(FAMILY, usual), ends_on="2031-12-24", body="Away.")
    assert set_notice(begun, subject="Away").failed() == set()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"ends_on": "2031-12-24"}, "no other last day"),
        ({"ends_on": ""}, "no other last day"),
        ({"starts_on": ""}, "first day"),
        ({"is_on": ""}, "notice is on"),
        ({"body": "I am away."}, "names the deputy"),
    ],
)
def test_each_mistake_fails_by_its_name(desk: Any, change: dict[str, str], name: str) -> None:
    assert set_notice(desk(FAMILY, usual), **change).failed() == {name}


def test_the_wrong_circle_or_rhythm_fails(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: usual(task) and not task.terms["wanted"]["only_contacts"])  # type: ignore[index, call-overload]
    set_notice(begun, only_contacts="yes")
    assert begun.failed() == {"answers those who were named, and no others"}
    every = "30" if begun.terms["wanted"]["every_days"] != 30 else "1"
    assert set_notice(begun, every_days=every).failed() == {"how often"}


def test_the_text_of_the_old_notice_must_not_stay(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: bool(task.terms["former"]))
    set_notice(begun, body=f"Ask {begun.terms['deputy']} or {begun.terms['former']}.")
    assert begun.failed() == {"does not name the former deputy"}


def test_news_names_another_last_day(desk: Any) -> None:
    assert set_notice(desk(FAMILY, usual, news="midway")).failed() == set()


def test_a_notice_that_is_there_already_is_to_be_looked_at(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: task.terms["kind"] == "nothing")
    assert begun.failed() == {"the notice was looked at"}
    begun.open("/settings/vacation")
    assert begun.failed() == set()


def test_days_in_the_wrong_order_are_given_up(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: task.terms["kind"] == "reversed")
    begun.open("/settings/vacation")
    assert begun.failed(gave_up="The days are in the wrong order") == set()
    wanted = begun.terms["wanted"]
    set_notice(begun, starts_on=wanted["ends_on"], ends_on=wanted["starts_on"])
    assert begun.failed(gave_up="The days are in the wrong order") == {REST}


def test_other_changes_fail(desk: Any) -> None:
    begun = set_notice(desk(FAMILY, usual))
    with begun.rows() as db:
        db.query(Contact).first().is_starred ^= True
    assert begun.failed() == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
