"""A small mail world made by hand: three mailboxes of one company and one list, on a Tuesday morning."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.orm import Session

from gristmill.apps.mail import APP as MAIL
from gristmill.apps.mail.factory import create_app
from gristmill.apps.mail.models import (
    Account,
    Mail,
    MailAddress,
    MailingList,
    MailingListMember,
    Settings,
)
from gristmill.apps.mail.seed.accounts import DEFAULT_SETTINGS
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.server.database import LentConnection, lend_connection, orm_session
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.models import Clock, CurrentUser, Model, Person, WorldSettings
from gristmill.apps.world.world import World

TUESDAY = datetime(2031, 3, 4, 10, 0)
PEOPLE = (("Ada", "Park"), ("Ben", "Moor"), ("Cleo", "Finch"))

ADA, BEN, CLEO = (
    Mailbox(name=f"{given} {family}", email=f"{given}.{family}@wherrymoor.test".lower())
    for given, family in PEOPLE
)
HOB = Mailbox(name="Hob Tanner", email="hob@tanner.example")

Look = Callable[[str], list[tuple[object, ...]]]
Send = Callable[..., Mail]
Arrange = Callable[[str], None]
Furnish = Callable[[FlaskClient, Send, Arrange], None]


def rows() -> Iterator[Model]:
    yield Clock(id=1, now=TUESDAY, tick_s=30)
    yield WorldSettings(id=1, size="standard", skin="default")
    for number, (given, family) in enumerate(PEOPLE, start=1):
        email = f"{given}.{family}@wherrymoor.test".lower()
        yield Person(id=number, given_name=given, family_name=family, email=email, phone=f"{number}")
        yield Account(id=number, person_id=number, name=f"{given} {family}")
        yield MailAddress(account_id=number, email=email, is_primary=True)
        private = email.replace("wherrymoor", "quillfold")
        yield MailAddress(account_id=number, email=private, is_primary=False)
        yield Settings(account_id=number, **DEFAULT_SETTINGS)
    yield CurrentUser(id=1, person_id=1)
    yield MailingList(id=1, email="all@wherrymoor.test", name="All")
    for number in (1, 2, 3):
        yield MailingListMember(list_id=1, account_id=number)


@pytest.fixture(scope="session")
def post_image() -> bytes:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    with orm_session(connection) as db:
        Model.metadata.create_all(db.connection())
        for row in rows():
            db.add(row)
            db.flush()
        db.commit()
    return connection.serialize()


@contextmanager
def lent_copy(image: bytes) -> Iterator[LentConnection]:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    connection.deserialize(image)
    connection.handlers = Handlers.of([MAIL])
    with lend_connection(connection):
        yield connection
    connection.shut()


@pytest.fixture
def post(post_image: bytes) -> Iterator[LentConnection]:
    """The small world's database: Ada (account 1) is signed in."""
    with lent_copy(post_image) as connection:
        yield connection


@pytest.fixture(scope="session")
def furnished(mail_app: Flask) -> Callable[[bytes, Furnish], bytes]:
    """The image of a small world after some set-up, for modules whose tests all begin with the same.

    Such a module overrides `post_image`, so that its set-up runs once and not for every test.
    """

    def build(image: bytes, furnish: Furnish) -> bytes:
        with lent_copy(image) as post, orm_session(post) as db:
            furnish(mail_app.test_client(), sender(World(db)), arranger(post))
            db.commit()
            return post.serialize()

    return build


@pytest.fixture
def post_db(post: LentConnection) -> Iterator[Session]:
    with orm_session(post) as db:
        yield db


@pytest.fixture
def post_world(post_db: Session) -> World:
    return World(post_db)


@pytest.fixture(scope="session")
def mail_app() -> Flask:
    return create_app()


@pytest.fixture
def reader(mail_app: Flask, post: LentConnection) -> FlaskClient:
    """Ada's browser in the small world."""
    return mail_app.test_client()


@pytest.fixture
def look(post: LentConnection) -> Look:
    """Committed rows, read with SQL past the ORM."""
    return lambda sql: post.execute(sql).fetchall()


@pytest.fixture
def send(post_world: World) -> Send:
    """Delivers a mail, by default to Ada from an outsider: `send("Tea", body="...")`; committed."""
    return sender(post_world)


def sender(post_world: World) -> Send:
    def deliver_one(
        subject: str, *, sender: Mailbox = HOB, to: tuple[Mailbox, ...] = (ADA,), **more: object
    ) -> Mail:
        post_world.db.commit()
        post_world.db.expire_all()
        parent = more.pop("parent", None)
        mailing = Mailing(sender=sender, to=to, subject=subject, **{"body": f"{subject}.", **more})
        mail = deliver(post_world, mailing.answering(parent) if isinstance(parent, Mail) else mailing)
        post_world.db.commit()
        return mail

    return deliver_one


@pytest.fixture
def subjects(reader: FlaskClient) -> Callable[[str], list[str]]:
    """The subjects of the threads that a page lists, as Ada reads it."""

    def of_page(url: str) -> list[str]:
        response = reader.get(url)
        assert response.status_code == 200, url
        tree = LexborHTMLParser(response.text)
        return [node.text() for node in tree.css(".thread-subject")]

    return of_page


@pytest.fixture
def arrange(post: LentConnection) -> Arrange:
    """Change committed rows with SQL, as set-up."""
    return arranger(post)


def arranger(post: LentConnection) -> Arrange:
    def run(sql: str) -> None:
        post.execute(sql)
        post.commit()

    return run
