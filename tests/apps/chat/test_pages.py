import re

import pytest
from flask.testing import FlaskClient

PATHS = (
    "/",
    "/threads",
    "/mentions",
    "/mentions?show=reactions",
    "/drafts",
    "/saved",
    "/reminders",
    "/people",
    "/people?q=buyer&team=Office",
    "/channels",
    "/channels?show=archived",
    "/channels/new",
    "/directs",
    "/directs/new",
    "/me",
    "/search",
    "/search?q=fair",
    "/help/search",
    "/help/formatting",
    "/help/unread",
    "/c/{general}",
    "/c/{general}/about",
    "/c/{general}/members",
    "/c/{general}/invite",
    "/c/{general}/pins",
    "/c/{general}/files",
    "/c/{general}/poll",
    "/c/{general}/attach",
    "/c/{general}/archive",
    "/c/{quay}",
    "/c/{quay}/files",
    "/c/{heron}",
    "/c/{rowing}",
    "/c/{old-fair}",
    "/c/{old-fair}/about",
    "/t/{hello}",
    "/m/{hello}",
    "/m/{crates}",
    "/m/{crates}/delete",
    "/m/{hello}/forward",
    "/m/{hello}/remind",
    "/files/1",
    "/nope",
)


def filled(path: str, chat: "object") -> str:
    """The path with the ids of the channels and messages that it names."""

    def number(found: re.Match[str]) -> str:
        name = found[1]
        is_channel = path.startswith("/c/")
        return str(chat.channel(name) if is_channel else chat.message(name))  # type: ignore[attr-defined]

    return re.sub(r"{([\w-]+)}", number, path)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_opens_with_one_heading_named_landmarks_and_named_controls(
    client: FlaskClient, chat: object, path: str
) -> None:
    response = client.get(filled(path, chat))

    assert response.status_code == (404 if path == "/nope" else 200)
    page = response.text
    assert page.count("<h1") == page.count("<main") == 1
    assert not re.findall(r"<nav(?![^>]*aria-label)", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", page):
        name = re.search(r'\sid="([^"]+)"', field)
        is_named = "aria-label=" in field or (name and name[1] in labelled) or "radio" in field
        assert is_named or 'type="hidden"' in field, field
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//(?!(?:shop|chat)\.test/)', page)
