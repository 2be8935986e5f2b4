"""Answering the invitations of a week: what passes, and each mistake that must not."""

from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.agents.audit.stage import Stage
from gristmill.apps.mail.models import Account, Answer, Entry, Guest, Mail, Meeting
from gristmill.apps.mail.services.invitations import answer
from gristmill.apps.mail.tasks.invite import NAMES, WANTED
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-Invite-v0"
ONCE, REST = "each was answered once", "nothing else changed"
OTHER = "invitations of other weeks stay open"


def has(kind: str = "") -> Any:
    return lambda task: kind in task.terms["invitations"] if kind else bool(task.terms["invitations"])


def reply(desk: Any, meeting_id: int, given: str, comment: str = "") -> None:
    with desk.rows() as db:
        account = db.get_one(Account, desk.terms["plan"]["account_id"])
        answer(World(db), account, db.get_one(Meeting, meeting_id), given, comment)


def answer_all(desk: Any, *, wrong: str = "", comment: str = "") -> Any:
    """Answer as is right, but for one kind."""
    for kind, (meeting_id, _) in reversed(desk.terms["invitations"].items()):
        given = WANTED.get(kind, Answer.ACCEPTED)
        opposite = Answer.ACCEPTED if given == Answer.DECLINED else Answer.DECLINED
        reply(desk, meeting_id, str(opposite if kind == wrong else given), comment)
    return desk


def test_right_answers_pass_in_any_order_and_with_comments(desk: Any) -> None:
    assert answer_all(desk(FAMILY, has())).failed() == set()
    begun = answer_all(desk(FAMILY, has()), comment="Thank you")
    begun.wait(2)
    assert begun.failed() == set()


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_each_wrong_answer_fails_by_what_it_misses(desk: Any, kind: str) -> None:
    assert answer_all(desk(FAMILY, has(kind)), wrong=kind).failed() == {NAMES[kind]}


def test_an_answer_that_was_corrected_was_sent_twice(desk: Any) -> None:
    begun = answer_all(desk(FAMILY, has("clash")), wrong="clash")
    reply(begun, begun.terms["invitations"]["clash"][0], "declined")
    assert begun.failed() == {ONCE}


def test_no_answer_and_maybe_fail(desk: Any) -> None:
    begun = desk(FAMILY, has("free"))
    assert begun.failed() >= {ONCE, NAMES["free"]}
    assert desk(FAMILY, has("free")).failed(gave_up="I may not") >= {"not given up"}
    begun = answer_all(begun)
    reply(begun, begun.terms["invitations"]["free"][0], "maybe")
    assert begun.failed() == {ONCE, NAMES["free"]}


def test_another_mail_fails_while_it_waits_and_once_it_has_left(desk: Any) -> None:
    begun = answer_all(desk(FAMILY, has()))
    begun.send(to="alice.foster@wherrymoor.test", body="By the way, are you there on Friday?")
    assert begun.failed() == {"no other mail was sent", REST}
    begun.wait()
    assert "no other mail was sent" in begun.failed()


def test_an_answer_that_was_put_elsewhere_fails(desk: Any, act_on: Any) -> None:
    begun = answer_all(desk(FAMILY, has()))
    with begun.rows() as db:
        own = select(Entry.id).where(Entry.account_id == begun.terms["plan"]["account_id"])
        newest = db.scalars(own.order_by(Entry.id.desc()).limit(2)).all()
        copy = next(each for each in newest if db.get_one(Entry, each).is_own)
    act_on(begun, "star", [copy])
    assert begun.failed() == {"answers lie as they were delivered"}


def test_invitations_are_in_the_order_in_which_checkpoints_store_them(desk: Any) -> None:
    found = desk(FAMILY, lambda task: len(task.terms["invitations"]) > 2).terms["invitations"]
    assert list(found) == sorted(found)


def test_other_weeks_stay_open(desk: Any) -> None:
    begun = answer_all(desk(FAMILY, has()))
    with begun.rows() as db:
        meeting_id = db.get_one(Guest, begun.terms["other"]).meeting_id
    reply(begun, meeting_id, "accepted")
    assert begun.failed() == {ONCE, OTHER, REST}


def test_where_none_is_left_the_week_has_to_be_looked_at(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: not task.terms["invitations"])
    begun.open("/agenda")
    assert begun.failed() == {"the week was looked at"}
    begun.open(f"/agenda?week={begun.terms['monday']}")
    assert begun.failed() == set()


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))


def test_the_oracle_finds_an_invitation_in_spam_once_its_answer_lies_elsewhere() -> None:
    with closing(Stage(FAMILY, split="train")) as stage:
        stage.begin(0)
        meeting_id = next(iter(stage.task.terms["invitations"].values()))[0]  # type: ignore[union-attr, index]
        with stage.episode.session.orm_session() as db:
            account_id = Plan.of(stage.task).account_id
            asked = select(Entry.thread_id).join(Mail, Mail.id == Entry.message_id)
            own = Entry.account_id == account_id, Mail.meeting_id == meeting_id
            thread_id = db.scalars(asked.where(*own)).one()
        stage.act(f"goto http://mail.test/threads/{thread_id}")
        stage.act(
            f"click {next(each.ref for each in stage.page.all('button') if each.name == 'Report spam')}"
        )
        stage.solve(stage.family.max_steps)
        assert stage.verdict.success
