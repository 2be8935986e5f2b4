"""The page of a search: its order, and where it ends."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def kelp(chat: Any) -> int:
    """A word that 1,002 messages have, in the channel of everybody; the id before the first of them."""
    before, general = chat.newest(), chat.channel("general")
    for number in range(before + 1, before + 1003):
        chat.run(
            "INSERT INTO chat_message SELECT ?, ?, author_id, posted_at, 'kelp', NULL, 0, 0, NULL, NULL, "
            "NULL, NULL, NULL FROM chat_message WHERE id = 1",
            number, general,
        )  # fmt: skip
        chat.run("INSERT INTO chat_search_text VALUES (?, -1, -1, ' kelp ')", number)
    return int(before)


def found(page: str) -> list[int]:
    """The messages that a page lists."""
    return [int(each) for each in re.findall(r'<article class="post[^"]*" id="m(\d+)"', page)]


def test_a_search_ends_after_a_thousand_messages_and_says_so(client: FlaskClient, kelp: int) -> None:
    page = client.get("/search?q=kelp").text
    last = client.get("/search?q=kelp&page=999").text

    assert "More than 1,000 messages; these are the newest ones" in page
    assert found(page)[0] == kelp + 1002
    assert found(last)[-1] == kelp + 3


def test_from_the_oldest_on_it_is_the_oldest_thousand(client: FlaskClient, kelp: int) -> None:
    page = client.get("/search?q=kelp&sort=oldest").text
    last = client.get("/search?q=kelp&sort=oldest&page=999").text

    assert "these are the oldest ones" in page
    assert (found(page)[0], found(last)[-1]) == (kelp + 1, kelp + 1000)


def test_a_thousand_messages_are_all_of_them(client: FlaskClient, chat: Any, kelp: int) -> None:
    chat.run("UPDATE chat_message SET deleted_at = posted_at WHERE id > ?", kelp + 1000)

    assert "<p>1,000 messages</p>" in client.get("/search?q=kelp").text


def test_words_join_each_other_and_operators(client: FlaskClient, chat: Any) -> None:
    crates, north = chat.message("crates"), chat.message("hello")

    assert crates in found(client.get("/search?q=crates").text)
    assert found(client.get("/search?q=crates+go").text) == [crates]
    assert found(client.get("/search?q=crates+-go").text) == []
    assert found(client.get("/search?q=-crates+spring+in:general+has:pin").text) == [north]
    assert found(client.get("/search?q=crates+zeppelin").text) == []
