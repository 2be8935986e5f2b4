"""Archiving the old letters of a sender: what passes, and each mistake that must not."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Account, Entry
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_fixes import fixes
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-BulkArchive-v0"
OLD = "the older mails are in the archive"
REST = "nothing else changed"


def has_letters(task: Task) -> bool:
    return bool(task.terms["plan"]["columns"])  # type: ignore[index, call-overload]


def targets(desk: Any) -> list[int]:
    return [int(each) for each in desk.terms["plan"]["columns"]]


def letters(desk: Any, fits: Callable[[str, bool], bool]) -> list[int]:
    return [key for key, day, is_starred in desk.terms["letters"] if fits(day, is_starred)]


def test_archiving_them_passes_at_once_or_one_by_one_and_with_detours(desk: Any, act_on: Any) -> None:
    at_once, one_by_one = desk(FAMILY, has_letters), desk(FAMILY, has_letters)
    act_on(at_once, "archive", targets(at_once))
    assert at_once.failed() == set()
    for each in targets(one_by_one):
        act_on(one_by_one, "bin", [each])
        act_on(one_by_one, "restore", [each])
        act_on(one_by_one, "archive", [each])
    others = one_by_one.terms["twins"]
    act_on(one_by_one, "star", others)
    act_on(one_by_one, "unstar", others)
    assert one_by_one.failed() == set()


def test_each_mistake_fails_by_its_name(desk: Any, act_on: Any) -> None:
    def after(name: str, ids: Callable[[Any], list[int]]) -> set[str]:
        begun = desk(FAMILY, has_letters)
        act_on(begun, "archive", targets(begun))
        act_on(begun, name, ids(begun))
        failed: set[str] = begun.failed()
        return failed

    day = desk(FAMILY, has_letters).terms["day"]
    assert after("archive", lambda begun: begun.terms["twins"]) == {"mails of a similar sender stay", REST}
    assert after("archive", lambda begun: letters(begun, lambda at, starred: at == day)) >= {
        "mails of the day itself stay", REST,
    }  # fmt: skip
    assert after("archive", lambda begun: letters(begun, lambda at, starred: at > day and not starred)) == {
        "later mails stay", REST,
    }  # fmt: skip
    assert after("archive", lambda begun: letters(begun, lambda at, starred: starred and at < day)) == {
        "starred mails stay", REST,
    }  # fmt: skip
    assert after("bin", targets) == {OLD, "archived, not deleted", REST}
    assert after("inbox", lambda begun: targets(begun)[:1]) == {OLD}


def test_news_moves_the_day(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, has_letters, news="midway")
    act_on(begun, "archive", targets(begun))
    assert begun.failed() == set()


def test_where_nothing_fits_the_letters_have_to_be_looked_at(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, lambda task: not has_letters(task))
    assert begun.failed() == {"the letters were listed"}
    begun.open("/contacts/1", "/contacts/new")
    assert begun.failed() == {"the letters were listed"}
    begun.open("/search?q=from%3Aletters")
    assert begun.failed() == set()
    act_on(begun, "archive", begun.terms["twins"])
    assert begun.failed() == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))


def test_what_was_done_to_a_mail_that_has_just_come_is_to_be_undone(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, has_letters)
    plan = Plan.of(begun.task)
    with begun.rows() as db:
        account = db.get_one(Account, plan.account_id)
        sender, reader = (
            Mailbox(name="Hob", email="hob@tanner.example"),
            Mailbox(email=account.addresses[0].email),
        )
        mail = deliver(World(db), Mailing(sender=sender, to=(reader,), subject="Tea", body="At four?"))
        came = db.scalars(select(Entry.id).where(Entry.message_id == mail.id)).one()

    def to_undo() -> list[str]:
        with begun.rows() as db:
            return [each.key for each in fixes(db, plan) if each.entry.id == came]

    assert to_undo() == []
    act_on(begun, "star", [came])
    act_on(begun, "archive", [came])
    assert to_undo() == ["is_starred:0", "folder:inbox"]
