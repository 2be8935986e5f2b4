"""The seed turns a world's stories and orders into mails: past ones into rows, later ones into events."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Table, select

from gristmill.apps.mail import APP as MAIL
from gristmill.apps.mail.models import (
    Account,
    AnswerRule,
    Contact,
    Entry,
    EntryLabel,
    Label,
    Mail,
    MailAddress,
    MailDraft,
    Recipient,
    Unread,
)
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import STORIES, Acts, Story
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.events import run_due
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.models import Clock, Job, Model, Sequence, WorldEvent
from gristmill.apps.world.world import World


def tale(s: StoryWriter) -> Acts:
    """Mails of every kind, to and from the person at the centre."""
    desk, head = s.desk, next(each for each in s.cast.staff() if each is not s.desk)
    third = next(each for each in s.cast.staff() if each not in (s.desk, head))
    outside = s.outsider("Hob Tanner", "hob@tanner.example")
    yield
    s._shared.script.lists["gauges@wherrymoor.test"] = (desk.id, third.id)
    paper = s.file("gauges.csv", "gauge,value\nB7,14\n", head, "-3d 10:00")
    first = s.mail(head, [desk], "-3d 10:00", "Gauges", "Which ones are wet?", key="first", files=(paper,))
    second = s.reply(desk, first, "-3d 11:00", "All of them.", key="second", cc=(outside,), bcc=(third,))
    s.reply(head, second, "-40m", "Then dry them.", key="third", labels=("Siskin/March",), is_starred=True)
    gauges = s.outsider("Gauges", "gauges@wherrymoor.test")
    s.mail(
        head, [gauges], "-2d 09:00", "Sale", "Half price.", key="list", list_address="gauges@wherrymoor.test"
    )
    s.mail(outside, [desk], "-5d 09:00", "You won", "Click.", key="spam", folder="spam", is_read=False)
    s.mail(desk, [outside], "-1d 09:00", "Begun", "To be continued", key="draft", folder="drafts")
    when = {"starts": "2031-03-06T11:00", "ends": "2031-03-06T12:00"}
    s.mail(
        head, [desk, third], "-30m", "Review", "Come.", key="invite",
        invitation={"title": "Review", "room": "Lock", **when},
    )  # fmt: skip
    s.reply(head, second, "+6m", "Done?", key="later")
    s.reply(head, second, "+7m", "News!", key="held", held=True)
    if desk.manager_id:
        s.mail(s.cast.people[desk.manager_id], [desk], "-4d 10:00", "A word", "Come by.", key="boss")
        s.mail(s.cast.people[desk.manager_id], [gauges], "-4d 10:05", "All hands", "Come.", key="all-hands")
    asked = s.mail(head, [third], "-3d 12:00", "Paint", "Which blue?", key="first-blue")
    left = s.reply(third, asked, "-3d 12:05", "Sky.", key="left", to=(desk,), subject="Sky")
    right = s.reply(third, asked, "-3d 12:06", "Sea.", key="right", to=(desk,), subject="Sea")
    s.reply(third, asked, "-3d 12:07", "Both.", key="both", to=(desk,))
    s.mail(head, [desk], "-3d 12:10", "Fwd: Paint", "See these.", key="joint", parent=left)
    s.mail(head, [desk], "-3d 12:11", "Re: Sea", "And this.", key="other", parent=right)
    s.answers("mail", head, "I do.", minutes=5, when="answer")


@pytest.fixture(scope="module")
def images() -> dict[str, bytes]:
    """The worlds of this module, with the tale above: mail alone, and with the shop."""
    found = {}
    told = Story(key="told", write=tale, needs=frozenset({"mail"}), size=WorldSize.STANDARD, rank=50)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(STORIES, "told", told)
        for name, apps in (("mail", [MAIL]), ("again", [MAIL]), ("both", [MAIL, SHOP])):
            connection = sqlite3.connect(":memory:", factory=LentConnection)
            build_world(apps, WorldChoice(), connection)
            found[name] = connection.serialize()
            connection.shut()
    return found


@pytest.fixture
def world(images: dict[str, bytes], request: pytest.FixtureRequest) -> Iterator[World]:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    connection.deserialize(images[getattr(request, "param", "mail")])
    with orm_session(connection) as db:
        yield World(db)
    connection.shut()


def mails(world: World, subject: str) -> list[Mail]:
    return list(world.db.scalars(select(Mail).where(Mail.subject == subject).order_by(Mail.id)))


def copy(world: World, mail: Mail, account_id: int) -> Entry | None:
    own = Entry.account_id == account_id, Entry.message_id == mail.id
    return world.db.scalar(select(Entry).where(*own))


@pytest.mark.slow
def test_equal_seeds_give_equal_rows(images: dict[str, bytes]) -> None:
    assert images["mail"] == images["again"]


def test_rows_written_later_get_ids_of_their_own(world: World) -> None:
    """Nobody adds accounts, addresses or lists later."""
    last = {each.name: each.last for each in world.db.scalars(select(Sequence))}
    ids = {table.name: max(world.db.scalars(select(table.c.id)), default=0) for table in numbered_tables()}
    assert ids["mail_signature"] > 0
    later = select(WorldEvent.id).where(WorldEvent.kind == "mail.deliver")
    ids["mail_message"] += len(world.db.scalars(later).all())  # they have message ids already
    assert {name: last.get(name, 0) for name in ids} == ids


@pytest.mark.slow
def test_a_mail_that_comes_later_arrives_whatever_is_written_before(images: dict[str, bytes]) -> None:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    connection.deserialize(images["mail"])
    connection.handlers = Handlers.of([MAIL])
    with orm_session(connection) as db:
        world, (third,) = World(db), mails(World(db), "Review")
        sender = Mailbox(name=third.sender_name, email=third.sender_email)
        connection.execute("UPDATE world_event SET status = 'pending' WHERE status = 'held'")
        for number in range(40):
            deliver(world, Mailing(sender=sender, to=(sender,), subject=f"Note {number}"))
        db.get_one(Clock, 1).now += timedelta(hours=1)
        db.commit()
        run_due(connection)
        statuses = select(WorldEvent.status).where(WorldEvent.kind == "mail.deliver")
        assert set(db.scalars(statuses)) == {"done"}
        assert len(set(db.scalars(select(Mail.message_id)))) == len(db.scalars(select(Mail.id)).all())
    connection.shut()


def numbered_tables() -> list[Table]:
    fixed = {"mail_account", "mail_address", "mail_list"}
    tables = [each for name, each in Model.metadata.tables.items() if name.startswith("mail_")]
    return [each for each in tables if "id" in each.c and each.name not in fixed]


def test_everybody_has_an_account_with_a_work_and_a_private_address(world: World) -> None:
    accounts = world.db.scalars(select(Account)).all()
    assert [each.person_id for each in accounts] == [person.id for person in world.people]
    for job in world.db.scalars(select(Job)):
        account = next(each for each in accounts if each.person_id == job.person_id)
        assert [each.email for each in account.addresses] == [job.person.email, job.private_email]


def test_an_address_under_a_former_name_is_nobodys(world: World) -> None:
    former = world.db.scalars(select(Job.former_email).where(Job.former_email.is_not(None))).all()
    assert former
    assert not world.db.scalars(select(MailAddress).where(MailAddress.email.in_(former))).all()


def test_a_thread_is_one_in_each_mailbox_and_carries_files_and_flags(world: World) -> None:
    first, (second, third) = mails(world, "Gauges")[0], mails(world, "Re: Gauges")
    copies = [copy(world, mail, world.person.id) for mail in (first, second, third)]
    assert len({each.thread_id for each in copies if each}) == 1
    assert [each.folder for each in copies if each] == ["inbox", "sent", "inbox"]
    assert (third.in_reply_to, third.references.split()) == (
        second.message_id,
        [first.message_id, second.message_id],
    )
    assert [file.name for file in first.attachments] == ["gauges.csv"]
    assert copies[2] is not None
    assert copies[2].is_starred
    assert [label.name for label in copies[2].labels] == ["March"]


def test_threads_that_a_later_mail_connects_are_one(world: World) -> None:
    subjects = ("Sky", "Fwd: Paint", "Sea", "Re: Sea", "Re: Paint")
    found = {each: copy(world, mails(world, each)[0], world.person.id) for each in subjects}
    threads = [entry.thread_id for entry in found.values() if entry]
    assert threads[0] == threads[1]
    assert threads[2] == threads[3]
    assert threads[0] != threads[2]
    assert (
        threads[4] == threads[0]
    )  # the forward answers one, and shares subject and reference with the other


def test_hidden_recipients_get_a_mail_and_outsiders_have_no_mailbox(world: World) -> None:
    second = mails(world, "Re: Gauges")[0]
    kinds = {each.kind: each for each in second.recipients}
    assert kinds["bcc"].account_id is not None
    assert copy(world, second, kinds["bcc"].account_id) is not None
    assert kinds["cc"].account_id is None
    assert len(world.db.scalars(select(Entry).where(Entry.message_id == second.id)).all()) == 3


def test_a_list_reaches_its_members_alone(world: World) -> None:
    (sale,) = mails(world, "Sale")
    readers = set(world.db.scalars(select(Entry.account_id).where(Entry.message_id == sale.id)))
    assert world.person.id in readers
    assert len(readers) == 3  # two members, and the sender's copy


def test_only_the_last_day_is_unread_unless_a_story_says_otherwise(world: World) -> None:
    unread = select(Mail.subject).join(Entry, Entry.message_id == Mail.id).join(Unread)
    own = world.db.scalars(unread.where(Entry.account_id == world.person.id)).all()
    assert {"Re: Gauges", "You won", "Review"} <= set(own)
    assert not {"Gauges", "Sale"} & set(own)


def test_drafts_are_no_mails(world: World) -> None:
    assert not mails(world, "Begun")
    (draft,) = world.db.scalars(select(MailDraft).where(MailDraft.subject == "Begun"))
    assert (draft.account_id, draft.to) == (world.person.id, "Hob Tanner <hob@tanner.example>")


def test_what_ones_boss_writes_in_person_is_important(world: World) -> None:
    if world.db.get_one(Job, world.person.id).manager_id is None:
        pytest.skip("the person at the centre has no boss")
    (word,), (hands,) = mails(world, "A word"), mails(world, "All hands")
    found = [copy(world, mail, world.person.id) for mail in (word, hands)]
    assert [each.is_important for each in found if each] == [True, False]


def test_an_invitation_carries_a_meeting_with_its_guests(world: World) -> None:
    (review,) = mails(world, "Review")
    assert review.meeting is not None
    assert (review.meeting.title, review.meeting.place) == ("Review", "Lock")
    assert world.person.id in {each.account_id for each in review.meeting.guests}
    assert {each.answer for each in review.meeting.guests} == {"pending"}


def test_what_comes_later_is_scheduled_and_news_are_held(world: World) -> None:
    events = world.db.scalars(select(WorldEvent).where(WorldEvent.kind == "mail.deliver")).all()
    found = {"Done?": "", "News!": ""}
    for event in events:
        for text in found:
            if text in event.payload:
                found[text] = event.status
    assert found == {"Done?": "pending", "News!": "held"}
    assert not world.db.scalars(select(Mail).where(Mail.sent_at > world.now)).all()


def test_answers_of_stories_become_rules(world: World) -> None:
    assert "I do." in world.db.scalars(select(AnswerRule.text)).all()


def test_labels_contacts_and_sequences_are_set(world: World) -> None:
    own = select(Label.name).where(Label.account_id == world.person.id)
    assert {"Follow up", "Siskin", "March"} <= set(world.db.scalars(own))
    assert world.db.scalars(select(Contact).where(Contact.account_id == world.person.id)).all()
    for model in (Entry, Recipient):
        last = world.db.get_one(Sequence, model.__tablename__).last
        assert last == max(world.db.scalars(select(model.id)))
    assert world.db.scalars(select(EntryLabel)).all()


@pytest.mark.parametrize("world", ["both"], indirect=True)
def test_each_order_has_one_receipt_that_names_its_number_and_total(world: World) -> None:
    receipts = world.db.scalars(select(Mail).where(Mail.kind == "receipt")).all()
    if not receipts:
        pytest.skip("this shop records no orders")
    assert len({mail.subject for mail in receipts}) == len(receipts)
    assert all("Total: $" in mail.body for mail in receipts)
