"""Mails that are called back, corrected, and sent again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gristmill.apps.base import EndsWith, Task
from gristmill.apps.mail.models import MailDraft
from gristmill.apps.mail.services.sending import send, unsend
from gristmill.apps.mail.tasks.facts import Fact
from gristmill.apps.mail.tasks.matters import Matter
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-UndoSend-v0"
CALLED_BACK = "the mail with the mistake was called back"
Begin = Callable[..., Any]


def possible(task: Task) -> bool:
    return bool(task.terms["draft_id"])


@pytest.fixture
def begun(desk: Begin) -> Any:
    return desk(FAMILY, possible)


def sentence(begun: Any) -> str:
    return Matter.of(begun.task).sentence


def call_back(begun: Any) -> None:
    with begun.rows() as db:
        unsend(World(db), db.get_one(MailDraft, begun.terms["draft_id"]))


def send_again(begun: Any, body: str, *, seconds: int = 600, **changes: Any) -> None:
    with begun.rows() as db:
        world, draft = World(db), db.get_one(MailDraft, begun.terms["draft_id"])
        for name, value in {"body": body, **changes}.items():
            setattr(draft, name, value)
        db.flush()
        send(world, draft, world.now + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [0, 600])
def test_the_corrected_mail_passes(begun: Any, seconds: int) -> None:
    begun.wait(1)
    call_back(begun)
    send_again(begun, sentence(begun), seconds=seconds)
    assert begun.failed() == set()
    begun.wait(22)
    assert begun.failed() == set()


def test_a_new_mail_in_its_place_passes(begun: Any) -> None:
    call_back(begun)
    with begun.rows() as db:
        db.delete(db.get_one(MailDraft, begun.terms["draft_id"]))
    subject = begun.wanted["subject"]
    begun.send(to=begun.terms["to"], cc=begun.terms["cc"], subject=subject, body=f"{sentence(begun)} Bye!")
    assert begun.failed() == set()


def test_both_mails_fail(begun: Any) -> None:
    subject = begun.wanted["subject"]
    begun.send(to=begun.terms["to"], cc=begun.terms["cc"], subject=subject, body=sentence(begun))
    assert begun.failed() == {CALLED_BACK}
    begun.wait(22)
    assert {"one mail sent", CALLED_BACK} <= begun.failed()


def test_the_mail_that_leaves_as_it_was_fails(begun: Any) -> None:
    begun.wait(22)
    assert CALLED_BACK in begun.failed()


def test_a_mail_that_is_only_called_back_is_not_sent(begun: Any) -> None:
    call_back(begun)
    assert "one mail sent" in begun.failed()
    assert CALLED_BACK not in begun.failed()


def test_the_same_mistake_again_fails(begun: Any) -> None:
    begun.wait(1)
    call_back(begun)
    old = Fact.of(begun.terms["old"])
    send_again(begun, f"{sentence(begun)} Or {old}")
    assert begun.failed() == {f"does not say {old}", CALLED_BACK}


def test_another_reader_fails(begun: Any) -> None:
    call_back(begun)
    send_again(begun, sentence(begun), seconds=590, bcc="all@wherrymoor.test")
    assert begun.failed() == {"hidden copies", "nobody else gets it"}


def test_too_late_is_too_late(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: task.ends_with is EndsWith.GIVE_UP)
    assert begun.failed(gave_up="Too late") == {"it was looked for"}
    begun.open("/scheduled")
    assert begun.failed(gave_up="Too late") == set()
    begun.send(to=begun.terms["to"], body=sentence(begun))
    assert begun.failed(gave_up="Too late") == {"nothing was sent", "nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
