"""The page of a thread: a long one shows its newest replies first."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gristmill.apps.chat.services.threads import followed, follows

REPLIES = 60


@pytest.fixture
def root(chat: Any) -> int:
    """A message with two replies of a story, and sixty more."""
    root = int(chat.message("hello"))
    first = chat.newest()
    for number in range(1, REPLIES + 1):
        chat.run(
            "INSERT INTO chat_message SELECT ?, channel_id, author_id, posted_at, ?, ?, 0, 0, NULL, NULL, "
            "NULL, NULL, NULL FROM chat_message WHERE id = ?",
            first + number, f"reply {number}.", root, root,
        )  # fmt: skip
    return root


def numbers(page: str) -> list[int]:
    """The numbers of the replies that a page shows."""
    return [int(each) for each in re.findall(r"<p>reply (\d+)\.</p>", page)]


def test_a_long_thread_shows_its_root_and_the_newest_replies(client: FlaskClient, root: int) -> None:
    page = client.get(f"/t/{root}").text

    assert numbers(page) == list(range(36, 61))
    assert "Welcome to the" in page
    link = re.search(r'<a href="([^"]+)">Show 37 earlier replies</a>', page)
    assert link is not None
    whole = client.get(link[1]).text
    assert numbers(whole) == list(range(1, 61))
    assert "earlier repl" not in whole


def test_deleted_replies_are_not_counted(client: FlaskClient, chat: Any, root: int) -> None:
    chat.run(
        "UPDATE chat_message SET deleted_at = posted_at, text = '' WHERE text IN ('reply 1.', 'reply 60.')"
    )

    page = client.get(f"/t/{root}").text

    assert numbers(page) == list(range(36, 60))
    assert "Show 36 earlier replies" in page


def test_a_link_to_an_earlier_reply_shows_it(client: FlaskClient, chat: Any, root: int) -> None:
    early = chat.one("SELECT id FROM chat_message WHERE text = 'reply 2.'")
    late = chat.one("SELECT id FROM chat_message WHERE text = 'reply 50.'")

    assert numbers(client.get(f"/t/{root}?at={early}").text) == list(range(1, 61))
    assert numbers(client.get(f"/t/{root}?at={late}").text) == list(range(36, 61))
    assert "post-asked" in client.get(f"/t/{root}?at={early}").text


def test_opening_a_long_thread_reads_all_of_it(client: FlaskClient, chat: Any, root: int) -> None:
    client.get(f"/t/{root}")

    own = "SELECT message_id FROM chat_thread_read WHERE root_id = ? AND person_id = ?"
    assert chat.all(own, root, chat.desk) == [(chat.newest(),)]


def test_whether_one_follows_a_thread_is_as_in_the_list_of_followed_threads(chat: Any, db: Session) -> None:
    roots = [number for (number,) in chat.all("SELECT id FROM chat_message WHERE root_id IS NULL")]
    people = [number for (number,) in chat.all("SELECT person_id FROM chat_member")]
    for number, person in enumerate(people[:12]):
        chat.run("INSERT INTO chat_follow VALUES (?, ?, ?)", roots[number % 3], person, number % 2)

    found = {(person, root) for person in people for root in roots if follows(db, person, root)}

    assert found == {(person, root) for person in people for root in db.scalars(followed(person))}
    assert len(found) > 5
