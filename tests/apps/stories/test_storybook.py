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


Build = Callable[..., Any]


@pytest.fixture(scope="module")
def db(build_stories: Build) -> Iterator[Session]:
    with orm_session(build_stories(size=WorldSize.SMALL).connection) as session:
        yield session


@pytest.fixture(scope="module")
def shop_db() -> Iterator[Session]:
    """A world of the shop alone."""
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    build_world([SHOP], WorldChoice(size=WorldSize.SMALL), connection)
    with orm_session(connection) as session:
        yield session
    connection.shut()


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


def test_orders_of_stories_are_placed_before_they_are_told_of(build_stories: Build) -> None:
    built = build_stories(size=WorldSize.STANDARD)
    book = built.book
    assert book.orders
    for request in book.orders.values():
        assert request.placed is not None
        assert sum(line.quantity for line in request.placed.lines) == sum(n for _, n in request.wants)
    numbers = {each.payload["number"] for each in book.of_kind("shop.order_placed")}
    assert {request.placed.number for request in book.orders.values()} <= numbers
    chat, mail = built.scripts
    assert chat is mail


def test_a_story_makes_sense_without_the_shop(build_stories: Build) -> None:
    built = build_stories(apps=("chat", "mail"), size=WorldSize.STANDARD)
    assert built.book.orders == {}
    assert any(act.key.startswith("late-chairs") for act in built.script.posts)
    assert not any("Marlowick" in act.sender.name for act in built.script.mails)


def test_a_world_without_mail_and_chat_hires_nobody(shop_db: Session) -> None:
    assert shop_db.scalars(select(Job)).all() == []
    assert all(person.email.endswith("@quillfold.test") for person in shop_db.scalars(select(Person)))


def test_stories_leave_the_shops_own_orders_alone(shop_db: Session, db: Session) -> None:
    numbers = [set(session.scalars(select(Order.number))) for session in (shop_db, db)]
    assert numbers[0] <= numbers[1]


def texts(script: Script) -> list[str]:
    return [act.text for act in (*script.mails, *script.posts)]


@pytest.mark.slow
def test_equal_seeds_tell_equal_stories_and_others_others() -> None:
    written = []
    for seed in (7, 7, 8):
        connection = sqlite3.connect(":memory:", factory=LentConnection)
        build_world([listener("mail"), listener("chat")], WorldChoice(seed=seed), connection)
        connection.shut()
        written.append(texts(SEEN["mail"][0]))
    assert written[0] == written[1] != written[2]


def test_nobody_says_the_same_thing_twice(build_stories: Build) -> None:
    script = build_stories(size=WorldSize.STANDARD).script
    written = [act.text for act in (*script.mails, *script.posts) if not act.is_automatic]
    long = [text for text in written if len(text.split()) > 6]
    assert len(set(long)) == len(long)


def test_every_story_has_a_docstring() -> None:
    assert all((story.write.__doc__ or "").strip() for story in STORIES.values())
