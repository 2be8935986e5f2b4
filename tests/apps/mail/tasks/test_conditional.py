"""Answers that are only to be given if somebody has written."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Account, Entry, Mail, MailAddress
from gristmill.apps.mail.tasks.conditional import HOLDS, NOTHING, OTHERWISE
from gristmill.apps.mail.tasks.facts import Fact

pytestmark = pytest.mark.slow

FAMILY = "Mail-Conditional-v0"
Begin = Callable[..., Any]


def branch(name: str) -> Callable[[Task], bool]:
    return lambda task: task.terms["branch"] == name


def text(begun: Any) -> str:
    return "So: " + ", ".join(str(Fact.of(each)) for each in begun.wanted["facts"])


def older_mail(begun: Any) -> str | None:
    """Another mail of the same person about the same."""
    with begun.rows() as db:
        own = select(Account.id).where(Account.person_id == begun.task.person_id)
        sender = select(MailAddress.email).where(MailAddress.email == begun.terms["asker"])
        found = select(Mail.message_id).join(Entry).where(
            Entry.account_id.in_(own), Mail.sender_email.in_(sender),
            Mail.subject == begun.terms["matter"]["title"], Mail.message_id != begun.wanted["answers"],
        )  # fmt: skip
        older: str | None = db.scalars(found.order_by(Mail.sent_at)).first()
        return older


@pytest.mark.parametrize("at_once", [True, False])
def test_an_answer_passes_where_the_condition_holds(desk: Begin, at_once: bool) -> None:
    begun = desk(FAMILY, branch(HOLDS))
    answers = begun.wanted["answers"]
    begun.send(to=begun.terms["asker"], body=text(begun), answers=answers, at_once=at_once)
    assert begun.failed() == set()


def test_a_mail_from_before_the_day_is_not_the_one(desk: Begin) -> None:
    for first in range(0, 40, 2):
        begun = desk(FAMILY, branch(HOLDS), first=first)
        older = older_mail(begun)
        if older:
            break
    begun.send(to=begun.terms["asker"], body=text(begun), answers=older)
    assert begun.failed() == {"answers the right mail"}


def test_the_other_branch_asks_for_a_mail_to_another_person(desk: Begin) -> None:
    begun = desk(FAMILY, branch(OTHERWISE))
    begun.send(to=begun.terms["other"], body=text(begun))
    assert begun.failed() == set()
    wrong = desk(FAMILY, branch(OTHERWISE))
    wrong.send(to=wrong.terms["asker"], body=text(wrong))
    assert wrong.failed() == {"to", "nobody else gets it"}


def test_doing_nothing_passes_after_a_look_only(desk: Begin) -> None:
    begun = desk(FAMILY, branch(NOTHING))
    assert begun.failed() == {"the mail was looked for"}
    begun.open("/search?q=from%3Aada")
    assert begun.failed() == set()
    assert begun.failed(gave_up="No mail") == {"not given up"}
    begun.send(to=begun.terms["asker"], body=text(begun))
    assert begun.failed() == {"nothing was sent", "nothing else changed"}


def test_news_changes_a_fact(desk: Begin) -> None:
    begun = desk(FAMILY, branch(HOLDS), news="midway")
    old = Fact.of(begun.wanted["banned"][0])
    begun.send(to=begun.terms["asker"], body=f"{text(begun)}, {old}", answers=begun.wanted["answers"])
    assert begun.failed() == {f"does not say {old}"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
