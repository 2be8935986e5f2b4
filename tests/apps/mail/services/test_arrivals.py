"""Rules of a mailbox: filters on mails that arrive, and the vacation responder by RFC 3834 and 5230."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import (
    BlockedSender,
    Contact,
    ContactAddress,
    Entry,
    Label,
    Mail,
    MessageKind,
    Unread,
    Vacation,
)
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.filter_form import FilterEntry, create_filter
from gristmill.apps.mail.services.filtering import apply, count_existing, existing
from gristmill.apps.world.models import Clock
from gristmill.apps.world.world import World

Send = Callable[..., Mail]
ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
HOB = Mailbox(name="Hob Tanner", email="hob@tanner.example")
ALL = Mailbox(email="all@wherrymoor.test")


def entry_of(db: Session, mail: Mail, account_id: int = 1) -> Entry:
    own = Entry.account_id == account_id, Entry.message_id == mail.id
    return db.scalars(select(Entry).where(*own)).one()


CONDITIONS = [
    ({"sender": "hob@tanner.example"}, True),
    ({"sender": "TANNER"}, True),
    ({"sender": "tanner hob"}, False),
    ({"sender": "@tanner.example"}, True),
    ({"sender": "ben"}, False),
    ({"recipient": "ada"}, True),
    ({"recipient": "cleo"}, False),
    ({"recipient": "ben"}, True),
    ({"subject": "oak order"}, True),
    ({"subject": '"oak order"'}, False),
    ({"subject": '"order for oak"'}, True),
    ({"subject": "table"}, False),
    ({"has_words": "table"}, True),
    ({"has_words": "table chairs"}, False),
    ({"has_words": "hob"}, True),
    ({"lacks_words": "chairs", "sender": "hob"}, True),
    ({"lacks_words": "table"}, False),
    ({"has_attachment": True}, False),
    ({"sender": "hob", "subject": "cups"}, False),
    ({"subject": "oa"}, False),
    ({"joins": "any", "sender": "hob", "subject": "cups"}, True),
    ({"joins": "any", "sender": "ben", "subject": "oak"}, True),
    ({"joins": "any", "sender": "ben", "subject": "cups"}, False),
    ({"joins": "any", "sender": "ben", "recipient": "ada"}, True),
    ({"joins": "any", "sender": "ben", "has_attachment": True}, False),
    ({"joins": "any", "sender": "ben", "lacks_words": "chairs"}, True),
    ({"joins": "any", "sender": "ben", "lacks_words": "table"}, False),
    ({"joins": "any", "subject": "oak cups"}, False),
    ({"joins": "any", "sender": "hob"}, True),
    ({"sender": "ben OR hob"}, True),
    ({"sender": "ben OR cleo"}, False),
    ({"sender": "ben or hob"}, False),
    ({"sender": "ben OR hob", "subject": "cups"}, False),
    ({"recipient": "carol OR ada"}, True),
    ({"subject": "cups OR oak order"}, True),
    ({"subject": "cups OR oak table"}, False),
    ({"has_words": "chairs OR table"}, True),
    ({"lacks_words": "chairs OR table"}, False),
    ({"lacks_words": "chairs OR cups"}, True),
    ({"lacks_words": "chairs table"}, False),
    ({"joins": "any", "lacks_words": "chairs table", "sender": "ben"}, False),
]


@pytest.mark.parametrize(("asks", "matches"), CONDITIONS)
def test_conditions_of_a_filter(
    post_world: World, send: Send, asks: dict[str, object], *, matches: bool
) -> None:
    create_filter(post_world, 1, FilterEntry(stars=True, **asks))
    mail = send("Order for Oak", to=(ADA,), cc=(BEN,), bcc=(CLEO,), body="One table, please.")
    assert entry_of(post_world.db, mail).is_starred is matches


def test_filters_do_what_they_say_to_one_mailbox(post_world: World, send: Send) -> None:
    post_world.db.add(Label(id=1, account_id=1, parent_id=None, name="Hob", colour="rose"))
    create_filter(
        post_world,
        1,
        FilterEntry(
            sender="hob",
            label_id=1,
            category="offers",
            skips_inbox=True,
            marks_read=True,
            marks_important=True,
        ),
    )
    mail = send("Tea", to=(ADA, BEN))
    ours, bens = (entry_of(post_world.db, mail, account) for account in (1, 2))
    assert (ours.folder, ours.category, ours.is_important) == ("archive", "offers", True)
    assert [label.name for label in ours.labels] == ["Hob"]
    assert (bens.folder, bens.category, bens.is_important, bens.labels) == ("inbox", "main", False, [])
    assert set(post_world.db.scalars(select(Unread.account_id))) == {2}


def test_filters_run_in_order_and_a_last_one_ends(post_world: World, send: Send) -> None:
    create_filter(post_world, 1, FilterEntry(sender="hob", marks_important=True))
    create_filter(post_world, 1, FilterEntry(sender="ben", is_last=True, skips_inbox=True))
    create_filter(post_world, 1, FilterEntry(sender="hob", is_last=True, deletes=True))
    create_filter(post_world, 1, FilterEntry(sender="hob", stars=True))
    entry = entry_of(post_world.db, send("Tea"))
    assert (entry.folder, entry.left_folder, entry.is_important, entry.is_starred) == (
        "bin",
        "inbox",
        True,
        False,
    )


def test_a_filter_that_is_off_does_nothing(post_world: World, send: Send) -> None:
    create_filter(post_world, 1, FilterEntry(sender="hob", stars=True)).is_active = False
    post_world.db.commit()
    assert not entry_of(post_world.db, send("Tea")).is_starred


@pytest.mark.parametrize(("never_spam", "folder"), [(True, "inbox"), (False, "spam")])
def test_blocked_senders_go_to_spam_unless_a_filter_forbids(
    post_world: World, send: Send, folder: str, *, never_spam: bool
) -> None:
    post_world.db.add(BlockedSender(id=1, account_id=1, email=HOB.email, blocked_at=post_world.now))
    create_filter(post_world, 1, FilterEntry(sender="hob", stars=True, never_spam=never_spam))
    assert entry_of(post_world.db, send("Tea")).folder == folder


def test_what_is_there_is_left_alone_until_a_filter_is_applied(post_world: World, send: Send) -> None:
    mails = [send(f"Tea {number}") for number in range(3)]
    entry_of(post_world.db, mails[0]).folder = "bin"
    rule = create_filter(post_world, 1, FilterEntry(sender="hob", stars=True, forward_to=CLEO.email))
    assert not any(entry_of(post_world.db, mail).is_starred for mail in mails)
    assert count_existing(post_world.db, rule) == 2
    apply(post_world.db, rule, existing(post_world.db, rule))
    assert [entry_of(post_world.db, mail).is_starred for mail in mails] == [False, True, True]
    assert len(post_world.db.scalars(select(Mail)).all()) == 3


def test_mails_are_forwarded_once_even_in_a_circle(post_world: World, send: Send) -> None:
    create_filter(post_world, 1, FilterEntry(has_words="tea", forward_to=BEN.email))
    create_filter(post_world, 2, FilterEntry(has_words="tea", forward_to=ADA.email))
    send("Tea")
    found = [
        (mail.sender_email, mail.subject) for mail in post_world.db.scalars(select(Mail).order_by(Mail.id))
    ]
    assert found == [(HOB.email, "Tea"), (ADA.email, "Fwd: Tea")]


@pytest.fixture
def away(post_world: World) -> Vacation:
    """Ada is away."""
    notice = Vacation(
        account_id=1,
        is_on=True,
        starts_on=None,
        ends_on=None,
        subject="",
        body="I am away.",
        every_days=7,
        only_contacts=False,
        only_company=False,
    )
    post_world.db.add(notice)
    post_world.db.commit()
    return notice


def answers(db: Session) -> list[Mail]:
    found = select(Mail).where(Mail.kind == MessageKind.VACATION, Mail.body.contains("am")).order_by(Mail.id)
    return list(db.scalars(found))


@pytest.mark.usefixtures("away")
def test_a_notice_goes_to_the_return_path_and_is_a_machines(post_world: World, send: Send) -> None:
    mail = send("Tea", to=(Mailbox(email="ada.park@quillfold.test"),), sender=BEN)
    [notice] = answers(post_world.db)
    assert (notice.sender_email, notice.subject, notice.body) == (
        "ada.park@quillfold.test",
        "Away: Tea",
        "I am away.",
    )
    assert [each.email for each in notice.recipients] == [BEN.email]
    assert (notice.return_path, notice.is_automatic, notice.in_reply_to) == ("", True, mail.message_id)
    assert entry_of(post_world.db, notice, 2).folder == "inbox"


ANSWERED = [
    ("to me", {}, True),
    ("cc", {"to": (BEN,), "cc": (ADA,)}, True),
    ("bcc", {"to": (BEN,), "bcc": (ADA,)}, False),
    ("list", {"to": (ALL,)}, False),
    ("list header", {"list_email": ALL.email}, False),
    ("automatic", {"is_automatic": True}, False),
    ("letter", {"kind": MessageKind.LETTER}, False),
    ("receipt", {"kind": MessageKind.RECEIPT}, False),
    ("bounce", {"kind": MessageKind.BOUNCE}, False),
    ("no return path", {"has_return_path": False}, False),
    ("vacation", {"kind": MessageKind.VACATION}, False),
    ("no-reply", {"sender": Mailbox(email="no-reply@shop.example")}, False),
    ("postmaster", {"sender": Mailbox(email="postmaster@x.example")}, False),
    ("list owner", {"sender": Mailbox(email="owner-tea@x.example")}, False),
    ("list request", {"sender": Mailbox(email="tea-request@x.example")}, False),
    ("oneself", {"sender": ADA}, False),
]


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize(("mailing", "is_answered"), [c[1:] for c in ANSWERED], ids=[c[0] for c in ANSWERED])
def test_who_is_answered(
    post_world: World, send: Send, mailing: dict[str, object], *, is_answered: bool
) -> None:
    send("Tea", **mailing)
    assert len(answers(post_world.db)) == is_answered


@pytest.mark.usefixtures("away")
def test_a_sender_is_answered_once_per_period(post_world: World, send: Send) -> None:
    for days in (0, 0, 6, 1):
        post_world.db.get_one(Clock, 1).now += timedelta(days=days)
        post_world.db.commit()
        send("Tea")
        send("Cake", sender=BEN)
    to = [each.recipients[0].email for each in answers(post_world.db)]
    assert to == [HOB.email, BEN.email, HOB.email, BEN.email]


@pytest.mark.usefixtures("away")
def test_two_who_are_away_do_not_answer_each_other_for_ever(post_world: World, send: Send) -> None:
    post_world.db.add(
        Vacation(
            account_id=2,
            is_on=True,
            starts_on=None,
            ends_on=None,
            subject="",
            body="So am I.",
            every_days=1,
            only_contacts=False,
            only_company=False,
        )
    )
    post_world.db.commit()
    send("Tea", sender=BEN)
    assert [each.sender_email for each in answers(post_world.db)] == [ADA.email]


@pytest.mark.parametrize(
    ("starts", "ends", "is_on"),
    [(3, None, True), (4, 4, True), (None, 4, True), (5, None, False), (None, 3, False), (1, 3, False)],
)
def test_days_of_a_notice_are_inclusive(
    post_world: World, send: Send, away: Vacation, starts: int | None, ends: int | None, *, is_on: bool
) -> None:
    away.starts_on, away.ends_on = (date(2031, 3, day) if day else None for day in (starts, ends))
    post_world.db.commit()
    send("Tea")
    assert len(answers(post_world.db)) == is_on


@pytest.mark.parametrize(("sender", "answered"), [(HOB, True), (CLEO, False)])
def test_a_notice_for_contacts_alone(
    post_world: World, send: Send, away: Vacation, sender: Mailbox, *, answered: bool
) -> None:
    away.only_contacts = True
    contact = Contact(
        id=1, account_id=1, name="Hob", company="", role="", phone="", notes="", is_starred=False
    )
    contact.addresses = [ContactAddress(id=1, position=1, email=HOB.email)]
    post_world.db.add(contact)
    post_world.db.commit()
    send("Tea", sender=sender)
    assert len(answers(post_world.db)) == answered
