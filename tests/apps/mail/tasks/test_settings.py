"""Setting preferences: what passes, and each mistake that must not."""

from typing import Any

import pytest

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Account, Signature
from gristmill.apps.mail.services.settings_form import change_settings
from gristmill.apps.mail.tasks.settings import REPLY, WISHES

pytestmark = pytest.mark.slow

FAMILY = "Mail-Settings-v0"
REST, OTHERS = "nothing else changed", "no other setting was changed"


def signs(task: Task) -> bool:
    return not task.terms["is_nothing"] and REPLY in task.terms["wanted"]  # type: ignore[operator]


def change(desk: Any, **values: str) -> Any:
    """Set these values besides those that are wanted."""
    with desk.rows() as db:
        account = db.get_one(Account, desk.terms["plan"]["account_id"])
        change_settings(db, account, {**desk.terms["wanted"], **values})
    return desk


def other(desk: Any) -> str:
    return "shows_snippets" if "shows_snippets" not in desk.terms["wanted"] else "adds_contacts"


def test_they_pass_in_several_steps_and_with_a_detour(desk: Any) -> None:
    begun = desk(FAMILY, signs)
    with begun.rows() as db:
        account = db.get_one(Account, begun.terms["plan"]["account_id"])
        change_settings(db, account, {other(begun): "no"})
        change_settings(db, account, {other(begun): "yes"})
        for name, value in begun.terms["wanted"].items():
            change_settings(db, account, {name: value})
    assert begun.failed() == set()


def test_other_settings_stay(desk: Any) -> None:
    begun = desk(FAMILY, signs)
    assert change(begun, **{other(begun): "no"}).failed() == {OTHERS, REST}
    begun = desk(FAMILY, signs)
    assert change(begun, name="Somebody else").failed() == {REST}


def test_the_signature_is_that_of_answers(desk: Any) -> None:
    begun = desk(FAMILY, signs)
    change(begun, new_signature_id=begun.terms["wanted"][REPLY])
    assert begun.failed() == {OTHERS, REST}
    begun = desk(FAMILY, signs)
    assert change(begun, **{REPLY: ""}).failed() == {"signature of answers"}


def test_a_signature_of_the_same_text_under_another_name_is_a_side_effect(desk: Any) -> None:
    begun = change(desk(FAMILY, signs))
    with begun.rows() as db:
        db.get_one(Signature, int(begun.terms["wanted"][REPLY])).name = "Changed"
    assert begun.failed() == {REST}


def test_a_missing_preference_fails_by_what_was_wished_for(desk: Any) -> None:
    begun = desk(FAMILY, signs)
    name = next(each for each in begun.terms["wanted"] if each != REPLY)
    with begun.rows() as db:
        account = db.get_one(Account, begun.terms["plan"]["account_id"])
        change_settings(db, account, {k: v for k, v in begun.terms["wanted"].items() if k != name})
    assert begun.failed() == {WISHES[name, begun.terms["wanted"][name]]}


def test_news_names_another_value(desk: Any) -> None:
    assert change(desk(FAMILY, signs, news="midway")).failed() == set()


def test_settings_that_are_right_already_are_to_be_looked_at(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: bool(task.terms["is_nothing"]))
    assert begun.failed() == {"the settings were opened"}
    begun.open("/settings")
    assert begun.failed() == set()


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
