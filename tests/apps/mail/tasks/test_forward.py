"""Forwards of one of several similar mails to a group."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.mail.models import DraftKind, Mail
from gristmill.apps.mail.services.answering import quote_of

pytestmark = pytest.mark.slow

FAMILY = "Mail-Forward-v0"
Begin = Callable[..., Any]


def possible(task: Task) -> bool:
    return bool(task.terms["is_possible"])


@pytest.fixture
def begun(desk: Begin) -> Any:
    return desk(FAMILY, possible)


def forward(begun: Any, message_id: str = "", **changes: Any) -> None:
    wanted = begun.wanted
    answers = message_id or wanted["answers"]
    with begun.rows() as db:
        mail = db.scalars(select(Mail).where(Mail.message_id == answers)).one()
        body, files = quote_of(DraftKind.FORWARD, mail), tuple(each.file_id for each in mail.attachments)
    to = ", ".join(group[0] for group in wanted["to"])
    rest = {"to": to, "body": body, "answers": answers, "files": files, "kind": DraftKind.FORWARD, **changes}
    begun.send(**rest)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_forward_to_each_member_passes(begun: Any, at_once: bool) -> None:
    forward(begun, at_once=at_once)
    assert begun.failed() == set()


def test_the_name_of_the_group_with_a_word_on_top_passes(begun: Any) -> None:
    with begun.rows() as db:
        mail = db.scalars(select(Mail).where(Mail.message_id == begun.wanted["answers"])).one()
        body = f"For you all.\n\n{quote_of(DraftKind.FORWARD, mail)}"
    forward(begun, to=begun.terms["to"], body=body)
    assert begun.failed() == set()


def test_another_week_fails(begun: Any) -> None:
    forward(begun, begun.terms["similar"][0])
    assert begun.failed() == {
        "answers the right mail", "attachments", "holds the text as it was", "no other week was forwarded",
    }  # fmt: skip


def test_a_lost_attachment_fails(begun: Any) -> None:
    forward(begun, files=())
    assert begun.failed() == {"attachments"}


def test_a_lost_text_fails(begun: Any) -> None:
    forward(begun, body="See the file.")
    assert begun.failed() == {"holds the text as it was"}


def test_a_member_less_fails(begun: Any) -> None:
    forward(begun, to=begun.wanted["to"][0][0])
    assert begun.failed() == {"to"}


def test_a_flag_on_the_original_fails(begun: Any) -> None:
    forward(begun)
    begun.star_something()
    assert begun.failed() == {"nothing else changed"}


def test_news_adds_a_reader(desk: Begin) -> None:
    begun = desk(FAMILY, possible, news="midway")
    forward(begun, to=", ".join(group[0] for group in begun.wanted["to"][:-1]))
    assert begun.failed() == {"to"}
    other = desk(FAMILY, possible, news="midway")
    forward(other)
    assert other.failed() == set()


def test_a_mail_without_its_file_is_read_and_given_up(desk: Begin) -> None:
    begun = desk(FAMILY, lambda task: not possible(task))
    assert begun.failed(gave_up="No file") == {"the page with the fact was opened"}
    begun.open(f"/threads/{begun.terms['thread_id']}")
    assert begun.failed(gave_up="No file") == set()
    forward(begun, to="all@wherrymoor.test")
    assert begun.failed(gave_up="No file") == {"nothing was sent", "nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
