"""What others do as the clock advances: posts, answers, changes; and that nothing happens to what is gone."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.apps.chat import events
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.world.clock import FORMAT
from gristmill.apps.world.events import run_due
from gristmill.apps.world.models import EventStatus
from gristmill.apps.world.world import World


def advance(connection: LentConnection, minutes: int) -> None:
    connection.execute(f"UPDATE world_clock SET now = strftime('{FORMAT}', now, '{minutes * 60} seconds')")
    connection.commit()
    run_due(connection)


def statuses(chat: Any, kind: str) -> list[str]:
    return [row[0] for row in chat.all("SELECT status FROM world_event WHERE kind = ? ORDER BY id", kind)]


def test_posts_replies_and_reactions_come_at_their_times(
    client: FlaskClient, chat: Any, chat_world: LentConnection
) -> None:
    here = chat.channel("general")
    client.get(f"/c/{here}")
    advance(chat_world, 2)
    page = client.get("/").text
    assert f'href="/c/{here}" class="bold ' in page
    assert "News for" in client.get(f"/c/{here}").text
    advance(chat_world, 3)
    news = chat.message("news")
    assert chat.one("SELECT root_id FROM chat_message WHERE id = ?", chat.message("good")) == news
    assert chat.one("SELECT posted_at FROM chat_message WHERE id = ?", news) == "2031-03-04 10:02:00.000000"
    assert chat.one("SELECT count(*) FROM chat_reaction WHERE emoji = 'tada'") == 1
    assert f'href="/link/{news}"' in client.get("/search?q=news").text


def test_what_is_held_waits_until_a_task_asks_for_it(chat: Any, chat_world: LentConnection) -> None:
    advance(chat_world, 60)
    assert chat.one("SELECT count(*) FROM chat_story_message WHERE key = 'chat-test.held'") == 0
    chat.run("UPDATE world_event SET status = 'pending' WHERE status = 'held'")
    advance(chat_world, 1)
    assert chat.message("held") == chat.newest()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE chat_channel SET archived_at = created_at WHERE id = {general}", events.POST),
        ("DELETE FROM chat_membership WHERE channel_id = {general} AND person_id = {boss}", events.POST),
        ("UPDATE chat_message SET deleted_at = posted_at WHERE id = {hello}", events.REACT),
        ("DELETE FROM chat_membership WHERE channel_id = {general} AND person_id = {buyer}", events.REACT),
    ],
)
def test_an_event_whose_target_is_gone_does_nothing(
    chat: Any, chat_world: LentConnection, sql: str, kind: str
) -> None:
    numbers = {
        "general": chat.channel("general"),
        "boss": chat.person("managing director"),
        "hello": chat.message("hello"),
        "buyer": chat.one("SELECT author_id FROM chat_message WHERE id = ?", chat.message("prices")),
    }
    chat.run(sql.format(**numbers))
    advance(chat_world, 10)
    assert EventStatus.GONE in statuses(chat, kind)


def test_a_reply_to_a_post_that_was_not_made_is_not_made(chat: Any, chat_world: LentConnection) -> None:
    boss, general = chat.person("managing director"), chat.channel("general")
    chat.run("DELETE FROM chat_membership WHERE channel_id = ? AND person_id = ?", general, boss)
    before = chat.newest()
    advance(chat_world, 10)
    assert chat.newest() == before


@pytest.fixture
def buyer(chat: Any) -> int:
    return int(chat.one("SELECT person_id FROM chat_answer"))


def test_a_colleague_answers_a_direct_message_once(
    client: FlaskClient, chat: Any, chat_world: LentConnection, buyer: int
) -> None:
    for text in ("Which CRATES?", "and which crates else?"):
        client.post("/directs/new", data={"person": str(buyer), "text": text})
    advance(chat_world, 3)
    answer = (
        "SELECT author_id, root_id, channel_id FROM chat_message WHERE text = 'Shed two, behind the lamps'"
    )
    here = chat.one("SELECT channel_id FROM chat_message WHERE text = 'Which CRATES?'")
    assert chat.all(answer) == [(buyer, None, here)]
    assert f'href="/c/{here}" class="bold ' in client.get("/").text


def test_a_colleague_answers_a_mention_in_its_thread(
    client: FlaskClient, chat: Any, chat_world: LentConnection, buyer: int
) -> None:
    client.post(f"/c/{chat.channel('general')}/post", data={"text": f"@{chat.handle(buyer)} which crate?"})
    asked = chat.newest()
    advance(chat_world, 1)
    assert chat.newest() == asked
    advance(chat_world, 1)
    row = "SELECT root_id FROM chat_message WHERE text = 'Shed two, behind the lamps'"
    assert chat.one(row) == asked


@pytest.mark.parametrize("text", ["which box?", "which crate?"])
def test_nobody_answers_what_is_not_meant_for_them(
    client: FlaskClient, chat: Any, chat_world: LentConnection, text: str
) -> None:
    """A text that does not fit, or one in a channel that mentions nobody."""
    if "box" in text:
        text = f"@{chat.handle(chat.one('SELECT person_id FROM chat_answer'))} {text}"
    client.post(f"/c/{chat.channel('general')}/post", data={"text": text})
    assert statuses(chat, events.ANSWER) == []


@pytest.mark.parametrize("place", ["channel", "direct"])
def test_an_answer_to_a_deleted_message_does_not_come(
    client: FlaskClient, chat: Any, chat_world: LentConnection, buyer: int, place: str
) -> None:
    if place == "direct":
        client.post("/directs/new", data={"person": str(buyer), "text": "Which crate?"})
    else:
        text = f"@{chat.handle(buyer)} which crate?"
        client.post(f"/c/{chat.channel('general')}/post", data={"text": text})
    client.post(f"/m/{chat.newest()}/delete")
    advance(chat_world, 3)
    assert statuses(chat, events.ANSWER) == [EventStatus.GONE]


def test_a_poll_closes_at_its_time(client: FlaskClient, chat: Any, chat_world: LentConnection) -> None:
    data = {"question": "Tea?", "option1": "Yes", "option2": "No", "day": "2031-03-04", "time": "10:05"}
    client.post(f"/c/{chat.channel('general')}/poll", data=data)
    advance(chat_world, 5)
    closed = "SELECT closed_at FROM chat_poll ORDER BY message_id DESC"
    assert chat.one(closed) == "2031-03-04 10:05:00.000000"


@pytest.mark.parametrize(
    ("kind", "payload", "sql", "expected"),
    [
        (events.EDIT, {"text": "new"}, "SELECT text FROM chat_message WHERE id = {hello}", "new"),
        (events.DELETE, {}, "SELECT deleted_at IS NOT NULL FROM chat_message WHERE id = {hello}", 1),
        (
            events.VOTE,
            {"option": 0},
            "SELECT option FROM chat_vote WHERE message_id = {poll} AND person_id = {buyer}",
            0,
        ),
        (events.PIN, {}, "SELECT pinned_by_id = {buyer} FROM chat_message WHERE id = {poll}", 1),
        (events.UNPIN, {}, "SELECT pinned_at FROM chat_message WHERE id = {hello}", None),
        (
            events.JOIN,
            {},
            "SELECT count(*) FROM chat_membership WHERE channel_id = {rowing} AND person_id = {buyer}",
            1,
        ),
        (
            events.LEAVE,
            {},
            "SELECT count(*) FROM chat_membership WHERE channel_id = {quay} AND person_id = {buyer}",
            0,
        ),
    ],
)
def test_later_changes_are_made(
    chat: Any, chat_world: LentConnection, kind: str, payload: dict[str, Any], sql: str, expected: object
) -> None:
    numbers = {
        "hello": chat.message("hello"),
        "poll": chat.message("poll"),
        "buyer": chat.one("SELECT author_id FROM chat_message WHERE id = ?", chat.message("prices")),
        "rowing": chat.channel("rowing"),
        "quay": chat.channel("quay"),
    }
    key = "poll" if kind in {events.VOTE, events.PIN} else "hello"
    place = {events.JOIN: numbers["rowing"], events.LEAVE: numbers["quay"]}.get(kind)
    about = {"channel_id": place} if place else {"key": f"chat-test.{key}"}
    with orm_session(chat_world) as db:
        World(db).schedule(kind, World(db).now, {"person_id": numbers["buyer"], **about, **payload})
        db.commit()

    run_due(chat_world)

    assert chat.one(sql.format(**numbers)) == expected
    assert statuses(chat, kind)[-1] == EventStatus.DONE


def test_what_others_do_is_the_worlds_change(chat: Any, chat_world: LentConnection) -> None:
    advance(chat_world, 2)
    causes = {row[0] for row in chat.all("SELECT cause FROM world_change WHERE table_name = 'chat_message'")}
    assert causes == {events.POST}


def test_others_go_on_talking_while_somebody_without_an_account_is_signed_in(
    chat: Any, chat_world: LentConnection
) -> None:
    """A large world has people who only shop."""
    chat.run("DELETE FROM chat_member WHERE person_id = ?", chat.desk)
    advance(chat_world, 3)
    assert chat.message("news") == chat.newest()


def test_no_story_writes_for_the_person_that_the_agent_acts_for(
    chat: Any, chat_world: LentConnection
) -> None:
    """The author of the news is signed in: what they say is up to the agent."""
    with orm_session(chat_world) as db:
        author = chat.one(
            "SELECT json_extract(payload, '$.author_id') FROM world_event WHERE kind = ?", events.POST
        )
        World(db).sign_in(author)
        db.commit()
    newest = chat.newest()
    advance(chat_world, 3)
    assert chat.newest() == newest
    assert EventStatus.GONE in statuses(chat, events.POST)
