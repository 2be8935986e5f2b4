"""Whatever is posted to any address of mail, in any field: an answer in words, never an exception."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail

TEMPLATES = Path(__file__).parents[4] / "apps" / "mail" / "templates" / "mail"
IN_MACROS = {
    "name",
    "emails",
    "notes",
    "body",
    "subject",
    "due",
    "due_at",
    "to",
    "cc",
    "bcc",
    "title",
    "place",
}
ODD = [
    "<script>alert(1)</script>", "{{7*7}}", "a\0b", "\ud83d", "x" * 60_000, "-1", "9" * 30, "\u202e\u0000",
    "%00", "   ",
    "١٢", "/\t/[", "9999-12-31", "\U0001f33f" * 300, "'; DROP TABLE mail_message; --", "2031-13-45",
    "//evil.example", "\n\n,;<>\"",
]  # fmt: skip


def field_names() -> list[str]:
    """The names of all fields in mail's templates."""
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    found = {name for text in texts for name in re.findall(r'name="(\w+)"', text)}
    macro = re.compile(r'(?:field|select|textarea)\("(\w+)"')
    called = {name for text in texts for name in macro.findall(text)}
    return sorted(found | called | IN_MACROS)


@pytest.fixture(scope="module")
def post_image(post_image: bytes, furnished: Callable[..., bytes]) -> bytes:
    """The small world with one row of each kind, number 1."""
    return furnished(post_image, furnish)


def furnish(reader: FlaskClient, send: Callable[..., Mail], arrange: Callable[[str], None]) -> None:
    arrange("INSERT INTO world_file VALUES (1, 'a.csv', 'text/csv', 1, '2031-03-01 10:00:00', x'61')")
    send("Tea", file_ids=(1,))
    reader.post("/labels", data={"name": "Kitchen", "parent": "", "colour": "sky"})
    reader.post("/settings/filters/new", data={"sender": "hob", "stars": "yes"})
    for kind in ("canned", "signatures"):
        reader.post(f"/settings/{kind}/new", data={"name": "One", "body": "Text"})
    reader.post("/contacts/new", data={"name": "Hob", "emails": "hob@tanner.example"})
    reader.post("/groups", data={"name": "Band"})
    reader.post("/agenda/new", data={"title": "M", "day": "2031-03-06", "starts": "9:00", "ends": "9:30"})
    reader.post("/compose", data={"to": "a@b.test", "body": "Text", "do": "save"})


def addresses(app: Flask, method: str) -> list[str]:
    """The addresses of all pages that take a method, for row 1."""
    kinds = {"path": "canned", "what": "up", "how": "reply", "key": "inbox"}
    found = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and not rule.endpoint.endswith("static"):
            found.append(re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda m: kinds.get(m[1], "1"), rule.rule))
    return sorted(found)


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_answered_everywhere(reader: FlaskClient, mail_app: Flask, text: str) -> None:
    data = dict.fromkeys(field_names(), text)
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for path in addresses(mail_app, "POST"):
        response = reader.post(path, data=dict.fromkeys(data, sent))
        assert response.status_code < 500, path
        assert "<script>alert(1)" not in response.text, path
    for path in addresses(mail_app, "GET"):
        response = reader.get(path, query_string=dict.fromkeys(data, sent[:500]))
        assert response.status_code < 500, path
        if response.mimetype == "text/html":
            assert "<script>alert(1)" not in response.text, path


@pytest.mark.one_in(3)
@pytest.mark.parametrize("do", ["save", "send", "schedule", "preview", "add", "insert", "discard"])
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_each_button_of_the_compose_form_takes_odd_texts(reader: FlaskClient, text: str, do: str) -> None:
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    names = ("token", "draft", "kind", "parent", "sender", "to", "cc", "bcc", "subject", "body", "markup",
             "signature", "remind", "canned", "file", "person", "field", "due", "due_at", "at")  # fmt: skip
    for fields in (dict.fromkeys(names, sent), {"subject": sent, "body": sent, "to": "a@b.test"}):
        assert reader.post("/compose", data=fields | {"do": do}).status_code in (200, 303, 422)
