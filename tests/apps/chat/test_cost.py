"""A page of the chat takes few queries, however many messages it shows."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.apps.server.database import LentConnection

MOST_QUERIES = 12
PATHS = (
    "/",
    "/threads",
    "/mentions",
    "/drafts",
    "/saved",
    "/reminders",
    "/people",
    "/channels",
    "/channels/new",
    "/directs",
    "/directs/new",
    "/me",
    "/search?q=fair",
    "/search?q=is:unread has:file from:me in:general",
    "/help/formatting",
    "/c/{general}",
    "/c/{quay}",
    "/c/{general}/about",
    "/c/{general}/members",
    "/c/{general}/pins",
    "/c/{quay}/files",
    "/c/{general}/poll",
    "/c/{general}/attach",
    "/people/1",
)


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are run from now on."""
    run: list[str] = []
    monkeypatch.setattr(LentConnection, "note", lambda _, sql: run.append(sql))
    return run


@pytest.mark.parametrize("path", PATHS)
def test_a_page_takes_at_most_twelve_queries(
    client: FlaskClient, chat: Any, queries: list[str], path: str
) -> None:
    """At the first visit as well, which moves the read pointer."""
    for name in ("general", "quay"):
        path = path.replace(f"{{{name}}}", str(chat.channel(name)))
    chat.run("UPDATE chat_read SET message_id = 0")
    queries.clear()

    assert client.get(path).status_code == 200

    assert 0 < len(queries) <= MOST_QUERIES, "\n".join(queries)


@pytest.mark.parametrize("key", ["hello", "crates", "poll"])
@pytest.mark.parametrize("page", ["t", "m"])
def test_a_thread_and_a_message_take_at_most_twelve_queries(
    client: FlaskClient, chat: Any, queries: list[str], page: str, key: str
) -> None:
    chat.run("UPDATE chat_thread_read SET message_id = 0")
    number = chat.message(key)
    queries.clear()

    client.get(f"/{page}/{number}")

    assert 0 < len(queries) <= MOST_QUERIES, "\n".join(queries)
