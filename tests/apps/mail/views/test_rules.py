"""The pages of filters, vacation notice, blocked senders, canned texts and signatures."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

VACATION = {"is_on": "yes", "body": "I am away.", "every_days": "7"}


def test_a_filter_is_created_changed_moved_switched_and_deleted(reader: FlaskClient, look: Look) -> None:
    reader.post("/settings/filters/new", data={"sender": "hob", "stars": "yes"})
    page = reader.post(
        "/settings/filters/new",
        data={"subject": "tea", "skips_inbox": "yes", "is_last": "yes"},
        follow_redirects=True,
    ).text
    assert "subject &#39;tea&#39;</b>: archive it, run no later filter" in page
    columns = (
        "SELECT id, position, is_active, sender, subject, stars, is_last FROM mail_filter ORDER BY position"
    )
    reader.post("/settings/filters/2/up")
    assert [row[0] for row in look(columns)] == [2, 1]
    reader.post("/settings/filters/2/off")
    form = {"sender": "hob tanner", "marks_read": "yes"}
    assert (
        "The filter was changed." in reader.post("/settings/filters/1", data=form, follow_redirects=True).text
    )
    assert look(columns) == [(2, 1, 0, "", "tea", 0, 1), (1, 2, 1, "hob tanner", "", 0, 0)]
    reader.post("/settings/filters/2/delete")
    assert [row[0] for row in look(columns)] == [1]


def test_a_filter_asks_for_any_of_its_conditions(reader: FlaskClient, send: Send, look: Look) -> None:
    data = {"joins": "any", "sender": "ben", "subject": "tea OR cake", "stars": "yes"}
    page = reader.post("/settings/filters/new", data=data, follow_redirects=True).text
    assert "any of: from &#39;ben&#39;; subject &#39;tea OR cake&#39;</b>: star it" in page
    assert '<option value="any" selected' in reader.get("/settings/filters/1").text
    for subject in ("Tea", "Cake", "Soup"):
        send(subject)
    assert look("SELECT is_starred FROM mail_entry ORDER BY id") == [(1,), (1,), (0,)]
    reader.post("/settings/filters/1", data=data | {"joins": "all"})
    assert look("SELECT joins FROM mail_filter") == [("all",)]
    send("Tea")
    assert look("SELECT is_starred FROM mail_entry ORDER BY id")[3:] == [(0,)]


def test_a_form_that_is_submitted_twice_creates_one_filter(reader: FlaskClient, look: Look) -> None:
    for status in (303, 422):
        response = reader.post("/settings/filters/new", data={"sender": "hob", "stars": "yes"})
        assert response.status_code == status
    assert "You have this filter already." in response.text
    assert look("SELECT count(*) FROM mail_filter") == [(1,)]


def test_applying_to_existing_mails_is_asked_for_and_counted(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    send("Tea")
    send("Cake")
    reader.post("/settings/filters/new", data={"subject": "tea", "stars": "yes"})
    assert look("SELECT is_starred FROM mail_entry ORDER BY id") == [(0,), (0,)]
    assert "Apply the filter to 1 mail?" in reader.get("/settings/filters/1/apply").text
    assert "Applied to 1 mail." in reader.post("/settings/filters/1/apply", follow_redirects=True).text
    assert look("SELECT is_starred FROM mail_entry ORDER BY id") == [(1,), (0,)]


REFUSED = [
    ("filters/new", {"stars": "yes"}, "Say which mails it is for."),
    ("filters/new", {"sender": "hob"}, "Say what it is to do."),
    ("filters/new", {"sender": "!!!", "stars": "yes"}, "Enter at least one letter or digit."),
    ("filters/new", {"sender": "hob OR !!!", "stars": "yes"}, "Enter at least one letter or digit."),
    ("filters/new", {"sender": "hob", "stars": "yes", "joins": "some"}, "Choose whether all or any"),
    ("filters/new", {"sender": "x" * 201, "stars": "yes"}, "Use at most 200 characters."),
    ("filters/new", {"sender": "a\0b", "stars": "yes"}, "characters that cannot be shown"),
    ("filters/new", {"sender": "hob", "label": "9"}, "Choose one of your labels."),
    ("filters/new", {"sender": "hob", "category": "odd"}, "Choose one of the tabs."),
    ("filters/new", {"sender": "hob", "forward_to": "x"}, "Enter an address such as"),
    ("filters/new", {"sender": "hob", "forward_to": "ADA.park@quillfold.test"}, "This is your own address."),
    ("vacation", VACATION | {"body": ""}, "Enter a text."),
    ("vacation", VACATION | {"body": "x" * 5001}, "Use at most 5000 characters."),
    ("vacation", VACATION | {"body": "a\0"}, "characters that cannot be shown"),
    ("vacation", VACATION | {"subject": "x" * 201}, "Use at most 200 characters."),
    ("vacation", VACATION | {"starts_on": "2031-02-30"}, "Enter a day such as"),
    ("vacation", VACATION | {"starts_on": "2031-03-09", "ends_on": "2031-03-08"}, "before the first one"),
    ("vacation", VACATION | {"every_days": "0"}, "Choose how often."),
    ("blocked", {"email": "hob"}, "Enter an address such as"),
    ("blocked", {"email": "a" * 300 + "@b.test"}, "Enter an address such as"),
    ("blocked", {"email": "ada.park@wherrymoor.test"}, "This is your own address."),
    ("canned/new", {"name": "", "body": "x"}, "Enter a name."),
    ("canned/new", {"name": "x" * 61, "body": "x"}, "Use at most 60 characters."),
    ("canned/new", {"name": "THANKS", "body": "x"}, "There is one named"),
    ("canned/new", {"name": "New", "body": ""}, "Enter a text."),
    ("signatures/new", {"name": "New", "body": "a\0b"}, "characters that cannot be shown"),
]


@pytest.mark.parametrize(("path", "data", "says"), REFUSED)
def test_what_breaks_the_rules_is_refused_in_words(
    reader: FlaskClient, arrange: Arrange, look: Look, path: str, data: dict[str, str], says: str
) -> None:
    arrange("INSERT INTO mail_label VALUES (9, 2, NULL, 'Bens', 'rose')")
    arrange("INSERT INTO mail_canned_text VALUES (1, 1, 'Thanks', '', 'Thank you!')")
    response = reader.post(f"/settings/{path}", data=data)
    assert response.status_code == 422
    assert says in response.text
    for table in ("filter", "vacation", "blocked_sender", "signature"):
        assert look(f"SELECT * FROM mail_{table}") == []


def test_the_notice_is_stored_and_senders_are_answered_anew_once_it_is_on_again(
    reader: FlaskClient, send: Send, look: Look
) -> None:
    page = reader.post(
        "/settings/vacation", data=VACATION | {"ends_on": "2031-03-09"}, follow_redirects=True
    ).text
    assert "The vacation notice was saved." in page
    assert 'value="2031-03-09"' in page
    for is_on in ("yes", "yes", "", "yes"):
        reader.post("/settings/vacation", data=VACATION | {"is_on": is_on})
        if is_on:
            send("Tea")
    assert look("SELECT count(*) FROM mail_message WHERE kind = 'vacation'") == [(2,)]


def test_senders_are_blocked_and_let_in(reader: FlaskClient, look: Look) -> None:
    page = reader.post(
        "/settings/blocked", data={"email": " Hob@Tanner.example "}, follow_redirects=True
    ).text
    assert "Mails from hob@tanner.example go to spam from now on." in page
    reader.post("/settings/blocked", data={"email": "hob@tanner.example"})
    assert look("SELECT email FROM mail_blocked_sender") == [("hob@tanner.example",)]
    assert "let in again" in reader.post("/settings/blocked/1/unblock", follow_redirects=True).text
    assert look("SELECT * FROM mail_blocked_sender") == []


def test_texts_are_created_changed_and_deleted(reader: FlaskClient, look: Look, arrange: Arrange) -> None:
    for kind in ("canned", "signatures"):
        reader.post(f"/settings/{kind}/new", data={"name": "One", "body": "\r\nLine 1\r\nLine 2\r\n"})
        reader.post(f"/settings/{kind}/1", data={"name": "Two", "body": "{{7*7}}<script>x", "subject": "S"})
        page = reader.get(f"/settings/{kind}").text
        assert "{{7*7}}&lt;script&gt;x" in page
    assert look("SELECT name, subject, body FROM mail_canned_text") == [("Two", "S", "{{7*7}}<script>x")]
    arrange("UPDATE mail_settings SET new_signature_id = 1, reply_signature_id = 1 WHERE account_id = 1")
    for kind in ("canned", "signatures"):
        assert "was deleted." in reader.post(f"/settings/{kind}/1/delete", follow_redirects=True).text
    assert look("SELECT new_signature_id, reply_signature_id FROM mail_settings WHERE account_id = 1") == [
        (None, None)
    ]


@pytest.mark.parametrize("path", ["filters/1", "filters/1/apply", "canned/1", "signatures/1"])
def test_rules_of_others_are_not_found(reader: FlaskClient, arrange: Arrange, path: str) -> None:
    reader.post("/settings/filters/new", data={"sender": "hob", "stars": "yes"})
    reader.post("/settings/blocked", data={"email": "hob@tanner.example"})
    for kind in ("canned", "signatures"):
        reader.post(f"/settings/{kind}/new", data={"name": "Secret", "body": "Secret"})
    arrange("UPDATE world_current_user SET person_id = 2")
    assert reader.get(f"/settings/{path}").status_code == 404
    assert reader.post(f"/settings/{path}", data={"name": "x", "body": "x"}).status_code == 404
    for post in ("filters/1/delete", "canned/1/delete", "blocked/1/unblock"):
        assert reader.post(f"/settings/{post}").status_code == 404
    for page in ("filters", "blocked", "canned", "signatures"):
        text = reader.get(f"/settings/{page}").text
        assert "hob@" not in text
        assert "Secret" not in text
