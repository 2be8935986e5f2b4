"""Rules for coming mails: what passes, and each mistake that must not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Filter, Label
from gristmill.apps.mail.services.filter_form import FilterEntry, create_filter
from gristmill.apps.mail.services.filtering import apply, existing
from gristmill.apps.mail.tasks.filter_rule import DUE
from gristmill.apps.mail.tasks.rules import Rule
from gristmill.apps.world.world import World
from gristmill.envs.actions.types import Wait

pytestmark = pytest.mark.slow

FAMILY = "Mail-Filter-v0"
ACTED, OTHERS = "the rule acted on those that it is for", "other new mails arrive as usual"
LATER, MORE = "the rule is there for later mails", "the rule does no more than asked"
REST = "nothing else changed"


def usual(task: Task) -> bool:
    return not task.terms["is_nothing"]


def ruled(desk: Any, **changes: Any) -> Any:
    """Make the rule but for some of its fields, and wait for the mails."""
    values = Rule.of(desk.task).entry
    fields = {name: getattr(values, name) for name in FilterEntry.__dataclass_fields__} | changes
    with desk.rows() as db:
        create_filter(World(db), desk.terms["plan"]["account_id"], FilterEntry(**fields))
    come(desk)
    return desk


def come(desk: Any) -> None:
    """Wait for the mails."""
    desk.episode.tick(Wait(DUE // timedelta(minutes=1) + 6))


@pytest.mark.parametrize(
    "change",
    [
        lambda rule: {},
        lambda rule: {"sender": rule.sender.upper(), "subject": f'"{rule.subject.lower()}"'},
        lambda rule: {"subject": "", "has_words": rule.subject},
    ],
)
def test_any_rule_that_acts_as_asked_passes(desk: Any, change: Any) -> None:
    begun = desk(FAMILY, usual)
    assert ruled(begun, **change(Rule.of(begun.task))).failed() == set()


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (lambda rule: {"subject": ""}, {OTHERS, LATER}),
        (lambda rule: {"sender": ""}, {OTHERS, LATER}),
        (lambda rule: {"sender": "nobody@brackwater.test"}, {ACTED, LATER}),
        (lambda rule: {"lacks_words": "second"}, {ACTED, MORE, REST}),
        (lambda rule: {"label_id": None}, {ACTED, LATER}),
        (lambda rule: {"marks_read": True}, {LATER, MORE, REST}),
        (lambda rule: {"forward_to": "ada@pinfold.test"}, {MORE, REST}),
    ],
)
def test_a_rule_that_is_too_broad_or_narrow_or_does_something_else_fails(
    desk: Any, change: Any, failed: set[str]
) -> None:
    begun = desk(FAMILY, usual)
    assert ruled(begun, **change(Rule.of(begun.task))).failed() == failed


def test_a_rule_that_comes_too_late_or_goes_too_soon_fails(desk: Any) -> None:
    late = desk(FAMILY, usual)
    come(late)
    assert ruled(late).failed() == {ACTED}
    begun = ruled(desk(FAMILY, usual))
    with begun.rows() as db:
        db.delete(db.scalars(select(Filter)).one())
    assert begun.failed() == {LATER}


def test_mails_that_were_there_stay(desk: Any) -> None:
    begun = ruled(desk(FAMILY, usual))
    with begun.rows() as db:
        rule = db.scalars(select(Filter)).one()
        old = [each for each in existing(db, rule) if each.id in begun.terms["old"]]
        apply(db, rule, old)
    assert begun.failed() == {"mails that were there stay", REST}


def test_the_mails_have_to_be_waited_for(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    with begun.rows() as db:
        create_filter(World(db), begun.terms["plan"]["account_id"], Rule.of(begun.task).entry)
    assert begun.failed() >= {"the mails have arrived"}


def test_a_rule_that_is_there_already_is_to_be_looked_at(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: not usual(task))
    come(begun)
    assert begun.failed() == {"the rules were looked at"}
    begun.open("/settings/filters")
    assert begun.failed() == set()


def test_news_names_another_label(desk: Any) -> None:
    begun = ruled(desk(FAMILY, usual, news="midway"))
    assert begun.failed() == set()
    with begun.rows() as db:
        own = select(Label.id).where(Label.account_id == begun.terms["plan"]["account_id"])
        others = set(db.scalars(own)) - {begun.terms["rule"]["label"][0]}
    assert ruled(desk(FAMILY, usual, news="midway"), label_id=min(others)).failed() == {
        ACTED,
        LATER,
        MORE,
        REST,
    }


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
