"""Pages that list threads: what each folder shows, rows, pages, categories."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.world.world import World

Send = Callable[..., Mail]
Subjects = Callable[[str], list[str]]

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
HOB = Mailbox(name="Hob Tanner", email="hob@tanner.example")
FOLDERS = ("inbox", "starred", "snoozed", "important", "sent", "archive", "spam", "bin", "all")


def change(reader: FlaskClient, act: str, *threads: int, at: str = "/inbox", **more: str) -> str:
    """Act on threads; returns the page that follows."""
    data = {"act": act, "thread": [str(each) for each in threads], "at": at, **more}
    return reader.post("/act", data=data, follow_redirects=True).text


@pytest.mark.parametrize(
    ("act", "shown_in"),
    [
        ("star", {"inbox", "starred", "all"}),
        ("important", {"inbox", "important", "all"}),
        ("archive", {"archive", "all"}),
        ("bin", {"bin"}),
        ("spam", {"spam"}),
        ("snooze", {"snoozed", "all"}),
        ("mute", {"archive", "all"}),
    ],
)
def test_each_folder_shows_what_was_put_there(
    reader: FlaskClient, send: Send, subjects: Subjects, act: str, shown_in: set[str]
) -> None:
    send("Tea")
    change(reader, act, 1, until="2031-03-05T08:00:00")
    assert {key for key in FOLDERS if "Tea" in subjects(f"/{key}")} == shown_in


def test_sent_names_recipients(reader: FlaskClient, send: Send, subjects: Subjects) -> None:
    send("Cake", sender=ADA, to=(BEN, CLEO))
    assert subjects("/sent") == ["Cake"]
    assert "To: Ben Moor, Cleo Finch" in reader.get("/sent").text
    assert subjects("/inbox") == []


def test_a_thread_is_one_row_with_its_people_its_count_and_its_latest_words(
    reader: FlaskClient, send: Send, subjects: Subjects
) -> None:
    first = send("Tea", body="Green or black?")
    second = send("Re: Tea", sender=ADA, to=(HOB,), parent=first, body="Black.")
    send("Re: Tea", parent=second, body="As ever.")
    page = reader.get("/inbox").text
    assert subjects("/inbox") == ["Tea"]
    assert "<b>Hob Tanner</b>, me" in page
    assert '<span class="row-count">3</span>' in page
    assert "As ever." in page


def test_opening_a_thread_takes_it_out_of_the_unread_ones(reader: FlaskClient, send: Send) -> None:
    send("Tea")
    assert "thread-unread" in reader.get("/inbox").text
    assert "<b>1</b>" in reader.get("/inbox").text
    assert reader.get("/threads/1").status_code == 200
    assert "thread-unread" not in reader.get("/inbox").text


def test_listing_and_searching_open_nothing(reader: FlaskClient, send: Send) -> None:
    send("Tea")
    for path in ("/inbox", "/all", "/search?q=tea", "/threads/1/print"):
        reader.get(path)
    assert "thread-unread" in reader.get("/inbox").text


@pytest.mark.parametrize(
    ("more", "category"),
    [
        ({}, "main"),
        ({"kind": "receipt", "is_automatic": True}, "updates"),
        ({"kind": "notice", "is_automatic": True}, "updates"),
        ({"kind": "letter", "unsubscribes_from": "ben.moor@wherrymoor.test"}, "offers"),
        ({"list_email": "all@wherrymoor.test"}, "lists"),
    ],
)
def test_a_mail_is_on_the_tab_of_its_kind(
    send: Send, subjects: Subjects, more: dict[str, object], category: str
) -> None:
    send("Tea", **more)
    tabs = ("main", "updates", "offers", "lists")
    assert [tab for tab in tabs if subjects(f"/inbox?category={tab}")] == [category]


def test_without_categories_the_inbox_is_one_list(
    reader: FlaskClient, send: Send, subjects: Subjects, post_world: World
) -> None:
    send("Offer", kind="letter")
    post_world.db.connection().exec_driver_sql("UPDATE mail_settings SET uses_categories = 0")
    post_world.db.commit()
    assert subjects("/inbox") == ["Offer"]
    assert "Categories" not in reader.get("/inbox").text


def test_long_lists_have_pages_of_the_size_in_the_settings(
    reader: FlaskClient, send: Send, subjects: Subjects, post_world: World
) -> None:
    post_world.db.connection().exec_driver_sql("UPDATE mail_settings SET page_size = 10")
    for number in range(23):
        send(f"Tea {number}")
    assert subjects("/inbox") == [f"Tea {number}" for number in range(22, 12, -1)]
    assert subjects("/inbox?page=3") == ["Tea 2", "Tea 1", "Tea 0"]
    assert subjects("/inbox?page=99") == ["Tea 2", "Tea 1", "Tea 0"]
    assert subjects("/inbox?page=no") == subjects("/inbox")
    assert 'href="/inbox?page=2"' in reader.get("/inbox").text


@pytest.mark.parametrize("key", FOLDERS)
def test_an_empty_folder_says_what_it_is_for(reader: FlaskClient, key: str) -> None:
    page = reader.get(f"/{key}").text
    assert "empty-icon" in page
    assert '<form class="list"' not in page


def test_subjects_and_names_are_shown_as_text(reader: FlaskClient, send: Send) -> None:
    send("<script>alert(1)</script> {{7*7}}", sender=Mailbox(name="<b>Eve</b>", email="eve@x.example"))
    for path in ("/inbox", "/threads/1", "/threads/1/print"):
        page = reader.get(path).text
        assert "<script>alert" not in page
        assert "<b>Eve</b>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in page


@pytest.mark.parametrize("path", ["/attic", "/labels/99", "/threads/99", "/files/99", "/inbox/2"])
def test_what_does_not_exist_is_not_found(reader: FlaskClient, path: str) -> None:
    response = reader.get(path)
    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_the_front_page_is_the_inbox(reader: FlaskClient) -> None:
    assert reader.get("/").headers["Location"] == "/inbox"


def test_other_peoples_threads_are_not_found(reader: FlaskClient, send: Send) -> None:
    send("Secret", sender=BEN, to=(CLEO,))
    assert reader.get("/threads/1").status_code == 404
    assert reader.get("/threads/2").status_code == 404
    assert reader.get("/threads/1/print").status_code == 404
    assert "Secret" not in reader.get("/search?q=secret+in:anywhere").text.split("</header>")[1]
    change(reader, "star", 1, 2)
    assert reader.post("/mails/1/act", data={"act": "star"}).status_code == 404
