"""Mails that bounced for one of their readers."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.mail.models import DraftKind, Mail
from gristmill.apps.mail.services.answering import quote_of
from gristmill.apps.mail.tasks.bounce import COLLEAGUE, GONE, MOVED
from gristmill.apps.mail.tasks.facts import Fact

pytestmark = pytest.mark.slow

FAMILY = "Mail-Bounce-v0"
AGAIN = "nobody who has got it gets it again"
Begin = Callable[..., Any]


def way(name: str) -> Callable[[Task], bool]:
    return lambda task: task.terms["way"] == name


def news(begun: Any) -> str:
    return "News: " + ", ".join(str(Fact.of(each)) for each in begun.wanted["facts"])


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("name", [COLLEAGUE, MOVED])
def test_the_news_to_the_right_address_passes(desk: Begin, name: str, at_once: bool) -> None:
    begun = desk(FAMILY, way(name))
    begun.send(to=begun.terms["to"], body=news(begun), at_once=at_once)
    assert begun.failed() == set()


def test_forwarding_what_was_sent_passes(desk: Begin) -> None:
    begun = desk(FAMILY, way(MOVED))
    with begun.rows() as db:
        sent = select(Mail).where(Mail.subject == begun.terms["matter"]["title"], Mail.sender_account_id > 0)
        mail = db.scalars(sent.order_by(Mail.id.desc())).first()
        body, message_id = quote_of(DraftKind.FORWARD, mail), mail.message_id
    begun.send(to=begun.terms["to"], body=body, answers=message_id, kind=DraftKind.FORWARD)
    assert begun.failed() == set()


def test_sending_it_to_all_again_fails(desk: Begin) -> None:
    begun = desk(FAMILY, way(MOVED))
    begun.send(to=begun.terms["to"], cc=begun.terms["reached"][0], body=news(begun))
    assert begun.failed() == {"copies", "nobody else gets it", AGAIN}


def test_the_address_that_failed_fails_again(desk: Begin) -> None:
    begun = desk(FAMILY, way(COLLEAGUE))
    begun.send(to=begun.terms["wrong"], body=news(begun), at_once=True)
    assert begun.failed() == {"to", "nobody else gets it", "not to the address that failed"}


def test_where_there_is_no_address_one_reads_so_and_gives_up(desk: Begin) -> None:
    begun = desk(FAMILY, way(GONE))
    begun.open(f"/threads/{begun.terms['report_thread']}")
    assert begun.failed(gave_up="Gone") == {"the page with the fact was opened"}
    begun.open(f"/threads/{begun.terms['thread_id']}")
    assert begun.failed(gave_up="Gone") == set()
    begun.send(to=begun.terms["wrong"], body=news(begun))
    assert begun.failed(gave_up="Gone") == {"nothing was sent", "nothing else changed"}


def test_the_oracle_replans_after_random_actions(replans: Callable[..., list[bool]]) -> None:
    assert all(replans(FAMILY))
