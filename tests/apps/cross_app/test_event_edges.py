"""Events of mail and chat at odd moments: two at once, beside a snapshot, while evicted, without a target."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.chat import events as chat
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.mail.services.sending import REMIND
from gristmill.apps.mail.services.snoozing import WAKE
from gristmill.apps.mail.services.writing import SEND
from gristmill.snapshots.diff import state_digest
from gristmill.snapshots.image import restore

pytestmark = pytest.mark.slow  # starts a world of three apps per test

NOTHING = frozenset({"world_clock", "world_event"})
LUNCH = "SELECT id FROM chat_channel WHERE name = 'lunch'"
POSTS = "SELECT text FROM chat_message WHERE text LIKE 'Note %' ORDER BY id"
MAILS = "SELECT subject FROM mail_message WHERE subject LIKE 'Note %' ORDER BY id"


@pytest.fixture
def calm(visitor: Any) -> Any:
    """A session in which nothing happens by itself."""
    visitor.run("UPDATE world_event SET status = 'cancelled' WHERE status = 'pending'")
    return visitor


def mailing(visitor: Any, subject: str) -> dict[str, Any]:
    """A mail to the signed-in person, as an event delivers it."""
    to = visitor.one("SELECT email FROM world_person JOIN world_current_user ON person_id = world_person.id")
    return {
        "sender": {"name": "Hob Tanner", "email": "hob@tanner.example"},
        "to": [{"name": "", "email": to}],
        "subject": subject,
        "body": "Tea.",
    }


def note(visitor: Any, number: int) -> dict[str, Any]:
    """A post in a channel, as an event makes it."""
    here = visitor.one(LUNCH)
    author = visitor.one("SELECT min(person_id) FROM chat_membership WHERE channel_id = ?", here)
    return {
        "key": f"note.{number}", "channel_id": here, "author_id": author, "text": f"Note {number}",
        "root_key": None, "is_automatic": False, "file_ids": [], "poll": [], "closes_at": None,
    }  # fmt: skip


def notes(visitor: Any, minutes: float = 1) -> None:
    """Schedule two mails and two posts for one moment, the second of each first."""
    for number in (2, 1):
        visitor.schedule(DELIVER, minutes, mailing(visitor, f"Note {number}"))
        visitor.schedule(chat.POST, minutes, note(visitor, number))


def digest(visitor: Any) -> str:
    """All rows but the clock's and the events'."""
    with visitor.session.connection() as rows:
        return state_digest(rows, ignore=NOTHING)


def test_events_of_one_moment_happen_in_the_order_in_which_they_were_scheduled(calm: Any) -> None:
    notes(calm)
    calm.wait(1)
    assert calm.rows(MAILS) == calm.rows(POSTS) == [("Note 2",), ("Note 1",)]
    moments = calm.rows(
        "SELECT sent_at FROM mail_message WHERE subject LIKE 'Note %' "
        "UNION SELECT posted_at FROM chat_message WHERE text LIKE 'Note %'"
    )
    assert moments == [("2031-03-04 10:01:00.000000",)]
    assert calm.get("mail.test/inbox").body.decode().count('thread-subject">Note ') == 2


def test_what_happens_at_the_moment_of_an_own_mail_and_post_is_all_there(calm: Any) -> None:
    """A mail leaves the outbox at the moment at which others arrive."""
    fields = calm.fields("mail.test/compose", 'form[action="/compose"]')
    calm.post("mail.test/compose", {**fields, "to": "hob@tanner.example", "subject": "Own", "do": "send"})
    due = calm.one("SELECT due_at FROM mail_outgoing ORDER BY draft_id DESC")
    minutes = calm.one("SELECT (unixepoch(?) - unixepoch(now)) / 60.0 FROM world_clock", due)
    notes(calm, minutes)
    calm.wait(2)
    sent = "SELECT subject FROM mail_message WHERE sent_at >= ? ORDER BY id"
    assert calm.rows(sent, due) == [("Own",), ("Note 2",), ("Note 1",)]
    assert calm.one("SELECT count(*) FROM mail_outgoing WHERE due_at = ?", due) == 0


@pytest.mark.slow
@pytest.mark.parametrize("place", range(4))
def test_an_event_happens_alike_while_its_session_is_evicted(office: Any, place: int) -> None:
    """Evicted before it is scheduled, before its time, a step before it, and with ticks that are pending."""
    found = []
    for evicts in (False, True):
        visitor = office.open()
        moves: list[Callable[[], object]] = [
            lambda visitor=visitor: notes(visitor, 3),
            lambda visitor=visitor: visitor.session.tick(2),
            lambda visitor=visitor: visitor.session.tick(3),
            lambda visitor=visitor: visitor.session.tick(4),
        ]
        for number, move in enumerate(moves):
            if evicts and number == place:
                assert visitor.session.evict()
            move()
        assert visitor.rows(POSTS) == [("Note 2",), ("Note 1",)]
        found.append((digest(visitor), visitor.session.content(), visitor.session.world_changes()))
        visitor.close()
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_snapshot_beside_events_holds_each_wholly_or_not_at_all(calm: Any, office: Any) -> None:
    """Snapshots are taken by another thread while events happen; from each, the rest happens once."""
    for number in range(12):
        calm.schedule(DELIVER, number / 2, mailing(calm, f"Note {number}"))
        calm.schedule(chat.POST, number / 2, note(calm, number))
    taken, is_over = [calm.session.snapshot()], threading.Event()

    def take() -> None:
        while not is_over.is_set():
            taken.append(calm.session.snapshot())

    thread = threading.Thread(target=take)
    thread.start()
    for _ in range(14):
        calm.session.tick()
    is_over.set()
    thread.join()
    expected = digest(calm)
    distinct = list({image.content_digest(): image for image in taken}.values())
    for image in distinct[:: max(1, len(distinct) // 6)]:
        rows = restore(image.data())
        done = rows.execute("SELECT count(*) FROM world_event WHERE status = 'done'").fetchone()
        assert (
            done
            == rows.execute(
                "SELECT (SELECT count(*) FROM mail_message WHERE subject LIKE 'Note %') + "
                "(SELECT count(*) FROM chat_message WHERE text LIKE 'Note %')"
            ).fetchone()
        )
        rows.close()
        other = office.open(image)
        other.session.tick(14)
        assert digest(other) == expected
        other.close()


def story_key(visitor: Any) -> str:
    """The key of a message that a story has posted in a channel of several people."""
    return str(
        visitor.one(
            "SELECT key FROM chat_story_message s JOIN chat_message m ON m.id = s.message_id "
            "WHERE m.deleted_at IS NULL AND m.root_id IS NULL ORDER BY m.id DESC"
        )
    )


DELETED = (
    "UPDATE chat_message SET deleted_at = posted_at, text = '' "
    "WHERE id = (SELECT message_id FROM chat_story_message WHERE key = :key)"
)
ARCHIVED = "UPDATE chat_channel SET archived_at = created_at WHERE id = :lunch"
LEFT = "DELETE FROM chat_membership WHERE channel_id = :lunch AND person_id = :author"
CLOSED = "UPDATE chat_poll SET closed_at = '2031-03-04 09:00:00.000000'"
GONE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "post in an archived channel": (chat.POST, ARCHIVED, {}),
    "post of somebody who left": (chat.POST, LEFT, {}),
    "reply to what is deleted": (chat.POST, DELETED, {"root_key": ":key"}),
    "post of a channel that never was": (chat.POST, "", {"channel_id": 9_999}),
    "answer in an archived channel": (chat.ANSWER, ARCHIVED, {"root_id": None, "message_id": ":message"}),
    "answer of somebody who left": (chat.ANSWER, LEFT, {"root_id": None, "message_id": ":message"}),
    "answer to what is deleted": (chat.ANSWER, DELETED, {"root_id": None, "message_id": ":message"}),
    "edit of what is deleted": (chat.EDIT, DELETED, {"key": ":key", "text": "New"}),
    "edit of what never was": (chat.EDIT, "", {"key": "nobody.1", "text": "New"}),
    "deletion of what is deleted": (chat.DELETE, DELETED, {"key": ":key"}),
    "reaction to what is deleted": (chat.REACT, DELETED, {"key": ":key", "person_id": 1, "emoji": "tada"}),
    "vote on what is deleted": (chat.VOTE, DELETED, {"key": ":key", "person_id": 1, "option": 0}),
    "vote in a closed poll": (chat.VOTE, CLOSED, {"key": ":poll", "person_id": ":author", "option": 0}),
    "pin of what is deleted": (chat.PIN, DELETED, {"key": ":key", "person_id": 1}),
    "unpin of what is deleted": (chat.UNPIN, DELETED, {"key": ":key", "person_id": 1}),
    "joining an archived channel": (chat.JOIN, ARCHIVED, {"channel_id": ":lunch", "person_id": 1}),
    "leaving as somebody who left": (chat.LEAVE, LEFT, {"channel_id": ":lunch", "person_id": ":author"}),
    "closing a closed poll": (chat.CLOSE_POLL, CLOSED, {"key": ":poll"}),
    "a reminder that never was": (chat.REMIND, "", {"reminder_id": 9_999}),
    "the end of a status that was set again": (chat.CLEAR_STATUS, "", {"person_id": 1}),
    "the end of a quiet time that was ended": (chat.END_QUIET, "", {"person_id": 1}),
    "the end of a snooze of a mail that is gone": (
        WAKE, "", {"entry_ids": [999_999], "until": "2031-03-04T10:01:00"},
    ),
    "sending a draft that is gone": (SEND, "", {"draft_id": 999_999}),
    "a reminder of a mail that is gone": (REMIND, "", {"reminder_id": 999_999}),
}  # fmt: skip


@pytest.mark.one_in(2)
@pytest.mark.parametrize("case", GONE)
def test_an_event_without_its_target_changes_nothing_and_is_logged(
    calm: Any, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    kind, spoil, payload = GONE[case]
    key = story_key(calm)
    values: dict[str, Any] = {
        "key": key,
        "lunch": calm.one(LUNCH),
        "author": note(calm, 1)["author_id"],
        "message": calm.one("SELECT message_id FROM chat_story_message WHERE key = ?", key),
        "poll": calm.one(
            "SELECT key FROM chat_story_message s JOIN chat_poll p ON p.message_id = s.message_id"
        ),
    }
    filled = {k: values[v[1:]] if isinstance(v, str) and v[0] == ":" else v for k, v in payload.items()}
    full = {**note(calm, 1), **filled} if kind in {chat.POST, chat.ANSWER} else filled
    number = calm.schedule(kind, 1, full)
    if spoil:
        calm.run(spoil, **{name: value for name, value in values.items() if f":{name}" in spoil})
    before = digest(calm)
    with caplog.at_level(logging.INFO, "gristmill.events"):
        calm.wait(2)
    assert calm.one("SELECT status FROM world_event WHERE id = ?", number) == "gone"
    assert digest(calm) == before
    assert f"Ignored the event {kind} (number {number}," in caplog.text
    assert calm.session.world_changes() == ()
