"""Each setting does something; what cannot be chosen is refused."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.settings_form import CHOICES

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

BEN = Mailbox(name="Ben Moor", email="ben.moor@wherrymoor.test")


@pytest.fixture
def choose(reader: FlaskClient) -> Callable[..., None]:
    """Sets some settings and leaves the others."""

    def save(**values: str) -> None:
        page = reader.post("/settings", data=values, follow_redirects=True)
        assert "The settings were saved." in page.text
        chosen = LexborHTMLParser(page.text)
        for name, value in values.items():
            node = chosen.css_first(f"select[name={name}] option[selected]") or chosen.css_first(f"#{name}")
            assert node.attributes["value"] == value

    return save


def order_of(page: str) -> list[str]:
    return [node.text().strip() for node in LexborHTMLParser(page).css(".mail-text")]


def first_answer(page: str) -> str:
    return LexborHTMLParser(page).css(".answers a")[0].text()


def test_lists(reader: FlaskClient, send: Send, choose: Callable[..., None]) -> None:
    for number in range(12):
        send(f"Tea {number}", body="At four by the lake.")
    before = reader.get("/inbox").text
    assert 'class="desk desk-comfortable"' in before
    assert before.count("thread-subject") == 12
    assert "At four by the lake." in before
    assert "category=offers" in before
    choose(density="compact", page_size="10", shows_snippets="no", uses_categories="no")
    after = reader.get("/inbox").text
    assert 'class="desk desk-compact"' in after
    assert after.count("thread-subject") == 10
    assert "At four by the lake." not in after
    assert "category=offers" not in after


def test_reading(reader: FlaskClient, send: Send, choose: Callable[..., None]) -> None:
    first = send("Tea", body="One")
    send("Re: Tea", parent=first, body="Two")
    page = reader.get("/threads/1").text
    assert (order_of(page), first_answer(page)) == (["One", "Two"], "Reply")
    choose(newest_first="yes", default_reply="reply_all")
    page = reader.get("/threads/1").text
    assert (order_of(page), first_answer(page)) == (["Two", "One"], "Reply all")


def test_after_an_action(reader: FlaskClient, send: Send, choose: Callable[..., None]) -> None:
    for subject in ("One", "Two", "Three"):
        send(subject)
    act = {"act": "archive", "at": "/inbox"}
    assert reader.post("/threads/3/act", data=act).location.startswith("/inbox?")
    choose(after_action="next")
    assert reader.post("/threads/2/act", data=act).location.startswith("/threads/1?")


def test_deleting_for_ever_is_asked_for_unless_one_does_not_want_that(
    reader: FlaskClient, send: Send, look: Look, choose: Callable[..., None]
) -> None:
    for subject in ("One", "Two", "Three", "Four"):
        send(subject)
    reader.post("/act", data={"act": "bin", "thread": ["1", "2", "3", "4"]})
    data = {"act": "delete", "thread": ["1", "2"], "at": "/bin"}
    assert "Delete 2 threads for ever?" in reader.post("/act", data=data, follow_redirects=True).text
    for path in ("/threads/3/act", "/mails/3/act"):
        assert "/delete?" in reader.post(path, data={"act": "delete", "at": "/bin"}).location
    assert look("SELECT count(*) FROM mail_entry") == [(4,)]
    choose(confirms_deletion="no")
    reader.post("/act", data=data)
    assert look("SELECT count(*) FROM mail_entry") == [(2,)]


def test_writing(reader: FlaskClient, look: Look, arrange: Arrange, choose: Callable[..., None]) -> None:
    arrange("INSERT INTO mail_signature VALUES (1, 1, 'Work', 'Ada'), (2, 2, 'Bens', 'Ben')")
    choose(
        undo_s="0", default_markup="rich", adds_contacts="no", new_signature_id="1", reply_signature_id="1",
        name="Ada P.", sender="ada.park@quillfold.test",
    )  # fmt: skip
    form = LexborHTMLParser(reader.get("/compose").text)
    chosen = {
        name: form.css_first(f"select[name={name}] option[selected]").attributes["value"]
        for name in ("markup", "signature", "sender")
    }
    assert chosen == {"markup": "rich", "signature": "1", "sender": "ada.park@quillfold.test"}
    data = {"to": BEN.email, "body": "Tea", "do": "send", **chosen}
    reader.post("/compose", data=data)
    assert look("SELECT sender_name, sender_email, body, markup FROM mail_message") == [
        ("Ada P.", "ada.park@quillfold.test", "Tea\n\n-- \nAda", "rich")
    ]
    assert look("SELECT * FROM mail_contact") == []
    choose(undo_s="30", adds_contacts="yes", new_signature_id="")
    reader.post("/compose", data=data)
    assert look("SELECT due_at FROM mail_outgoing") == [("2031-03-04 10:00:30.000000",)]


def test_everything_else(reader: FlaskClient, send: Send, choose: Callable[..., None]) -> None:
    send("Tea")
    assert reader.get("/").location == "/inbox"
    assert ">10:00<" in reader.get("/inbox").text
    choose(start_page="agenda", uses_24_hours="no", week_starts_on="6")
    assert reader.get("/").location == "/agenda"
    assert ">10:00 am<" in reader.get("/inbox").text
    assert "Week of 2 March" in reader.get("/agenda").text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("all", ["One", "Two"]), ("important", ["One"]), ("none", [])],
)
def test_what_has_just_arrived_is_announced(
    reader: FlaskClient,
    send: Send,
    arrange: Arrange,
    choose: Callable[..., None],
    wanted: str,
    found: list[str],
) -> None:
    send("Old")
    arrange("UPDATE mail_entry SET shown_at = '2031-03-04 09:30:00.000000'")
    send("One")
    arrange("UPDATE mail_entry SET is_important = 1 WHERE id = 2")
    send("Two")
    choose(notifies=wanted)
    nodes = LexborHTMLParser(reader.get("/inbox").text).css(".arrived a")
    assert sorted(node.text() for node in nodes) == found


@pytest.mark.parametrize("name", [choice.name for choice in CHOICES])
@pytest.mark.parametrize("value", ["", "odd", "-1", "1" * 400, "\0"])
def test_values_that_cannot_be_chosen_are_refused(
    reader: FlaskClient, look: Look, name: str, value: str
) -> None:
    before = look("SELECT * FROM mail_settings")
    response = reader.post("/settings", data={"page_size": "10", name: value})
    assert response.status_code == 422
    assert "Choose one of the values." in response.text
    assert look("SELECT * FROM mail_settings") == before


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("name", " ", "Enter a name."), ("name", "x" * 101, "Use at most 100 characters."),
        ("name", "a\0b", "characters that cannot be shown"),
        ("sender", BEN.email, "Choose one of the values."),
        ("new_signature_id", "2", "Choose one of the values."),
    ],
)  # fmt: skip
def test_names_senders_and_signatures_must_be_ones_own(
    reader: FlaskClient, arrange: Arrange, look: Look, name: str, value: str, says: str
) -> None:
    arrange("INSERT INTO mail_signature VALUES (2, 2, 'Bens', 'Ben')")
    before = look("SELECT * FROM mail_settings"), look("SELECT * FROM mail_account")
    response = reader.post("/settings", data={name: value})
    assert response.status_code == 422
    assert says in response.text
    assert (look("SELECT * FROM mail_settings"), look("SELECT * FROM mail_account")) == before


def test_the_settings_of_one_person_leave_others_alone(look: Look, choose: Callable[..., None]) -> None:
    choose(density="compact")
    assert look("SELECT density FROM mail_settings ORDER BY account_id") == [
        ("compact",), ("comfortable",), ("comfortable",)
    ]  # fmt: skip
