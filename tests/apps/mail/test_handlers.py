"""Events and signals: mails that arrive, answers by themselves, snoozes that end, what the shop writes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.handlers import EVENTS, SIGNALS, deliver_mail
from gristmill.apps.mail.models import AnswerRule, Entry, Mail, Meeting
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.meetings import invitation
from gristmill.apps.mail.services.snoozing import snooze, wake
from gristmill.apps.server.database import LentConnection
from gristmill.apps.world.events import run_due
from gristmill.apps.world.models import Clock, WorldEvent
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

Send = Callable[..., Mail]

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
ORDER: dict[str, Any] = {
    "order_id": 1, "number": "MW-48213-07", "person_id": 1, "placed_at": "2031-03-04T09:59:00",
    "status": "processing", "coupon_code": "TEN", "subtotal_cents": 7998, "discount_cents": 800,
    "delivery_cents": 0, "total_cents": 7198, "gift_card_cents": 500, "card": "Corvid ending in 4821",
    "ship_to": "Ada Park, 12 Rowan Street, Eastmere, 40213", "delivery": "standard",
    "arrives_from": "2031-03-07", "arrives_by": "2031-03-09", "tracking": "FW-00000007",
    "lines": [{"product": "Desk lamp", "options": "Moss", "quantity": 2, "unit_price_cents": 3999}],
    "wrap_cents": 0, "reason": "Broken", "changed": "address", "text": "It goes to the mill now.",
    "promised_from": "2031-03-05", "promised_by": "2031-03-05", "refund_cents": 3999,
    "method": "Corvid ending in 4821", "return_number": "RT-000012", "kind": "exchange",
    "goods": [{"product": "Desk lamp", "options": "Moss", "quantity": 1, "new_options": "Slate"}],
    "product": "Desk lamp", "options": "Moss", "price_cents": 2999, "before_cents": 3999, "stock": 4,
    "to": "help@marlowick.test", "topic": "A parcel", "order_number": "MW-48213-07", "body": "Where is it?",
}  # fmt: skip


def inbox(db: Session, account_id: int) -> list[Mail]:
    own = Entry.account_id == account_id, Entry.folder == "inbox"
    return list(db.scalars(select(Mail).join(Entry).where(*own).order_by(Mail.id)))


def pass_time(world: World, by: timedelta, post: LentConnection) -> None:
    """Move the clock, and run what is due."""
    world.db.get_one(Clock, 1).now += by
    world.db.commit()
    run_due(post)
    world.db.expire_all()


def test_a_mail_arrives_with_the_meeting_that_it_invites_to(post_world: World) -> None:
    meeting = invitation(
        "review", BEN, [ADA, BEN, CLEO], title="Review", place="Lock", starts="2031-03-06T11:00",
        ends="2031-03-06T12:00",
    )  # fmt: skip
    mailing = Mailing(sender=BEN, to=(ADA, CLEO), subject="Review", body="Come.")
    deliver_mail(post_world, {**mailing.to_json(), "meeting": meeting, "key": "tale.review"})
    (mail,) = inbox(post_world.db, 1)
    assert (mail.kind, mail.meeting_method) == ("invitation", "request")
    (row,) = post_world.db.scalars(select(Meeting))
    assert (row.organiser_id, row.starts_at) == (2, datetime(2031, 3, 6, 11))
    assert [guest.account_id for guest in row.guests] == [1, 3]


def test_a_mail_can_arrive_in_a_folder_of_one_mailbox(post_world: World) -> None:
    mailing = Mailing(sender=Mailbox(email="win@prize.example"), to=(ADA, BEN), subject="You won")
    deliver_mail(post_world, {**mailing.to_json(), "filed": {"account_id": 1, "folder": "spam"}})
    folders = select(Entry.account_id, Entry.folder).order_by(Entry.account_id)
    assert [tuple(row) for row in post_world.db.execute(folders)] == [(1, "spam"), (2, "inbox")]


def test_a_mailing_survives_its_payload() -> None:
    mailing = Mailing(sender=BEN, to=(ADA,), bcc=(CLEO,), subject="Tea", references=("a", "b"), file_ids=(3,))
    assert Mailing.from_json({**mailing.to_json(), "key": "x"}) == mailing


def test_a_snooze_ends_on_top_of_the_inbox(send: Send, post_world: World, post: LentConnection) -> None:
    send("Tea")
    send("Cake")
    entry = post_world.db.get_one(Entry, 1)
    entry.folder = "archive"
    until = post_world.now + timedelta(hours=1)
    snooze(post_world, [entry], until)
    pass_time(post_world, timedelta(minutes=59), post)
    assert entry.snoozed_until == until
    pass_time(post_world, timedelta(minutes=1), post)
    assert (entry.snoozed_until, entry.folder, entry.shown_at) == (None, "inbox", until)


@pytest.mark.parametrize("change", ["deleted", "ended", "later"])
def test_a_snooze_that_was_changed_does_nothing(send: Send, post_world: World, change: str) -> None:
    send("Tea")
    entry = post_world.db.get_one(Entry, 1)
    until = post_world.now + timedelta(hours=1)
    snooze(post_world, [entry], until)
    if change == "deleted":
        post_world.db.delete(entry)
        post_world.db.flush()
    else:
        entry.snoozed_until = None if change == "ended" else until + timedelta(days=1)
    with pytest.raises(TargetGone):
        wake(post_world, {"entry_ids": [1], "until": until.isoformat()})


def rule(world: World, **more: Any) -> None:
    fields = {
        "key": "a",
        "email": BEN.email,
        "pattern": "",
        "text": "Yes.",
        "after_s": 300,
        "was_used": False,
    }
    world.db.add(AnswerRule(**(fields | more)))
    world.db.commit()


@pytest.mark.parametrize(
    ("to", "pattern", "answers"),
    [
        (BEN, "", True),
        (BEN, "KETTLE", True),
        (BEN, "teapot", False),
        (CLEO, "", False),
        (Mailbox(email="ben.moor@quillfold.test"), "", True),
        (Mailbox(email="all@wherrymoor.test"), "", True),
    ],
)
def test_somebody_answers_a_mail_that_matches(
    post_world: World, post: LentConnection, to: Mailbox, pattern: str, *, answers: bool
) -> None:
    rule(post_world, pattern=pattern)
    asked = deliver(post_world, Mailing(sender=ADA, to=(to,), subject="Tea?", body="The kettle is on."))
    pass_time(post_world, timedelta(minutes=5), post)
    answered = [mail for mail in inbox(post_world.db, 1) if mail.sender_email == BEN.email]
    assert len(answered) == answers
    for mail in answered:
        assert (mail.subject, mail.body, mail.in_reply_to) == ("Re: Tea?", "Yes.", asked.message_id)
        assert mail.sender_name == "Ben Moor"


def test_an_answer_comes_once_and_only_to_the_signed_in_person(
    post_world: World, post: LentConnection
) -> None:
    rule(post_world)
    deliver(post_world, Mailing(sender=CLEO, to=(BEN,), subject="Cake?"))
    for _ in range(2):
        deliver(post_world, Mailing(sender=ADA, to=(BEN,), subject="Tea?"))
    events = post_world.db.scalars(select(WorldEvent)).all()
    assert len(events) == 1
    pass_time(post_world, timedelta(minutes=5), post)
    assert [mail.body for mail in inbox(post_world.db, 1)] == ["Yes."]
    assert [mail.body for mail in inbox(post_world.db, 3)] == []


def test_an_outsider_can_answer(post_world: World, post: LentConnection) -> None:
    rule(post_world, email="hob@tanner.example")
    deliver(post_world, Mailing(sender=ADA, to=(Mailbox(email="hob@tanner.example"),), subject="Tea?"))
    pass_time(post_world, timedelta(minutes=5), post)
    assert [mail.sender_email for mail in inbox(post_world.db, 1)] == ["hob@tanner.example"]


def test_a_receipt_says_what_was_bought_and_paid(post_world: World) -> None:
    SIGNALS["shop.order_placed"](post_world, ORDER)
    (mail,) = inbox(post_world.db, 1)
    assert (mail.subject, mail.kind, mail.sender_name) == ("Your order MW-48213-07", "receipt", "Marlowick")
    for text in (
        "2 x Desk lamp (Moss), $39.99 each: $79.98",
        "Goods: $79.98",
        "Discount (TEN): -$8.00",
        "Delivery: free",
        "Total: $71.98",
        "Of this by gift card: $5.00",
        "Delivery to: Ada Park, 12 Rowan Street, Eastmere, 40213",
        "Arrives: Fri 7 March to Sun 9 March",
        "Paid with: Corvid ending in 4821",
    ):
        assert text in mail.body


NOTES = {
    "shop.order_placed": "Total: $71.98",
    "shop.order_shipped": "parcel FW-00000007",
    "shop.order_delivered": "Parcel FW-00000007 was delivered.",
    "shop.order_cancelled": "Reason: Broken",
    "shop.order_changed": "It goes to the mill now.",
    "shop.order_delayed": "Promised: Wed 5 March\nNow expected: Fri 7 March to Sun 9 March",
    "shop.return_opened": "1 x Desk lamp (Moss), in exchange for Slate",
    "shop.refunded": "paid back $39.99.\n\nTo: Corvid ending in 4821\nReason: Broken",
    "shop.back_in_stock": "Desk lamp (Moss) from your wish list is back: $29.99, 4 left.",
    "shop.price_dropped": "costs less now: $29.99, $39.99 before.",
}


@pytest.mark.parametrize("kind", sorted(NOTES))
def test_the_shop_writes_to_its_customer_alone_and_is_never_answered(post_world: World, kind: str) -> None:
    SIGNALS[kind](post_world, ORDER)
    (mail,) = inbox(post_world.db, 1)
    assert NOTES[kind] in mail.body
    assert mail.is_automatic
    assert len(post_world.db.scalars(select(Entry)).all()) == 1
    with pytest.raises(TargetGone):
        SIGNALS[kind](post_world, {**ORDER, "person_id": 99})


def test_a_message_to_the_shop_is_a_mail_of_its_sender(post_world: World) -> None:
    SIGNALS["shop.message_sent"](post_world, ORDER)
    (entry,) = post_world.db.scalars(select(Entry))
    assert (entry.account_id, entry.folder) == (1, "sent")
    assert (entry.message.subject, entry.message.body) == ("A parcel (order MW-48213-07)", "Where is it?")
    assert [each.email for each in entry.message.recipients] == ["help@marlowick.test"]


def test_every_signal_of_the_shop_that_mail_handles_is_tried_here() -> None:
    assert {*NOTES, "shop.message_sent"} == set(SIGNALS)


def test_every_event_of_mail_is_named_after_it() -> None:
    assert all(kind.startswith("mail.") for kind in EVENTS)
    assert all(kind.startswith("shop.") for kind in SIGNALS)


def test_no_story_sends_mail_for_the_person_that_the_agent_acts_for(post_world: World) -> None:
    own = post_world.person
    mailing = Mailing(
        sender=Mailbox(name=own.name, email=own.email), to=(BEN,), subject="Review", body="Come."
    )
    with pytest.raises(TargetGone, match="is signed in"):
        deliver_mail(post_world, mailing.to_json())
    assert inbox(post_world.db, 2) == []
