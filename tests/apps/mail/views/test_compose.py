"""Writing: drafts, refusals, answers, sending, undoing, scheduling, what others must not read."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.sending import REMIND, remind, send_due
from gristmill.apps.mail.services.writing import SEND
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
HOB = Mailbox(name="Hob Tanner", email="hob@tanner.example")
DRAFTS = 'SELECT id, "to", cc, bcc, subject, body FROM mail_draft ORDER BY id'
MAILS = "SELECT subject, body FROM mail_message ORDER BY id"


def form_of(page: str) -> dict[str, str | list[str]]:
    """The fields of the form on a page, as a browser submits them."""
    values: dict[str, str | list[str]] = {}
    for node in LexborHTMLParser(page).css(".write input, .write select, .write textarea"):
        name, kind = node.attributes.get("name"), node.attributes.get("type")
        if kind == "checkbox":
            values.setdefault(name, [])
            if "checked" in node.attributes:
                values[name].append(node.attributes["value"])
        elif node.tag == "select":
            chosen = node.css("option[selected]") or node.css("option")
            values[name] = chosen[0].attributes.get("value") or "" if chosen else ""
        elif name:
            values[name] = node.text() if node.tag == "textarea" else node.attributes.get("value") or ""
    return values


@pytest.fixture
def write(reader: FlaskClient) -> Callable[..., object]:
    """Opens a form, fills it in and submits it: `write("/compose", do="send", to=...)`."""

    def submit(path: str, do: str, **fields: object) -> object:
        page = reader.get(path)
        assert page.status_code == 200, path
        data = form_of(page.text) | {"do": do} | fields
        return reader.post("/compose", data=data, follow_redirects=True)

    return submit


@pytest.fixture
def after(post_world: World, post_db: Session, arrange: Arrange, look: Look) -> Callable[..., None]:
    """Moves the clock on and runs what is due."""

    def run(**spell: float) -> None:
        post_db.expire_all()
        now = post_world.now + timedelta(**spell)
        arrange(f"UPDATE world_clock SET now = '{now:%Y-%m-%d %H:%M:%S.%f}'")
        handlers = {SEND: send_due, REMIND: remind}
        events = look(
            "SELECT id, kind, due, payload FROM world_event WHERE status = 'pending' ORDER BY due, id"
        )
        for key, kind, due, payload in events:
            if kind in handlers and datetime.fromisoformat(str(due)) <= now:
                post_db.expire_all()
                try:
                    handlers[kind](post_world, json.loads(payload))
                except TargetGone:
                    post_db.rollback()
                post_db.commit()
                arrange(f"UPDATE world_event SET status = 'done' WHERE id = {key}")

    return run


def test_saving_a_draft_again_updates_it(reader: FlaskClient, look: Look) -> None:
    data = form_of(reader.get("/compose").text) | {"to": "ben", "body": "One", "do": "save"}
    page = reader.post("/compose", data=data, follow_redirects=True).text
    assert "The draft was saved." in page
    reader.post("/compose", data=data | {"body": "Two"})
    reader.post("/compose", data=form_of(page) | {"do": "save", "body": "Three", "bcc": CLEO.email})
    assert look(DRAFTS) == [(1, "ben", "", CLEO.email, "", "Three")]


def test_saving_what_is_saved_already_says_so(look: Look, write: Callable[..., object]) -> None:
    write("/compose", "save", to="ben", body="One\n\nTwo")
    assert "Nothing has changed since the draft was saved." in write("/drafts/1", "save").text
    assert "The draft was saved." in write("/drafts/1", "save", body="One").text
    assert [row[-1] for row in look(DRAFTS)] == ["One"]


def test_forms_that_are_opened_at_other_times_are_other_drafts(
    reader: FlaskClient, look: Look, arrange: Arrange
) -> None:
    first = form_of(reader.get("/compose").text)
    arrange("UPDATE world_clock SET now = '2031-03-04 10:00:30.000000'")
    second = form_of(reader.get("/compose").text)
    for data, body in ((first, "One"), (second, "Two")):
        reader.post("/compose", data=data | {"body": body, "do": "save"})
    assert [row[-1] for row in look(DRAFTS)] == ["One", "Two"]


def test_a_blank_draft_is_not_stored_and_deleted_if_it_was(
    reader: FlaskClient, send: Send, look: Look, write: Callable[..., object]
) -> None:
    assert "There is nothing to save yet." in write("/compose", "save").text
    send("Tea")
    write("/mails/1/reply", "save")
    assert look(DRAFTS) == []
    write("/compose", "save", body="One")
    write("/drafts/1", "save", body="  ")
    assert look(DRAFTS) == []


def test_a_draft_is_continued_with_everything(
    reader: FlaskClient, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("INSERT INTO world_file VALUES (1, 'a.txt', 'text/plain', 1, '2031-03-01 10:00:00', x'61')")
    write("/compose", "save", to="x", cc="y", bcc="z", subject="S", body="B\n\nC", file="1", remind="3")
    again = form_of(reader.get("/drafts/1").text)
    assert {key: again[key] for key in ("to", "cc", "bcc", "subject", "body", "remind")} == {
        "to": "x", "cc": "y", "bcc": "z", "subject": "S", "body": "B\n\nC", "remind": "3"
    }  # fmt: skip
    assert again["file"] == ["1"]
    assert "Drafts" in reader.get("/drafts").text


def test_discarding_deletes_the_draft(look: Look, write: Callable[..., object]) -> None:
    write("/compose", "save", body="One")
    assert "The draft was discarded." in write("/drafts/1", "discard").text
    assert look(DRAFTS) == []


def test_a_mail_is_sent_once_its_time_for_undoing_is_over(
    look: Look, write: Callable[..., object], after: Callable[..., None]
) -> None:
    page = write("/compose", "send", to=f"Ben Moor <{BEN.email}>", subject="Tea", body="At four?").text
    assert "The mail will be sent on Tue 4 March, 10:02." in page
    after(seconds=119)
    assert look(MAILS) == []
    after(seconds=1)
    assert look(MAILS) == [("Tea", "At four?")]
    assert look("SELECT account_id, folder FROM mail_entry ORDER BY 1") == [(1, "sent"), (2, "inbox")]
    assert look(DRAFTS) == []


def test_undoing_makes_it_a_draft_again_and_sends_nothing(
    reader: FlaskClient, look: Look, write: Callable[..., object], after: Callable[..., None]
) -> None:
    write("/compose", "send", to=BEN.email, cc=CLEO.email, subject="Tea", body="At four?")
    page = reader.post("/outbox/undo", data={"number": "1", "at": "/inbox"}, follow_redirects=True).text
    assert form_of(page)["cc"] == CLEO.email
    after(hours=1)
    assert look(MAILS) == []
    assert len(look(DRAFTS)) == 1


def test_undoing_after_the_time_is_impossible(
    reader: FlaskClient, look: Look, write: Callable[..., object], after: Callable[..., None]
) -> None:
    write("/compose", "send", to=BEN.email, body="Tea")
    after(minutes=3)
    page = reader.post("/outbox/undo", data={"number": "1", "at": "/inbox"}, follow_redirects=True).text
    assert "This mail has been sent and cannot be taken back." in page
    assert reader.post("/outbox/1/undo").status_code == 404
    assert len(look(MAILS)) == 1


def test_sending_twice_sends_once(reader: FlaskClient, look: Look, after: Callable[..., None]) -> None:
    data = form_of(reader.get("/compose").text) | {"to": BEN.email, "body": "Tea", "do": "send"}
    reader.post("/compose", data=data)
    page = reader.post("/compose", data=data, follow_redirects=True).text
    assert "nothing was sent twice" in page
    after(minutes=5)
    page = reader.post("/compose", data=data, follow_redirects=True).text
    assert "nothing was sent twice" in page
    after(minutes=5)
    assert len(look(MAILS)) == 1


def test_without_time_for_undoing_it_is_sent_at_once(
    look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    assert "The mail was sent." in write("/compose", "send", to=BEN.email, body="Tea").text
    assert len(look(MAILS)) == 1


def test_a_scheduled_mail_is_put_off_and_then_sent_once(
    reader: FlaskClient, look: Look, write: Callable[..., object], after: Callable[..., None]
) -> None:
    write("/compose", "schedule", to=BEN.email, body="Tea", due_at="2031-03-05 08:00")
    assert "Wed 5 March, 08:00" in reader.get("/scheduled").text
    reader.post("/outbox/1/schedule", data={"due_at": "2031-03-05 09:00"})
    after(hours=22, minutes=30)
    assert look(MAILS) == []
    after(minutes=30)
    after(hours=3)
    assert len(look(MAILS)) == 1


def test_a_scheduled_mail_can_be_sent_now(
    reader: FlaskClient, look: Look, write: Callable[..., object], after: Callable[..., None]
) -> None:
    write("/compose", "schedule", to=BEN.email, body="Tea", due_at="2031-03-05 08:00")
    assert "The mail was sent." in reader.post("/outbox/1/send", follow_redirects=True).text
    after(hours=30)
    assert len(look(MAILS)) == 1


REFUSED = [
    ({}, "Add at least one recipient."),
    ({"to": "hob@"}, "is neither an address"),
    ({"to": "nobody in particular"}, "is neither an address"),
    ({"to": "a@b.test", "cc": "<script>alert(1)</script>"}, "Cc: "),
    ({"bcc": "x@y.com"}, "Bcc: "),
    (
        {"to": ", ".join(f"a{n}@b.test" for n in range(101))},
        "A mail can go to 100 recipients; these are 101.",
    ),
    ({"to": "a@b.test", "subject": "x" * 201}, "Use at most 200 characters."),
    ({"to": "a@b.test", "body": "x" * 50_001}, "Use at most 50000 characters."),
    ({"to": "a@b.test", "body": "a\0b"}, "characters that cannot be shown"),
    ({"to": "a@b.test", "subject": "a\x07b"}, "characters that cannot be shown"),
    ({"to": "a@b.test", "file": "9"}, "One of the files is not there."),
    ({"to": f"{'n' * 101} <a@b.test>"}, "A name is too long."),
]


@pytest.mark.parametrize(
    ("fields", "says"), REFUSED, ids=[each[1][:24] + str(n) for n, each in enumerate(REFUSED)]
)
def test_what_cannot_be_sent_is_refused_in_words_and_nothing_is_lost(
    look: Look, write: Callable[..., object], fields: dict[str, str], says: str
) -> None:
    response = write("/compose", "send", **({"body": "Kept"} | fields))
    assert response.status_code == 422
    assert says in response.text.replace("&#39;", "'")
    kept = form_of(response.text)
    for name, value in fields.items():
        if name != "file" and "\0" not in value and "\x07" not in value:
            assert kept[name] == value
    assert look(DRAFTS) == []


@pytest.mark.parametrize("due", ["", "tomorrow", "2031-03-04 09:00", "2033-01-01 09:00", "2031-02-30 09:00"])
def test_times_that_cannot_be_are_refused(look: Look, write: Callable[..., object], due: str) -> None:
    response = write("/compose", "schedule", to=BEN.email, body="Tea", due_at=due, due="x")
    assert response.status_code == 422
    assert "Send later:" in response.text
    assert look(DRAFTS) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>x",
        "{{7*7}}",
        "\u202emirror",
        "\U0001f33f" * 40,
        "'\"",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ],
)
def test_odd_texts_arrive_as_they_were_typed(
    reader: FlaskClient, look: Look, arrange: Arrange, write: Callable[..., object], text: str
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    write("/compose", "send", to=f"{ADA.email}", subject=text, body=text, markup="rich")
    assert look(MAILS) == [(text, text)]
    page = reader.get("/threads/1").text
    assert "<script>x" not in page
    assert ">49<" not in page


def test_names_of_contacts_groups_and_ambiguous_ones(
    look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    for key, name in enumerate(("Hob Tanner", "Ivy Reed", "Ivy Reed", "Jo Lark"), start=1):
        arrange(f"INSERT INTO mail_contact VALUES ({key}, 1, '{name}', '', '', '', '', 0)")
        arrange(f"INSERT INTO mail_contact_address VALUES ({key}, {key}, 1, 'a{key}@x.example')")
    arrange("INSERT INTO mail_group VALUES (1, 1, 'Band')")
    arrange("INSERT INTO mail_group_member VALUES (1, 1), (1, 4)")
    assert (
        "&#39;ivy reed&#39; has several addresses: a2@x.example, a3@x.example."
        in write("/compose", "send", to="ivy reed").text
    )
    write("/compose", "send", to="band", cc="hob tanner, a3@x.example", body="Tea")
    assert look(DRAFTS)[0][1:3] == ("Hob Tanner <a1@x.example>, Jo Lark <a4@x.example>", "a3@x.example")


def test_an_answer_quotes_and_stays_in_its_thread(
    reader: FlaskClient, send: Send, look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    send("Tea", body="At four?\nBring cups.", to=(ADA, BEN), cc=(CLEO,))
    form = form_of(reader.get("/mails/1/reply-all").text)
    assert form["to"] == f"Hob Tanner <{HOB.email}>, {BEN}"
    write("/mails/1/reply-all", "send", body="Yes." + str(form["body"]))
    assert look(MAILS)[1] == (
        "Re: Tea", "Yes.\n\nOn Tue 4 March, 10:00, Hob Tanner wrote:\n> At four?\n> Bring cups."
    )  # fmt: skip
    assert look("SELECT count(DISTINCT thread_id) FROM mail_entry WHERE account_id = 1") == [(1,)]


def test_a_forward_carries_text_and_files(
    send: Send, look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    arrange("INSERT INTO world_file VALUES (1, 'a.txt', 'text/plain', NULL, '2031-03-01 10:00:00', x'61')")
    send("Tea", body="At four?", file_ids=(1,))
    write("/mails/1/forward", "send", to=BEN.email)
    subject, body = look(MAILS)[1]
    assert subject == "Fwd: Tea"
    assert "From: Hob Tanner <hob@tanner.example>" in str(body)
    assert str(body).endswith("At four?")
    assert look("SELECT message_id, file_id FROM mail_attachment") == [(1, 1), (2, 1)]


def test_a_hidden_recipient_who_answers_all_neither_reveals_nor_reaches_the_others(
    reader: FlaskClient, send: Send, arrange: Arrange
) -> None:
    send("Tea", sender=BEN, to=(HOB,), bcc=(ADA, CLEO))
    page = reader.get("/mails/2/reply-all").text
    form = form_of(page)
    assert form["to"] == f"{BEN}, {HOB}"
    assert (form["cc"], form["bcc"]) == ("", "")
    assert CLEO.email not in page
    assert CLEO.email not in reader.get("/threads/2").text


def test_the_sender_keeps_hidden_recipients(
    reader: FlaskClient, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    write("/compose", "send", to=BEN.email, bcc=CLEO.email, body="Tea")
    assert CLEO.email in reader.get("/threads/1").text
    arrange("UPDATE world_current_user SET person_id = 2")
    assert CLEO.email not in reader.get("/threads/2").text
    assert "Tea" not in reader.get("/search?q=bcc:cleo").text


@pytest.mark.parametrize("path", ["/drafts/1", "/outbox/1", "/mails/1/reply", "/mails/99/forward"])
def test_what_others_write_is_not_found(
    reader: FlaskClient, send: Send, arrange: Arrange, write: Callable[..., object], path: str
) -> None:
    write("/compose", "schedule", to=CLEO.email, body="Xylophone", due_at="2031-03-05 08:00")
    send("Tea", to=(ADA,))
    arrange("UPDATE world_current_user SET person_id = 2")
    assert reader.get(path).status_code == 404
    for page in ("/drafts", "/scheduled", "/search?q=xylophone", "/search?q=in:drafts+xylophone"):
        assert CLEO.email not in reader.get(page).text
    for path in ("/outbox/1/undo", "/outbox/1/send", "/outbox/1/schedule"):
        assert reader.post(path).status_code == 404


def test_signatures_stand_above_what_is_quoted(
    send: Send, look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("INSERT INTO mail_signature VALUES (1, 1, 'Work', 'Ada\nPort Ansley')")
    arrange("UPDATE mail_settings SET undo_s = 0, reply_signature_id = 1")
    send("Tea", body="At four?")
    write("/mails/1/reply", "send", body="Yes.\n\nOn Tue 4 March, 10:00, Hob Tanner wrote:\n> At four?")
    assert look(MAILS)[1][1] == (
        "Yes.\n\n-- \nAda\nPort Ansley\n\nOn Tue 4 March, 10:00, Hob Tanner wrote:\n> At four?"
    )


QUOTING = "At four.\n\nOn Monday, Cleo wrote:\n> When is tea?"


@pytest.mark.parametrize("edit", ["", "PS: the kettle is new."], ids=["whole", "edited"])
def test_signature_and_canned_text_stand_above_a_forwarded_mail_that_quotes(
    reader: FlaskClient, send: Send, look: Look, arrange: Arrange, edit: str
) -> None:
    arrange("INSERT INTO mail_signature VALUES (1, 1, 'Work', 'Ada')")
    arrange("INSERT INTO mail_canned_text VALUES (1, 1, 'FYI', '', 'For you.')")
    arrange("UPDATE mail_settings SET undo_s = 0")
    send("Tea", body=QUOTING)
    form = form_of(reader.get("/mails/1/forward").text) | {"to": BEN.email, "signature": "1", "canned": "1"}
    body = f"Ben:\n\nOn Tuesday it rains.\n\n{str(form['body']).strip()}{edit}"
    form |= form_of(reader.post("/compose", data=form | {"do": "insert", "body": body}).text)
    reader.post("/compose", data=form | {"do": "send"})
    sent = str(look(MAILS)[1][1])
    assert sent.startswith(
        "Ben:\n\nOn Tuesday it rains.\n\nFor you.\n\n-- \nAda\n\n---------- Forwarded mail ----------\nFrom:"
    )
    assert sent.endswith(QUOTING + edit)


def test_a_signature_stands_above_the_quote_of_an_empty_mail(
    send: Send, look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("INSERT INTO mail_signature VALUES (1, 1, 'Work', 'Ada')")
    arrange("UPDATE mail_settings SET undo_s = 0, reply_signature_id = 1")
    send("Tea", body="")
    write("/mails/1/reply", "send")
    assert str(look(MAILS)[1][1]).startswith("-- \nAda\n\nOn Tue 4 March")


def test_an_answer_below_the_quote_is_signed_at_its_end(
    reader: FlaskClient, send: Send, look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("INSERT INTO mail_signature VALUES (1, 1, 'Work', 'Ada')")
    arrange("UPDATE mail_settings SET undo_s = 0, reply_signature_id = 1")
    send("Tea", body="At four?")
    quote = str(form_of(reader.get("/mails/1/reply").text)["body"]).strip()
    write("/mails/1/reply", "send", body=f"{quote}\n\nYes.")
    assert look(MAILS)[1][1] == f"{quote}\n\nYes.\n\n-- \nAda"


def test_a_canned_text_is_inserted_above_the_quote(
    reader: FlaskClient, send: Send, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("INSERT INTO mail_canned_text VALUES (1, 1, 'Thanks', 'Many thanks', 'Thank you!')")
    arrange("INSERT INTO mail_canned_text VALUES (2, 2, 'Bens', 'Secret', 'Secret')")
    send("Tea", body="At four?")
    form = form_of(write("/mails/1/reply", "insert", canned="1").text)
    assert str(form["body"]).startswith("Thank you!\n\nOn Tue")
    assert form["subject"] == "Re: Tea"
    assert form_of(write("/compose", "insert", canned="1").text)["subject"] == "Many thanks"
    assert "Secret" not in write("/compose", "insert", canned="2").text


def test_ticked_people_are_added_to_a_field(write: Callable[..., object], reader: FlaskClient) -> None:
    data = form_of(reader.get("/compose").text) | {
        "do": "add", "field": "cc", "cc": "x@y.test", "person": [str(BEN), str(CLEO)]
    }  # fmt: skip
    assert form_of(reader.post("/compose", data=data).text)["cc"] == f"x@y.test, {BEN}, {CLEO}"


def test_the_preview_reads_light_markup(write: Callable[..., object]) -> None:
    page = write("/compose", "preview", markup="rich", body="**Tea** at *four*\n- cups\n- <b>spoons</b>").text
    assert "<strong>Tea</strong> at <em>four</em>" in page
    assert "<li>&lt;b&gt;spoons&lt;/b&gt;</li>" in page


def test_a_mail_that_nobody_answers_comes_back(
    send: Send, look: Look, arrange: Arrange, write: Callable[..., object], after: Callable[..., None]
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    for subject in ("Tea", "Cake"):
        write("/compose", "send", to=HOB.email, subject=subject, body=subject, remind="2")
    parent = Mail(message_id=look("SELECT message_id FROM mail_message WHERE id = 2")[0][0], references="")
    send("Re: Cake", parent=parent)
    after(days=2)
    assert look("SELECT subject FROM mail_entry e JOIN mail_message m ON m.id = e.message_id "
                "WHERE folder = 'inbox' ORDER BY 1") == [("Re: Cake",), ("Tea",)]  # fmt: skip
    assert look("SELECT * FROM mail_reminder") == []


def test_whoever_is_written_to_becomes_a_contact_if_one_wants(
    look: Look, arrange: Arrange, write: Callable[..., object]
) -> None:
    arrange("UPDATE mail_settings SET undo_s = 0")
    write("/compose", "send", to=f"{HOB}, all@wherrymoor.test, {ADA.email}", body="Tea")
    arrange("UPDATE mail_settings SET adds_contacts = 0")
    write("/compose", "send", to=BEN.email, body="Tea")
    joined = "mail_contact c JOIN mail_contact_address a ON a.contact_id = c.id"
    assert look(f"SELECT account_id, name, email FROM {joined}") == [(1, "Hob Tanner", HOB.email)]
