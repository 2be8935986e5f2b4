"""Unfinished drafts that are to be completed and sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gristmill.agents.audit.audit import audit
from gristmill.apps.base import EndsWith, Task
from gristmill.apps.mail.models import MailDraft
from gristmill.apps.mail.services.sending import send
from gristmill.apps.mail.tasks.draft_finish import GAP
from gristmill.apps.mail.tasks.facts import Fact
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-DraftFinish-v0"
Begin = Callable[..., Any]


def with_hidden(task: Task) -> bool:
    fields: Any = task.terms["fields"]
    return bool(task.terms["draft_id"] and fields[1] and fields[2])


@pytest.fixture
def begun(desk: Begin) -> Any:
    return desk(FAMILY, with_hidden)


def finish(begun: Any, *, at_once: bool = False, **changes: Any) -> None:
    """Complete the draft itself and send it."""
    with begun.rows() as db:
        world, draft = World(db), db.get_one(MailDraft, begun.terms["draft_id"])
        for name, value in {"body": begun.terms["body"], **changes}.items():
            setattr(draft, name, value)
        db.flush()
        send(world, draft, world.now + timedelta(seconds=0 if at_once else 120))


@pytest.mark.parametrize("at_once", [True, False])
def test_the_completed_draft_passes(begun: Any, at_once: bool) -> None:
    finish(begun, at_once=at_once)
    assert begun.failed() == set()
    begun.wait()
    assert begun.failed() == set()


def test_a_copy_of_it_passes_if_the_draft_is_discarded(begun: Any) -> None:
    to, cc, bcc = begun.terms["fields"]
    title = begun.wanted["subject"]
    begun.send(to=to, cc=cc, bcc=bcc, subject=title, body=begun.terms["body"])
    assert begun.failed() == {"the draft itself is gone"}
    with begun.rows() as db:
        db.delete(db.get_one(MailDraft, begun.terms["draft_id"]))
    assert begun.failed() == set()


def test_a_lost_hidden_copy_fails(begun: Any) -> None:
    finish(begun, bcc="")
    assert begun.failed() == {"hidden copies"}


def test_a_hidden_copy_in_the_open_fails(begun: Any) -> None:
    _, cc, bcc = begun.terms["fields"]
    finish(begun, bcc="", cc=f"{cc}, {bcc}")
    assert begun.failed() == {"copies", "hidden copies"}


def test_the_gap_has_to_be_filled(begun: Any) -> None:
    facts = ", ".join(str(Fact.of(each)) for each in begun.wanted["facts"])
    finish(begun, body=f"{begun.terms['body']}\n{GAP}\n{facts}")
    assert begun.failed() == {"the gap is filled"}


def test_a_draft_that_is_only_saved_is_not_sent(begun: Any) -> None:
    with begun.rows() as db:
        db.get_one(MailDraft, begun.terms["draft_id"]).body = begun.terms["body"]
    assert {"one mail sent", "the draft itself is gone"} <= begun.failed()
    assert "nothing else changed" not in begun.failed()


def test_without_such_a_draft_one_gives_up_after_a_look(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: task.ends_with is EndsWith.GIVE_UP)
    assert begun.failed(gave_up="None") == {"the drafts were opened"}
    begun.open("/drafts")
    assert begun.failed(gave_up="None") == set()


def test_news_changes_a_fact(desk: Begin) -> None:
    begun = desk(FAMILY, with_hidden, news="midway")
    finish(begun)
    assert begun.failed() == set()
    wrong = desk(FAMILY, with_hidden, news="midway")
    old = Fact.of(wrong.wanted["banned"][0])
    finish(wrong, body=f"{wrong.terms['body']} {old}")
    assert wrong.failed() == {f"does not say {old}"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))


def test_sending_the_mail_that_waits_at_once_is_no_change_more() -> None:
    (report,) = audit([FAMILY], seeds=1, only=("over-doer",))
    assert report.findings == []
