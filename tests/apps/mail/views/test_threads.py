"""The page of a thread: mails, recipients, quotes, attachments, what is done there, print view."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.reading import split_quote

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
HOB = Mailbox(name="Hob Tanner", email="hob@tanner.example")
FILES = {
    1: ("gauges.csv", "text/csv", "gauge,value\nB7,<b>14</b>\n\nB8\n"),
    2: ("notes.txt", "text/plain", "Line one\n<script>alert(1)</script>"),
    3: (
        "plan.svg",
        "image/svg+xml",
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    ),
    4: ("odd.bin", "application/octet-stream", "x"),
    5: ("empty.csv", "text/csv", ""),
}


@pytest.fixture
def files(arrange: Arrange) -> None:
    for key, (name, kind, text) in FILES.items():
        arrange(
            f"INSERT INTO world_file VALUES ({key}, '{name}', '{kind}', 1, '2031-03-01 10:00:00', "
            f"CAST('{text}' AS BLOB))"
        )


def open_mails(page: str) -> list[bool]:
    """Which mails of a page are shown in full."""
    return ["open" in node.attributes for node in LexborHTMLParser(page).css("details.mail-fold")]


def test_unread_mails_and_the_last_one_are_open_once(
    reader: FlaskClient, send: Send, arrange: Arrange
) -> None:
    first = send("Tea", body="One.")
    second = send("Re: Tea", parent=first, body="Two.")
    send("Re: Tea", parent=second, body="Three.")
    arrange("DELETE FROM mail_unread WHERE entry_id = 1")
    assert open_mails(reader.get("/threads/1").text) == [False, True, True]
    assert open_mails(reader.get("/threads/1").text) == [False, False, True]


def long_thread(send: Send, arrange: Arrange, mails: int, unread: tuple[int, ...] = ()) -> None:
    last = send("Tea", body="Text 1.")
    for number in range(2, mails + 1):
        last = send("Re: Tea", parent=last, body=f"Text {number}.")
    arrange(f"DELETE FROM mail_unread WHERE entry_id NOT IN ({', '.join(map(str, (0, *unread)))})")


def texts(page: str) -> list[int]:
    """The numbers of the mails that a page has, in its order."""
    nodes = LexborHTMLParser(page).css(".mail-text")
    return [int(node.text().strip().removeprefix("Text ").removesuffix(".")) for node in nodes]


def test_twelve_mails_are_not_folded(reader: FlaskClient, send: Send, arrange: Arrange) -> None:
    long_thread(send, arrange, 12)
    page = reader.get("/threads/1").text
    assert texts(page) == list(range(1, 13))
    assert "earlier mail" not in page


@pytest.mark.parametrize("newest_first", [0, 1])
def test_a_long_thread_shows_its_first_and_its_newest_mails_until_all_are_asked_for(
    reader: FlaskClient, send: Send, arrange: Arrange, newest_first: int
) -> None:
    arrange(f"UPDATE mail_settings SET newest_first = {newest_first}")
    long_thread(send, arrange, 20)
    page = reader.get("/threads/1?at=/all").text
    fold = LexborHTMLParser(page).css_first(".thread-fold a")
    shown, in_order = [1, *range(10, 21)], slice(None, None, -1 if newest_first else 1)
    assert texts(page) == shown[in_order]
    assert fold.text() == "Show 8 earlier mails"
    assert open_mails(page)[in_order] == [False] * 11 + [True]
    whole = reader.get(fold.attributes["href"] or "").text
    assert texts(whole) == list(range(1, 21))[in_order]
    assert 'href="/all"' in whole
    assert "thread-fold" not in whole


def test_folded_mails_stay_unread_until_they_are_shown(
    reader: FlaskClient, send: Send, arrange: Arrange, look: Look
) -> None:
    long_thread(send, arrange, 15, unread=(1, 2, 4, 15))
    assert "Show 3 earlier mails, 2 unread" in reader.get("/threads/1").text
    assert look("SELECT entry_id FROM mail_unread ORDER BY 1") == [(2,), (4,)]
    assert open_mails(reader.get("/threads/1?earlier=yes").text)[:4] == [False, True, False, True]
    assert look("SELECT entry_id FROM mail_unread") == []


def test_a_long_thread_names_labels_and_snoozes_of_folded_mails(
    reader: FlaskClient, send: Send, arrange: Arrange
) -> None:
    long_thread(send, arrange, 14)
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal')")
    arrange("INSERT INTO mail_entry_label VALUES (2, 1)")
    arrange("UPDATE mail_entry SET snoozed_until = '2031-03-05 08:00:00' WHERE id = 2")
    head = LexborHTMLParser(reader.get("/threads/1").text).css_first(".thread-head").text()
    assert "Kitchen" in head
    assert "Snoozed until Wed 5 March" in head


def test_a_long_thread_is_printed_whole(reader: FlaskClient, send: Send, arrange: Arrange) -> None:
    long_thread(send, arrange, 20)
    page = LexborHTMLParser(reader.get("/threads/1/print").text)
    assert len(page.css(".paper-mail")) == 20


def test_opening_a_thread_writes_bookkeeping_alone(reader: FlaskClient, send: Send, look: Look) -> None:
    send("Tea")
    tables = [name for (name,) in look("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    kept = [name for name in tables if name != "mail_unread"]
    before = {name: look(f'SELECT * FROM "{name}"') for name in kept}
    assert look("SELECT count(*) FROM mail_unread") == [(1,)]
    reader.get("/threads/1")
    assert look("SELECT count(*) FROM mail_unread") == [(0,)]
    assert {name: look(f'SELECT * FROM "{name}"') for name in kept} == before


@pytest.mark.parametrize(("person", "sees"), [(1, True), (2, False), (3, False)])
def test_hidden_recipients_are_shown_to_their_sender_alone(
    reader: FlaskClient, send: Send, arrange: Arrange, look: Look, person: int, *, sees: bool
) -> None:
    send("Tea", sender=ADA, to=(BEN,), bcc=(CLEO,))
    arrange(f"UPDATE world_current_user SET person_id = {person}")
    thread = look(f"SELECT thread_id FROM mail_entry WHERE account_id = {person}")[0][0]
    for path in (f"/threads/{thread}", f"/threads/{thread}/print"):
        page = reader.get(path).text
        assert "Ben Moor" in page
        assert ("Bcc" in page) is sees
        assert ("cleo.finch@wherrymoor.test&gt;" in page) is sees


def test_the_details_name_everybody(reader: FlaskClient, send: Send) -> None:
    send("Tea", to=(ADA, BEN), cc=(CLEO, Mailbox(email="x@y.example")), reply_to="desk@tanner.example")
    page = reader.get("/threads/1").text
    for text in (
        "to Ada Park, Ben Moor, Cleo Finch and 1 more",
        "Hob Tanner &lt;hob@tanner.example&gt;",
        "<dd>Cleo Finch &lt;cleo.finch@wherrymoor.test&gt;, x@y.example</dd>",
        "<dd>desk@tanner.example</dd>",
        "Tue 4 March 2031, 10:00",
    ):
        assert text in page


def test_a_quote_is_folded_away(reader: FlaskClient, send: Send) -> None:
    send("Tea", body="Yes.\n\nOn Tue 4 March, 09:00, Ada Park wrote:\n> Green?\n> Black?")
    tree = LexborHTMLParser(reader.get("/threads/1").text)
    assert "Green" in tree.css_first("details.quoted blockquote").text()
    assert tree.css_first(".mail-text > p").text() == "Yes."


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("Yes.", ("Yes.", "")),
        ("Yes.\n\n> No?", ("Yes.", "> No?")),
        ("Yes.\n\nOn Monday, Ada wrote:\n> No?\n", ("Yes.", "On Monday, Ada wrote:\n> No?")),
        ("> No?\nYes.", ("> No?\nYes.", "")),
        ("> No?", ("", "> No?")),
        ("", ("", "")),
        ("Yes.\n\n\n", ("Yes.\n\n\n", "")),
    ],
)
def test_only_what_is_quoted_at_the_end_is_a_quote(body: str, parts: tuple[str, str]) -> None:
    assert split_quote(body) == parts


@pytest.mark.parametrize(
    ("body", "shows"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ('{{7*7}} & "quotes"', "{{7*7}} &amp; &#34;quotes&#34;"),
        ("See http://mail.test/p/lamp?a=1&b=2.", '<a href="http://mail.test/p/lamp?a=1&amp;b=2">'),
        ("http://mail.test, or", '<a href="http://mail.test">http://mail.test</a>, or'),
        ("javascript:alert(1) http://evil.example/x", "http://evil.example/x</p>"),
        ("http://evil.test/x", "<p>http://evil.test/x</p>"),  # no app of this world
        ("http://mail.test.evil.test/x", "<p>http://mail.test.evil.test/x</p>"),
        ("http://mail.testing/x", "<p>http://mail.testing/x</p>"),
        ("\u202eright to left \U0001f600", "\u202eright to left \U0001f600"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p>"),
        ("", "Tea"),
    ],
)
def test_bodies_are_text(reader: FlaskClient, send: Send, body: str, shows: str) -> None:
    send("Tea", body=body)
    page = reader.get("/threads/1").text
    assert shows in page
    assert "<script>alert" not in page
    assert 'href="http://evil' not in page


@pytest.mark.usefixtures("files")
def test_files_are_listed_and_shown(reader: FlaskClient, send: Send) -> None:
    send("Tea", file_ids=(1, 2, 3, 4, 5))
    page = reader.get("/threads/1").text
    for key, (name, _, _) in FILES.items():
        assert f'<a href="/files/{key}">' in page
        assert name in page
    table = LexborHTMLParser(reader.get("/files/1").text)
    assert [cell.text() for cell in table.css(".file-table th")] == ["gauge", "value"]
    assert [cell.text() for cell in table.css(".file-table td")] == ["B7", "<b>14</b>", "B8", ""]
    assert "&lt;script&gt;" in reader.get("/files/2").text
    assert '<img class="file-picture" src="/files/3/content" alt="plan.svg">' in reader.get("/files/3").text
    assert "no preview" in reader.get("/files/4").text
    assert reader.get("/files/5").status_code == 200


@pytest.mark.usefixtures("files")
def test_a_file_is_served_as_it_is_and_runs_nothing(reader: FlaskClient, send: Send) -> None:
    send("Tea", file_ids=(3,))
    response = reader.get("/files/1/content")
    assert response.mimetype == "image/svg+xml"
    assert response.text == FILES[3][2]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.usefixtures("files")
def test_other_peoples_files_are_not_found(reader: FlaskClient, send: Send) -> None:
    send("Secret", sender=BEN, to=(CLEO,), file_ids=(1,))
    for path in ("/files/1", "/files/1/content"):
        assert reader.get(path).status_code == 404


def test_what_leaves_the_list_leads_back_there_with_a_notice(reader: FlaskClient, send: Send) -> None:
    send("Tea")
    response = reader.post("/threads/1/act", data={"act": "archive", "at": "/inbox?page=2"})
    assert response.headers["Location"].startswith("/inbox?page=2&did=archive&threads=1&undo=")
    assert "1 thread archived." in reader.get(response.headers["Location"]).text


def test_what_stays_shows_the_thread_again(reader: FlaskClient, send: Send) -> None:
    send("Tea")
    response = reader.post("/threads/1/act", data={"act": "star", "at": "/all"})
    assert response.headers["Location"].startswith("/threads/1?at=%2Fall&did=star")
    assert "1 thread starred." in reader.get(response.headers["Location"]).text


@pytest.mark.parametrize(("opened", "following"), [(2, "/threads/1"), (1, "/inbox")])
def test_the_settings_can_lead_on_to_the_next_thread(
    reader: FlaskClient, send: Send, arrange: Arrange, opened: int, following: str
) -> None:
    arrange("UPDATE mail_settings SET after_action = 'next'")
    send("Tea")
    send("Cake")
    response = reader.post(f"/threads/{opened}/act", data={"act": "archive", "at": "/inbox"})
    assert response.headers["Location"].startswith(f"{following}?did=archive")


def test_marking_as_unread_leaves_the_thread(reader: FlaskClient, send: Send, look: Look) -> None:
    send("Tea")
    reader.get("/threads/1")
    response = reader.post("/mails/1/act", data={"act": "unread", "at": "/inbox"}, follow_redirects=True)
    assert "marked as unread" in response.text
    assert look("SELECT entry_id FROM mail_unread") == [(1,)]


def test_one_mail_can_be_deleted_and_the_rest_stays(reader: FlaskClient, send: Send, look: Look) -> None:
    first = send("Tea", body="One.")
    send("Re: Tea", parent=first, body="Two.")
    page = reader.post("/mails/1/act", data={"act": "bin", "at": "/inbox"}, follow_redirects=True).text
    assert "1 thread moved to the bin." in page
    assert look("SELECT id, folder FROM mail_entry ORDER BY id") == [(1, "bin"), (2, "inbox")]
    assert "1 mail of this thread in spam or bin." in page
    assert "One." not in LexborHTMLParser(page).css_first(".mail-text").text()
    assert "One." in reader.get("/threads/1?all=yes").text
    last = reader.post("/mails/2/act", data={"act": "bin", "at": "/inbox"})
    assert last.headers["Location"].startswith("/inbox")


def test_a_blocked_sender_is_let_in_again(reader: FlaskClient, send: Send, look: Look) -> None:
    send("Tea")
    page = reader.post("/mails/1/act", data={"act": "block"}, follow_redirects=True).text
    assert "Mails from hob@tanner.example go to spam from now on." in page
    assert "Unblock hob@tanner.example" in page
    reader.post("/mails/1/act", data={"act": "block"})
    send("Cake")
    reader.post("/mails/1/act", data={"act": "unblock"})
    send("Buns")
    assert look("SELECT folder FROM mail_entry ORDER BY id") == [("inbox",), ("spam",), ("inbox",)]


def test_unsubscribing_ends_the_letters_of_a_sender_alone(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Letter", kind="letter", unsubscribes_from=HOB.email)
    page = reader.post("/mails/1/act", data={"act": "unsubscribe"}, follow_redirects=True).text
    assert "You get no more letters from hob@tanner.example." in page
    assert "You have unsubscribed from this letter." in page
    send("Another", kind="letter", unsubscribes_from=HOB.email)
    send("Receipt", kind="receipt")
    send("Others", kind="letter", sender=BEN, unsubscribes_from=BEN.email)
    own = "SELECT subject FROM mail_message m JOIN mail_entry e ON e.message_id = m.id WHERE account_id = 1"
    assert look(own) == [("Letter",), ("Receipt",), ("Others",)]


@pytest.mark.parametrize("act", ["unsubscribe", "block"])
def test_what_is_impossible_with_a_mail_is_refused(reader: FlaskClient, send: Send, act: str) -> None:
    send("Mine", sender=ADA, to=(HOB,))
    page = reader.post("/mails/1/act", data={"act": act}, follow_redirects=True).text
    assert "This is not possible with this mail." in page


def test_later_mails_of_a_muted_thread_skip_the_inbox(reader: FlaskClient, send: Send, look: Look) -> None:
    first = send("Tea")
    reader.post("/threads/1/act", data={"act": "mute"})
    send("Re: Tea", parent=first)
    assert look("SELECT folder FROM mail_entry ORDER BY id") == [("archive",), ("archive",)]
    assert "Muted" in reader.get("/threads/1").text


def test_a_thread_in_the_bin_offers_to_restore_it(reader: FlaskClient, send: Send) -> None:
    send("Tea")
    reader.post("/threads/1/act", data={"act": "bin"})
    page = reader.get("/threads/1?at=/bin").text
    assert 'value="restore"' in page
    assert 'value="archive"' not in page


def test_the_print_view_has_every_mail_and_no_controls(reader: FlaskClient, send: Send) -> None:
    first = send("Tea", body="One.")
    send("Re: Tea", parent=first, body="Two.")
    page = reader.get("/threads/1/print").text
    assert "One." in page
    assert "Two." in page
    assert "<button" not in page.split("<main")[1]


@pytest.mark.parametrize(("default", "first"), [("reply", "Reply"), ("reply_all", "Reply all")])
def test_the_default_answer_comes_first(
    reader: FlaskClient, send: Send, arrange: Arrange, default: str, first: str
) -> None:
    arrange(f"UPDATE mail_settings SET default_reply = '{default}'")
    send("Tea")
    link = LexborHTMLParser(reader.get("/threads/1").text).css_first(".answers a")
    assert link.text().strip() == first


@pytest.mark.parametrize(("setting", "shown"), [(1, "10:00"), (0, "10:00 am")])
def test_times_are_as_the_settings_want_them(
    reader: FlaskClient, send: Send, arrange: Arrange, setting: int, shown: str
) -> None:
    arrange(f"UPDATE mail_settings SET uses_24_hours = {setting}")
    send("Tea")
    assert f'<span class="thread-time">{shown}</span>' in reader.get("/inbox").text
    assert f"Tue 4 March 2031, {shown}" in reader.get("/threads/1").text
