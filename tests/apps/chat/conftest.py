"""A small chat: a company, a tale of its own, and the browser of the signed-in person."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gristmill.apps.chat import APP
from gristmill.apps.server.database import LentConnection, lend_connection, orm_session
from gristmill.apps.stories import storybook
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, Story
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World

CONTENT = "name,count\nlamp,3\nchair,12\n"


def tale(s: StoryWriter) -> Acts:
    """Three channels, a thread, a poll, a file, direct and group conversations, things that come later."""
    desk, boss, buyer, clerk = s.desk, s.one("managing director"), s.one("buyer", "LV"), s.one("controller")
    guest, gone = s.one("technical writer"), s.one("former account manager")
    others = [one for one in s.cast.staff() if one.id not in {desk.id, boss.id, buyer.id, clerk.id}]
    first, second = others[0], others[1]
    s.channel("general", boss, None, "-300d 09:00", purpose="Everything for everybody", topic="Spring fair")
    s.channel("quay", buyer, [desk, buyer, first, guest], "-200d 09:00", former_names=("wharf",))
    s.channel("pay-review", boss, [boss, clerk], "-100d 09:00", is_private=True, topic="Salaries")
    s.channel("heron", boss, [desk, boss, clerk], "-100d 09:00", is_private=True)
    s.channel("old-fair", boss, [desk, boss], "-250d 09:00", archived_at=s.at("-50d 09:00"))
    s.channel("rowing", second, [second, first], "-90d 09:00")
    yield
    s.post("general", gone, "-60d 10:00", "Goodbye and thanks for the fish market")
    hello = s.post(
        "general",
        boss,
        "-9d 09:00",
        "Welcome to the *spring fair* thread. Ask here.",
        key="hello",
        reactions=((desk.id, "👍", s.at("-9d 09:05")), (buyer.id, ":thumbsup:", s.at("-9d 09:06"))),
        pinned_by=boss.id,
        pinned_at=s.at("-9d 09:10"),
    )
    s.thread(hello, desk, "-9d 09:20", "Where do the crates go?", key="crates")
    s.thread(
        hello, buyer, "-9d 09:30", "To the quay shed.", edits=((s.at("-9d 09:40"), "To the *north* shed."),)
    )
    s.post("general", buyer, "-8d 11:00", "This was wrong", deleted_at=s.at("-8d 11:05"), key="wrong")
    s.post(
        "general",
        clerk,
        "-7d 12:00",
        "Which day suits the fair?",
        poll=("Friday", "Saturday"),
        key="poll",
        votes=(
            (boss.id, 0, s.at("-7d 12:10")),
            (boss.id, 1, s.at("-7d 12:20")),
            (buyer.id, 1, s.at("-7d 12:21")),
        ),
    )
    prices = s.file("prices.csv", CONTENT, buyer, "-6d 09:00")
    plans = s.file("salaries.txt", "secret sums", boss, "-6d 09:00")
    s.post(
        "quay",
        buyer,
        "-6d 09:30",
        "Prices as promised, see http://shop.test/orders",
        files=(prices,),
        key="prices",
    )
    s.post("quay", guest, "-6d 10:00", f"@{desk.email.split('@')[0]} could you check page two?", key="check")
    s.post("pay-review", boss, "-5d 10:00", "Café budget: raises are 3 percent", files=(plans,), key="raises")
    s.post("heron", clerk, "-5d 11:00", "@channel the heron budget is due", key="due")
    s.dm(buyer, [desk], "-4d 10:00", "Do you have a minute?", key="minute")
    s.dm(desk, [buyer], "-4d 10:02", "Yes, at noon", key="noon")
    s.dm(boss, [clerk, buyer], "-4d 12:00", "Only for the three of us", key="three")
    s.dm(clerk, [desk, buyer], "-3d 12:00", "Lunch, all three?", key="lunch")
    s.post("old-fair", boss, "-200d 10:00", "The old fair is over", key="over")
    s.post("rowing", second, "-2d 10:00", "Rowing on Sunday", key="rowing")
    late = s.post("general", boss, "+2m", f"News for @{desk.email.split('@')[0]}", key="news")
    s.thread(late, buyer, "+4m", "Good news", key="good")
    s.later("react", buyer, "+5m", post=hello, emoji="🎉")
    s.post("general", clerk, "+3m", "Held back", held=True, key="held")
    s.answers("chat", buyer, "Shed two, behind the lamps", minutes=2, when="crate")


@pytest.fixture(scope="session")
def chat_image() -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        own = Story(key="chat-test", write=tale, needs=frozenset(), size=WorldSize.STANDARD, rank=1)
        patch.setattr(storybook, "stories_of", lambda world: [own])
        connection = sqlite3.connect(":memory:", factory=LentConnection)
        build_world([APP], WorldChoice(), connection)
        image = connection.serialize()
        connection.shut()
    return image


@pytest.fixture
def chat_world(chat_image: bytes) -> Iterator[LentConnection]:
    """A private copy of the seeded world, lent to the chat."""
    with lent_copy(chat_image) as connection:
        yield connection


@contextmanager
def lent_copy(image: bytes) -> Iterator[LentConnection]:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    connection.deserialize(image)
    connection.handlers, connection.records_writes = Handlers.of([APP]), True
    with lend_connection(connection):
        yield connection
    connection.shut()


@pytest.fixture
def db(chat_world: LentConnection) -> Iterator[Session]:
    with orm_session(chat_world) as session:
        yield session


@pytest.fixture
def world(db: Session) -> World:
    return World(db)


@pytest.fixture(scope="session")
def chat_app() -> Flask:
    return APP.create_app()


@pytest.fixture
def client(chat_app: Flask, chat_world: LentConnection) -> FlaskClient:
    """The browser of the signed-in person, who is the one that the world is built around."""
    return chat_app.test_client()


class Chat:
    """What tests know about the seeded chat."""

    def __init__(self, connection: LentConnection) -> None:
        self._connection = connection

    def one(self, sql: str, *values: object) -> object:
        row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def all(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return list(self._connection.execute(sql, values).fetchall())

    def run(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, values)
        self._connection.commit()

    def channel(self, name: str) -> int:
        return int(str(self.one("SELECT id FROM chat_channel WHERE name = ?", name)))

    def message(self, key: str) -> int:
        return int(
            str(self.one("SELECT message_id FROM chat_story_message WHERE key = ?", f"chat-test.{key}"))
        )

    def person(self, role: str) -> int:
        return int(str(self.one("SELECT person_id FROM world_job WHERE role = ? ORDER BY person_id", role)))

    @property
    def desk(self) -> int:
        return int(str(self.one("SELECT person_id FROM world_current_user")))

    def handle(self, person_id: int) -> str:
        return str(self.one("SELECT email FROM world_person WHERE id = ?", person_id)).partition("@")[0]

    def name(self, person_id: int) -> str:
        row = self.all("SELECT given_name, family_name FROM world_person WHERE id = ?", person_id)
        return " ".join(map(str, row[0]))

    def sign_in(self, person_id: int) -> None:
        self.run("UPDATE world_current_user SET person_id = ?", person_id)

    def newest(self) -> int:
        return int(str(self.one("SELECT max(id) FROM chat_message")))


@pytest.fixture
def chat(chat_world: LentConnection) -> Chat:
    return Chat(chat_world)


@pytest.fixture(scope="session")
def furnished(chat_app: Flask) -> Callable[[bytes, Callable[[FlaskClient, Chat], object]], bytes]:
    """The image of a seeded chat after some set-up, for modules whose tests all begin with the same.

    Such a module overrides `chat_image`, so that its set-up runs once and not for every test.
    """

    def build(image: bytes, furnish: Callable[[FlaskClient, Chat], object]) -> bytes:
        with lent_copy(image) as connection:
            furnish(chat_app.test_client(), Chat(connection))
            return connection.serialize()

    return build
