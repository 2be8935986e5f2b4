"""What the seed makes of a script: equal rows for equal seeds, nothing from the future, and quickly."""

import sqlite3
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.chat import APP, models
from gristmill.apps.chat.emoji import EMOJI, name_of
from gristmill.apps.server.database import LentConnection
from gristmill.apps.stories import storybook
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, Story
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.world import World
from gristmill.errors import PluginError

SECONDS_PER_WORLD = 2.0
POSTS = 1600


def built(seed: int = 1) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    build_world([APP], WorldChoice(seed=seed), connection)
    return connection


def rows(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE name LIKE 'chat_%' AND type = 'table'"
    ).fetchall()
    return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for (name,) in tables}


@pytest.mark.slow
def test_equal_seeds_give_equal_rows_and_other_seeds_others() -> None:
    """In the world as its stories tell it."""
    first, again, other = rows(built()), rows(built()), rows(built(2))
    assert first == again
    assert first["chat_message"] != other["chat_message"]
    assert len(first["chat_message"]) > 500
    assert len(first["chat_channel"]) >= 12


def test_nothing_from_the_future_is_there_and_nothing_comes_before_its_cause(open_world: Any) -> None:
    connection = open_world("chat")
    (now,) = connection.execute("SELECT now FROM world_clock").fetchone()
    for table, column in (
        ("chat_message", "posted_at"),
        ("chat_message", "edited_at"),
        ("chat_reaction", "made_at"),
        ("chat_membership", "joined_at"),
        ("chat_vote", "voted_at"),
        ("chat_saved", "saved_at"),
        ("chat_channel", "archived_at"),
        ("chat_poll", "closed_at"),
    ):
        assert connection.execute(f"SELECT count(*) FROM {table} WHERE {column} > ?", [now]).fetchone() == (
            0,
        )
    reply = "SELECT count(*) FROM chat_message m JOIN chat_message r ON r.id = m.root_id WHERE "
    pair = "SELECT count(*) FROM chat_message a JOIN chat_message b ON b.id = a.id + 1 WHERE "
    for wrong in (
        reply + "m.posted_at < r.posted_at",
        reply + "r.root_id IS NOT NULL",
        pair + "b.posted_at < a.posted_at",
    ):
        assert connection.execute(wrong).fetchone() == (0,), wrong


def test_everybody_but_who_has_left_is_in_channels_and_has_a_pointer_into_each(open_world: Any) -> None:
    connection = open_world("chat")
    gone = (
        "SELECT count(*) FROM chat_membership m JOIN world_job j ON j.person_id = m.person_id"
        " JOIN chat_channel c ON c.id = m.channel_id WHERE j.status = 'left' AND c.name IS NOT NULL"
    )
    assert connection.execute(gone).fetchone() == (0,)
    without = (
        "SELECT count(*) FROM chat_membership LEFT JOIN chat_read r USING (channel_id, person_id)"
        " WHERE r.message_id IS NULL"
    )
    assert connection.execute(without).fetchone() == (0,)


def bulk(s: StoryWriter) -> Acts:
    """A busy month in a dozen channels, in which everybody is."""
    staff = s.cast.staff()
    names = [f"busy-{n}" for n in range(12)]
    for name in names:
        s.channel(name, staff[0], None, "-200d 09:00")
    yield
    for n in range(POSTS // 2):
        day, author = f"-{30 - n // 40}d {9 + n % 8:02d}:{n % 60:02d}", staff[n % len(staff)]
        post = s.post(names[n % 12], author, day, f"Number {n} for @{staff[-1].email.partition('@')[0]}")
        s.thread(post, staff[(n * 7) % len(staff)], s.at(day).replace(hour=18), f"Answer to number {n}")


@pytest.fixture
def stories(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(tell: Any) -> None:
        own = Story(key="bulk", write=tell, needs=frozenset(), size=WorldSize.STANDARD, rank=1)
        monkeypatch.setattr(storybook, "stories_of", lambda world: [own])

    return use


@pytest.mark.slow
def test_a_month_of_posts_is_written_quickly(stories: Any) -> None:
    stories(bulk)
    start = process_time()
    connection = built()
    assert process_time() - start < SECONDS_PER_WORLD
    assert connection.execute("SELECT count(*) FROM chat_message").fetchone() == (POSTS,)


def test_a_post_in_a_channel_that_no_story_opens_opens_it(stories: Any) -> None:
    def tell(s: StoryWriter) -> Acts:
        yield
        s.post("shed", s.desk, "-1d 09:00", "Anybody here?")

    stories(tell)
    assert built().execute("SELECT kind FROM chat_channel WHERE name = 'shed'").fetchone() == ("public",)


def test_an_answer_restricted_to_a_channel_that_there_is_not_is_refused(stories: Any) -> None:
    def tell(s: StoryWriter) -> Acts:
        yield
        s.answers("chat", s.desk, "no", minutes=1, channel="nowhere")

    stories(tell)
    with pytest.raises(PluginError, match="restricted to a channel that no story opens"):
        built()


def test_the_tale_is_as_it_was_told(chat: Any, db: Session, world: World) -> None:
    """Edits, deletions, reactions, pins, votes, files, mentions and memberships as of now."""
    hello, poll = chat.message("hello"), chat.message("poll")
    assert chat.all("SELECT emoji FROM chat_reaction WHERE message_id = ?", hello) == [("thumbsup",)] * 2
    edited = "SELECT text, edited_at FROM chat_message WHERE root_id = ? AND edited_at IS NOT NULL"
    assert chat.all(edited, hello) == [("To the *north* shed.", "2031-02-23 09:40:00.000000")]
    wrong = db.get_one(models.Message, chat.message("wrong"))
    assert (wrong.text, wrong.deleted_at is not None) == ("", True)
    assert sorted(db.scalars(select(models.Vote.option).where(models.Vote.message_id == poll))) == [1, 1]
    mention = "SELECT how FROM chat_mention WHERE message_id = ? AND person_id = ?"
    assert chat.one(mention, chat.message("check"), chat.desk) == "name"
    assert chat.one(mention, chat.message("due"), chat.desk) == "channel"
    kinds = chat.all("SELECT kind, count(*) FROM chat_channel GROUP BY kind ORDER BY kind")
    assert kinds == [("direct", 1), ("group", 2), ("private", 2), ("public", 4)]
    assert chat.one("SELECT name FROM chat_former_name") == "wharf"
    everybody = chat.one("SELECT count(*) FROM world_job WHERE status = 'staff'")
    assert (
        chat.one("SELECT count(*) FROM chat_membership WHERE channel_id = ?", chat.channel("general"))
        == everybody
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("👍", "thumbsup"),
        (":+1:", "thumbsup"),
        ("❤", "heart"),
        ("❤️", "heart"),
        ("tada", "tada"),
        ("👍🏽", "thumbsup"),
        ("nope", None),
    ],
)
def test_an_emoji_has_one_name(text: str, name: str | None) -> None:
    assert name_of(text) == name


def test_every_emoji_is_drawn() -> None:
    sprite = (Path(str(APP.create_app().static_folder)) / "emoji.svg").read_text()
    assert sprite.count('<g transform="translate(') - sprite.count("scale(1 -1)") == len(EMOJI)
