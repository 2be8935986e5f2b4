"""Stories: who is hired, which orders the shop places, and what is written, all determined by the seed."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.shop.models import Order
from gristmill.apps.stories import prelude, script_of
from gristmill.apps.stories.acts import Script
from gristmill.apps.stories.storybook import STORIES
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.chronicle import chronicle
from gristmill.apps.world.models import Job, Person, Team
from gristmill.apps.world.world import World

SEEN: dict[str, Any] = {}


def listener(name: str) -> AppSpec:
    """An app that stands for mail or chat: it takes the script, and writes nothing."""

    def seed(world: World, _: Any) -> None:
        SEEN[name] = script_of(world), chronicle(world.db)

    return AppSpec(
        name=name, title=name, version="1", create_app=lambda: Flask(name), seed=seed,
        tasks=TaskRegistry(name), prelude=prelude, seeds_after=frozenset({"shop"}),
    )  # fmt: skip


Build = Callable[..., LentConnection]


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    made: dict[Any, LentConnection] = {}

    def build(*names: str, seed: int = 1, size: WorldSize = WorldSize.SMALL) -> LentConnection:
        key = names, seed, size
        if key not in made:
            specs = [SHOP if name == "shop" else listener(name) for name in names]
            made[key] = sqlite3.connect(":memory:", factory=LentConnection, check_same_thread=False)
            build_world(specs, WorldChoice(seed=seed, size=size), made[key])
        return made[key]

    yield build
    for connection in made.values():
        connection.shut()


@pytest.fixture(scope="module")
def db(build: Build) -> Iterator[Session]:
    with orm_session(build("chat", "mail", "shop")) as session:
        yield session


def test_everybody_has_a_job_and_a_boss_but_the_director(db: Session) -> None:
    jobs = db.scalars(select(Job)).all()
    assert len(jobs) == len(db.scalars(select(Person)).all()) == 60
    assert [job.role for job in jobs if job.manager_id is None] == ["managing director"]
    assert {job.status for job in jobs} == {"staff", "guest", "left"}
    assert len(db.scalars(select(Team)).all()) == 10


def test_names_are_alike_where_stories_need_it(db: Session) -> None:
    people = {job.role: [] for job in db.scalars(select(Job))}  # type: dict[str, list[Person]]
    for job in db.scalars(select(Job)):
        people[job.role].append(job.person)
    clerks, installers = ({p.family_name for p in people[r]} for r in ("payables clerk", "installer"))
    assert clerks & installers
    engineers = [person.given_name for person in people["engineer"]]
    assert len(set(engineers)) < len(engineers)
    assert len({person.email for group in people.values() for person in group}) == 60


def test_everybody_has_a_mailbox_of_their_own_where_names_meet() -> None:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    build_world([listener("mail")], WorldChoice(seed=15, size=WorldSize.STANDARD), connection)
    (people,) = connection.execute("SELECT count(DISTINCT email) FROM world_person").fetchone()
    connection.shut()
    assert people == 60


def test_people_write_from_their_work_address(db: Session) -> None:
    job = db.scalars(select(Job)).first()
    assert job is not None
    assert job.person.email.endswith("@wherrymoor.test")
    assert job.private_email.endswith("@quillfold.test")


def test_orders_of_stories_are_placed_before_they_are_told_of(build: Build) -> None:
    build("chat", "mail", "shop", size=WorldSize.STANDARD)
    script, book = SEEN["mail"]
    assert book.orders
    for request in book.orders.values():
        assert request.placed is not None
        assert sum(line.quantity for line in request.placed.lines) == sum(n for _, n in request.wants)
    numbers = {each.payload["number"] for each in book.of_kind("shop.order_placed")}
    assert {request.placed.number for request in book.orders.values()} <= numbers
    assert script is SEEN["chat"][0]


def test_a_story_makes_sense_without_the_shop(build: Build) -> None:
    build("chat", "mail", size=WorldSize.STANDARD)
    script, book = SEEN["mail"]
    assert book.orders == {}
    assert any(act.key.startswith("late-chairs") for act in script.posts)
    assert not any("Marlowick" in act.sender.name for act in script.mails)


def test_a_world_without_mail_and_chat_hires_nobody(build: Build) -> None:
    with orm_session(build("shop")) as session:
        assert session.scalars(select(Job)).all() == []
        assert all(person.email.endswith("@quillfold.test") for person in session.scalars(select(Person)))


def test_stories_leave_the_shops_own_orders_alone(build: Build) -> None:
    with orm_session(build("shop")) as alone, orm_session(build("chat", "mail", "shop")) as together:
        numbers = [set(db.scalars(select(Order.number))) for db in (alone, together)]
        assert numbers[0] <= numbers[1]


def texts(script: Script) -> list[str]:
    return [act.text for act in (*script.mails, *script.posts)]


def test_equal_seeds_tell_equal_stories_and_others_others() -> None:
    written = []
    for seed in (7, 7, 8):
        connection = sqlite3.connect(":memory:", factory=LentConnection)
        build_world([listener("mail"), listener("chat")], WorldChoice(seed=seed), connection)
        connection.shut()
        written.append(texts(SEEN["mail"][0]))
    assert written[0] == written[1] != written[2]


def test_nobody_says_the_same_thing_twice(build: Build) -> None:
    build("chat", "mail", "shop", size=WorldSize.STANDARD)
    script = SEEN["mail"][0]
    written = [act.text for act in (*script.mails, *script.posts) if not act.is_automatic]
    long = [text for text in written if len(text.split()) > 6]
    assert len(set(long)) == len(long)


def test_every_story_has_a_docstring() -> None:
    assert all((story.write.__doc__ or "").strip() for story in STORIES.values())
