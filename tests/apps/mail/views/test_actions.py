"""What the forms of lists do: to ticked threads, to all of a list, to one row; notices, undo, refusals."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.actions import ACTIONS
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.server.database import LentConnection
from gristmill.apps.world.events import run_due

Send = Callable[..., Mail]
Subjects = Callable[[str], list[str]]
Look = Callable[[str], list[tuple[object, ...]]]

ADA, BEN = (Mailbox(email=f"{name}@wherrymoor.test") for name in ("ada.park", "ben.moor"))
STATE = """
    SELECT e.id, folder, left_folder, category, is_starred, is_important, snoozed_until, is_muted,
        u.entry_id IS NOT NULL, group_concat(l.label_id)
    FROM mail_entry e JOIN mail_thread t ON t.id = e.thread_id LEFT JOIN mail_unread u ON u.entry_id = e.id
    LEFT JOIN mail_entry_label l ON l.entry_id = e.id GROUP BY e.id ORDER BY e.id
"""
PREPARED = {
    "restore": "bin", "not_spam": "spam", "unsnooze": "snooze", "inbox": "archive", "unstar": "star",
    "unimportant": "important", "unmute": "mute", "unlabel": "label", "unread": "read",
}  # fmt: skip
VIEWS = {"restore": "/bin", "delete": "/bin", "not_spam": "/spam"}


def change(reader: FlaskClient, act: str, *threads: int, at: str = "/inbox", **more: str) -> str:
    """Act on threads; returns the page that follows."""
    data = {"act": act, "thread": [str(each) for each in threads], "at": at, **more}
    return reader.post("/act", data=data, follow_redirects=True).text


@pytest.fixture
def labelled(reader: FlaskClient, arrange: Callable[[str], None]) -> None:
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal'), (2, 2, NULL, 'Bens', 'rose')")


MORE = {"label": "1", "until": "2031-03-05T08:00:00", "category": "offers"}


@pytest.mark.usefixtures("labelled")
@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "delete"])
def test_each_action_changes_threads_says_so_and_is_taken_back(
    reader: FlaskClient, send: Send, look: Look, name: str
) -> None:
    for subject in ("Tea", "Cake", "Other"):
        send(subject)
    if name in PREPARED:
        change(reader, PREPARED[name], 1, 2, **MORE)
    before = look(STATE)
    page = change(reader, name, 1, 2, at=VIEWS.get(name, "/inbox"), **MORE)
    assert ACTIONS[name].done.format("2 threads") in page
    changed = look(STATE)
    assert [one for one, other in zip(before, changed, strict=True) if one != other] == before[:2]
    number = look("SELECT number FROM mail_undo")[0][0]
    page = reader.post("/undo", data={"number": number, "at": "/inbox"}, follow_redirects=True).text
    assert "Taken back" in page
    assert look(STATE) == before


def test_ending_a_snooze_brings_archived_mails_back_to_the_inbox(
    reader: FlaskClient, send: Send, look: Look, subjects: Subjects
) -> None:
    tea = send("Tea")
    send("Re: Tea", sender=ADA, to=(BEN,), parent=tea)
    change(reader, "archive", 1)
    change(reader, "snooze", 1, until="2031-03-05T08:00:00")
    assert "1 thread back in the inbox." in change(reader, "unsnooze", 1, at="/snoozed")
    assert subjects("/inbox") == ["Tea"]
    assert look("SELECT folder FROM mail_entry WHERE account_id = 1 ORDER BY id") == [("inbox",), ("sent",)]


def test_a_snooze_that_comes_back_after_its_time_ends(
    reader: FlaskClient, send: Send, look: Look, post: LentConnection, arrange: Callable[[str], None]
) -> None:
    send("Tea")
    change(reader, "snooze", 1, until="2031-03-04T11:00:00")
    change(reader, "unsnooze", 1, at="/snoozed")
    arrange("UPDATE world_clock SET now = '2031-03-04 11:30:00.000000'")
    run_due(post)
    number = look("SELECT number FROM mail_undo")[0][0]
    reader.post("/undo", data={"number": number, "at": "/inbox"})
    assert look("SELECT snoozed_until FROM mail_entry") == [("2031-03-04 11:00:00.000000",)]
    run_due(post)
    assert look("SELECT snoozed_until FROM mail_entry") == [(None,)]


def test_undo_works_once_and_only_for_the_last_action(reader: FlaskClient, send: Send, look: Look) -> None:
    send("Tea")
    change(reader, "archive", 1)
    first = look("SELECT number FROM mail_undo")[0][0]
    change(reader, "star", 1)
    stale = reader.post("/undo", data={"number": first, "at": "/inbox"}, follow_redirects=True).text
    assert "This cannot be taken back any more." in stale
    assert look("SELECT folder FROM mail_entry WHERE account_id = 1") == [("archive",)]


def test_an_action_that_is_sent_twice_is_taken_back_as_one(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Tea")
    before = look(STATE)
    for _ in range(2):
        page = change(reader, "archive", 1)
        assert "1 thread archived." in page
    number = look("SELECT number FROM mail_undo")[0][0]
    assert f'name="number" value="{number}"' in page
    reader.post("/undo", data={"number": number, "at": "/inbox"})
    assert look(STATE) == before


def test_an_action_that_changes_nothing_says_so_and_keeps_the_last_undo(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Tea")
    send("Cake", sender=ADA, to=(Mailbox(email="hob@tanner.example"),))
    change(reader, "archive", 1)
    undo = look("SELECT number, what FROM mail_undo")
    page = change(reader, "archive", 2, at="/sent")
    assert "That changes nothing here" in page
    assert ">Undo<" not in page
    assert look("SELECT number, what FROM mail_undo") == undo
    assert look("SELECT folder FROM mail_entry ORDER BY id") == [("archive",), ("sent",)]


def test_deleting_for_ever_needs_the_bin_and_cannot_be_taken_back(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Tea", sender=BEN)
    refused = change(reader, "delete", 2, confirmed="yes")
    assert "Only mails in the bin or in spam can be deleted for ever." in refused
    assert len(look("SELECT id FROM mail_entry WHERE account_id = 1")) == 1
    change(reader, "bin", 2)
    question = change(reader, "delete", 2, at="/bin")
    assert "Delete 1 thread for ever?" in question
    assert len(look("SELECT id FROM mail_entry WHERE account_id = 1")) == 1
    page = change(reader, "delete", 2, at="/bin", confirmed="yes")
    assert "1 thread deleted for ever." in page
    assert "Undo" not in page
    assert look("SELECT id FROM mail_entry WHERE account_id = 1") == []
    assert look("SELECT account_id FROM mail_entry") == [(2,)]  # Ben keeps his copy


@pytest.fixture
def short_pages(arrange: Callable[[str], None]) -> None:
    """Lists have pages of ten threads."""
    arrange("UPDATE mail_settings SET page_size = 10")


@pytest.mark.usefixtures("short_pages")
def test_deleting_all_of_a_list_says_how_many(reader: FlaskClient, send: Send, look: Look) -> None:
    for number in range(12):
        send(f"Tea {number}")
    change(reader, "bin", all="yes")
    question = change(reader, "delete", at="/bin", all="yes")
    assert "Delete 12 threads for ever?" in question
    assert "12 threads deleted for ever." in change(reader, "delete", at="/bin", all="yes", confirmed="yes")
    assert look("SELECT * FROM mail_entry") == []


@pytest.mark.parametrize("path", ["/act", "/threads/1/act", "/mails/1/act"])
def test_the_settings_can_do_without_the_question(
    reader: FlaskClient, send: Send, look: Look, arrange: Callable[[str], None], path: str
) -> None:
    arrange("UPDATE mail_settings SET confirms_deletion = 0")
    send("Tea")
    change(reader, "bin", 1)
    reader.post(path, data={"act": "delete", "thread": "1", "at": "/bin"})
    assert look("SELECT * FROM mail_entry") == []


def test_deleting_the_first_mail_keeps_the_thread(reader: FlaskClient, send: Send, look: Look) -> None:
    first = send("Tea")
    send("Re: Tea", parent=first)
    entry = look("SELECT min(id) FROM mail_entry WHERE account_id = 1")[0][0]
    reader.post(f"/mails/{entry}/act", data={"act": "bin"})
    assert (
        "Delete this mail for ever?"
        in reader.post(f"/mails/{entry}/act", data={"act": "delete"}, follow_redirects=True).text
    )
    reader.post(f"/mails/{entry}/act", data={"act": "delete", "confirmed": "yes"})
    send("Re: Tea", parent=first)
    assert look("SELECT count(DISTINCT thread_id), count(*) FROM mail_entry WHERE account_id = 1") == [(1, 2)]


def test_a_row_has_its_own_star(reader: FlaskClient, send: Send, look: Look) -> None:
    send("Tea")
    send("Cake")
    reader.post("/act", data={"act": "star:1", "thread": ["3"], "at": "/inbox"})
    starred = "SELECT message_id FROM mail_entry WHERE is_starred"
    assert look(starred) == [(1,)]
    reader.post("/act", data={"act": "unstar:1", "at": "/inbox"})
    assert look(starred) == []


@pytest.mark.usefixtures("short_pages")
@pytest.mark.parametrize(
    ("at", "archived"),
    [("/inbox?page=2", 12), ("/search?q=cake", 1), ("/search?q=nothing", 0), ("/elsewhere", 0)],
)
def test_all_of_a_list_are_more_than_its_page(
    reader: FlaskClient, send: Send, look: Look, at: str, archived: int
) -> None:
    for number in range(11):
        send(f"Tea {number}")
    send("Cake")
    page = (
        change(reader, "archive", at=at, all="yes")
        if at != "/elsewhere"
        else change(reader, "archive", at=at)
    )
    assert look("SELECT count(*) FROM mail_entry WHERE folder = 'archive'") == [(archived,)]
    assert ("archived." in page) == bool(archived)


@pytest.mark.usefixtures("short_pages")
def test_selecting_a_page_ticks_its_rows_and_offers_the_rest(reader: FlaskClient, send: Send) -> None:
    for number in range(12):
        send(f"Tea {number}")
    page = reader.get("/inbox?select=page").text
    assert page.count(" checked") == 10
    assert "Select all 12 of this list" in page
    everything = reader.get("/inbox?select=all").text
    assert everything.count(" checked disabled") == 10
    assert '<input type="hidden" name="all" value="yes">' in everything


@pytest.mark.usefixtures("labelled")
@pytest.mark.parametrize(
    ("act", "more", "says"),
    [
        ("label", {"label": ""}, "Choose a label first."),
        ("label", {"label": "2"}, "Choose a label first."),  # somebody else's
        ("unlabel", {"label": "99"}, "Choose a label first."),
        ("file", {"label": "x"}, "Choose a label first."),
        ("snooze", {"until": ""}, "Choose a time in the future."),
        ("snooze", {"until": "2031-03-04 09:00"}, "Choose a time in the future."),
        ("snooze", {"until": "tomorrow"}, "Choose a time in the future."),
        ("category", {"category": "moon"}, "Choose a category first."),
        ("fly", {}, "Mail cannot &#39;fly&#39; threads."),
        ("", {}, "Mail cannot &#39;&#39; threads."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_changed(
    reader: FlaskClient, send: Send, look: Look, act: str, more: dict[str, str], says: str
) -> None:
    send("Tea")
    before = look(STATE)
    assert says in change(reader, act, 1, **more)
    assert look(STATE) == before
    assert look("SELECT * FROM mail_undo") == []


def test_a_mail_that_is_snoozed_twice_until_one_time_wakes_once(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Tea")
    waking = "SELECT count(*) FROM world_event WHERE kind = 'mail.wake'"
    for until, events in (("2031-03-04 11:00", 1), ("2031-03-04 11:00", 1), ("2031-03-04 12:00", 2)):
        change(reader, "snooze", 1, until=until)
        assert look(waking) == [(events,)]


@pytest.mark.parametrize("ids", [[], ["x"], ["99"], ["-1"], ["9" * 30], ["1"]])  # 1 is Ben's own
def test_threads_that_are_not_there_are_refused(
    reader: FlaskClient, send: Send, look: Look, ids: list[str]
) -> None:
    send("Tea", sender=BEN)
    before = look(STATE)
    page = reader.post("/act", data={"act": "star", "thread": ids}, follow_redirects=True).text
    assert "Tick the threads first." in page or "These threads are gone." in page
    assert look(STATE) == before


@pytest.mark.parametrize("at", ["//evil.test/", "http://evil.test/", "", "\\\\evil", "javascript:alert(1)"])
def test_one_never_returns_to_a_foreign_address(reader: FlaskClient, send: Send, at: str) -> None:
    send("Tea")
    response = reader.post("/act", data={"act": "star", "thread": "1", "at": at})
    assert response.headers["Location"].startswith("/inbox?")


def test_another_time_to_snooze_until_is_asked_for_on_a_page(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Tea")
    page = change(reader, "snooze", 1, until="pick")
    assert "Snooze 1 thread" in page
    change(reader, "snooze", 1, until="2031-03-10 09:30")
    assert look("SELECT snoozed_until FROM mail_entry WHERE account_id = 1") == [
        ("2031-03-10 09:30:00.000000",)
    ]
    assert look("SELECT kind, due FROM world_event") == [("mail.wake", "2031-03-10 09:30:00.000000")]


def test_own_sent_mails_stay_in_sent_when_a_thread_is_archived(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    first = send("Tea")
    send("Re: Tea", sender=ADA, to=(BEN,), parent=first)
    change(reader, "archive", 1)
    folders = "SELECT folder FROM mail_entry WHERE account_id = 1 ORDER BY id"
    assert look(folders) == [("archive",), ("sent",)]
    change(reader, "bin", 1, at="/archive")
    assert look(folders) == [("bin",), ("bin",)]
    change(reader, "restore", 1, at="/bin")
    assert look(folders) == [("archive",), ("sent",)]


def test_labels_are_put_on_all_mails_once(
    reader: FlaskClient, send: Send, look: Look, labelled: None
) -> None:
    first = send("Tea")
    send("Re: Tea", parent=first)
    for _ in range(2):
        change(reader, "label", 1, label="1")
    assert len(look("SELECT * FROM mail_entry_label")) == 2
    assert "Kitchen" in reader.get("/inbox").text
    change(reader, "unlabel", 1, label="1")
    assert look("SELECT * FROM mail_entry_label") == []
