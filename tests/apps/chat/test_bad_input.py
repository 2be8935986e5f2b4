"""Whatever is typed into any field is refused in words or shown as text; never run, and never an error."""

from typing import Any

import pytest
from flask.testing import FlaskClient

ODD = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "'\"><b>",
    "\u202eright to left",
    "e\u0301\u0301\u0301",
    "👩‍👩‍👧‍👦",
    "\ud83d",
    "\x00",
    "\x1b[31m",
    "x" * 10_000,
    "%00%ff",
    "-1",
    "99999999999999999999",
    "'; DROP TABLE chat_message; --",
    "\u2028line",
    "a\u00a0b",
    "\ufeff",
)
FORMS: dict[str, tuple[str, ...]] = {
    "/c/{general}/post": ("text", "token", "do"),
    "/t/{hello}/post": ("text", "token", "broadcast"),
    "/c/{general}/draft/delete": ("root_id",),
    "/c/{general}/describe": ("topic", "purpose"),
    "/c/{general}/rename": ("name",),
    "/c/{general}/prefer": ("level", "section", "muted"),
    "/c/{general}/star": ("star",),
    "/c/{general}/bookmarks": ("title", "url"),
    "/c/{general}/invite": ("person",),
    "/c/{general}/poll": ("question", "option1", "option2", "day", "time", "token"),
    "/c/{general}/attach": ("file", "text", "root_id", "token"),
    "/channels/new": ("name", "purpose", "kind", "person"),
    "/directs/new": ("person", "text", "token"),
    "/m/{crates}/edit": ("text",),
    "/m/{hello}/react": ("give", "take"),
    "/m/{poll}/vote": ("option", "withdraw"),
    "/m/{hello}/pin": ("pin",),
    "/m/{hello}/save": ("save",),
    "/m/{hello}/forward": ("to", "text", "token"),
    "/m/{hello}/remind": ("when", "day", "time", "note"),
    "/t/{hello}/follow": ("follow",),
    "/reminders": ("note", "when", "day", "time"),
    "/me/status": ("emoji", "text", "until", "day", "time"),
    "/me/quiet": ("until", "day", "time", "do"),
    "/me/sections": ("name",),
}
QUERIES = {
    "/search": ("q", "sort", "page"),
    "/people": ("q", "team", "page"),
    "/channels": ("q", "show", "page"),
    "/mentions": ("show", "page"),
    "/threads": ("page",),
    "/saved": ("page",),
    "/c/{general}": ("at", "before"),
    "/c/{general}/invite": ("q",),
    "/directs/new": ("person",),
    "/m/{hello}": ("from",),
}
ENCODED = "application/x-www-form-urlencoded"
VALID = {
    "text": "fine",
    "name": "fine",
    "title": "fine",
    "url": "http://shop.test/",
    "question": "Which?",
    "option1": "a",
    "option2": "b",
    "note": "fine",
    "when": "1h",
    "until": "1h",
    "level": "all",
    "to": "1",
    "person": "1",
    "emoji": "heart",
    "file": "1",
    "topic": "fine",
    "purpose": "fine",
}


def filled(path: str, chat: Any) -> str:
    numbers = {
        "general": chat.channel("general"),
        "hello": chat.message("hello"),
        "poll": chat.message("poll"),
        "crates": chat.message("crates"),
    }
    for name, number in numbers.items():
        path = path.replace(f"{{{name}}}", str(number))
    return path


def is_harmless(page: str) -> bool:
    return "<script>alert" not in page and "'\"><b>" not in page and ">49<" not in page


@pytest.mark.slow
@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("path", "field"), [(path, field) for path, fields in FORMS.items() for field in fields]
)
def test_every_field_of_every_form_takes_odd_texts(
    client: FlaskClient, chat: Any, path: str, field: str
) -> None:
    valid = {name: VALID[name] for name in FORMS[path] if name in VALID}
    path, shown = filled(path, chat), f"/c/{chat.channel('general')}"
    for text in ODD:
        data = dict(valid)
        if text == "\ud83d":  # half a character, which no browser sends
            response = client.post(path, data=f"{field}=%ED%A0%BD", content_type=ENCODED)
        else:
            response = client.post(path, data=data | {field: text})
        assert response.status_code in {303, 404, 422}, (text, response.status_code)
        assert is_harmless(response.text), text
    for page in ("/", "/drafts", "/channels", "/me", "/reminders", "/directs", shown):
        assert is_harmless(client.get(page).text)


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("path", "field"), [(path, field) for path, fields in QUERIES.items() for field in fields]
)
def test_every_part_of_every_address_takes_odd_texts(
    client: FlaskClient, chat: Any, path: str, field: str
) -> None:
    path = filled(path, chat)
    for text in ODD:
        if text == "\ud83d":
            response = client.get(f"{path}?{field}=%ED%A0%BD")
        else:
            response = client.get(path, query_string={field: text})
        assert response.status_code == 200, text
        assert is_harmless(response.text), text


@pytest.mark.parametrize(
    "path", ["/c/0", "/c/99999999999999999999", "/m/0", "/t/0", "/people/0", "/files/0", "/link/0"]
)
def test_numbers_of_nothing_answer_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_message_that_was_posted_with_odd_texts_is_stored_as_it_was_typed(
    client: FlaskClient, chat: Any
) -> None:
    kept = [text for text in ODD if len(text) < 4000 and text not in {"\x00", "\x1b[31m", "\ud83d", "\ufeff"}]
    for text in kept:
        client.post(f"/c/{chat.channel('general')}/post", data={"text": text})
        assert chat.one("SELECT text FROM chat_message ORDER BY id DESC LIMIT 1") == text.strip()
