"""Reporting and blocking a sender, and rescuing a mail: what passes, and each mistake that must not."""

from typing import Any

import pytest

from gristmill.apps.mail.services.senders import block, unblock
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-SpamBlock-v0"
GOAL, REST = "the mails are where they belong", "nothing else changed"
BLOCKED = "that address is blocked, and no other"


def done(desk: Any, act_on: Any, *, email: str = "", rescue: str = "not_spam", **options: str) -> Any:
    """Do what is asked, but for another address or another way."""
    begun = desk(FAMILY, **options)
    act_on(begun, "spam", begun.terms["reported"])
    act_on(begun, rescue, begun.terms["caught"][:1])
    with begun.rows() as db:
        block(World(db), begun.terms["plan"]["account_id"], email or begun.terms["email"])
    return begun


def test_several_ways_pass(desk: Any, act_on: Any) -> None:
    assert done(desk, act_on).failed() == set()
    assert done(desk, act_on, rescue="inbox").failed() == set()
    begun = done(desk, act_on)
    with begun.rows() as db:
        unblock(db, begun.terms["plan"]["account_id"], begun.terms["email"])
        block(World(db), begun.terms["plan"]["account_id"], begun.terms["email"])
    assert begun.failed() == set()


def test_the_similar_address_is_another(desk: Any, act_on: Any) -> None:
    begun = done(desk, act_on, email="desk@fleetwren.test")
    assert begun.failed() == {BLOCKED, REST}
    with begun.rows() as db:
        block(World(db), begun.terms["plan"]["account_id"], begun.terms["email"])
    assert begun.failed() == {BLOCKED, REST}


@pytest.mark.parametrize(
    ("name", "key", "failed"),
    [
        ("spam", "honest", {"the mails of the similar sender stay", REST}),
        ("not_spam", "spam", {"the other spam stays", REST}),
        ("bin", "reported", {GOAL, "all mails of the sender are in spam", REST}),
        ("restore", "reported", {GOAL, "all mails of the sender are in spam"}),
        ("archive", "caught", {GOAL, "the mail is back in the inbox", REST}),
    ],
)
def test_each_mistake_fails_by_its_name(
    desk: Any, act_on: Any, name: str, key: str, failed: set[str]
) -> None:
    begun = done(desk, act_on)
    act_on(begun, name, begun.terms[key][:1])
    assert begun.failed() == failed


def test_news_names_another_mail_to_rescue(desk: Any, act_on: Any) -> None:
    begun = done(desk, act_on, news="midway")
    assert begun.failed() == set()
    act_on(begun, "not_spam", begun.terms["caught"][1:])
    assert begun.failed() == {"the other spam stays", REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
