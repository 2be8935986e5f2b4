"""The seeded shop: world 1 as every episode gets it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, lend_connection, orm_session
from gristmill.apps.shop import APP
from gristmill.apps.world.choice import WorldChoice
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps its worlds: built by the code under test, not by an earlier version."""
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture(scope="session")
def runtime(worlds: Path) -> Iterator[Runtime]:
    made = Runtime(cache=worlds)
    yield made
    made.close()


@pytest.fixture(scope="session")
def shop_image(runtime: Runtime) -> bytes:
    return runtime.world(installed().family("Shop-AddToCart-v0"), WorldChoice()).data


@pytest.fixture
def shop_world(shop_image: bytes) -> Iterator[sqlite3.Connection]:
    """A private copy of the seeded world, lent to the shop."""
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    connection.deserialize(shop_image)
    with lend_connection(connection):
        yield connection
    connection.shut()


@pytest.fixture
def db(shop_world: sqlite3.Connection) -> Iterator[Session]:
    with orm_session(shop_world) as session:
        yield session


@pytest.fixture(scope="session")
def shop_app() -> Flask:
    return APP.create_app()


@pytest.fixture
def client(shop_app: Flask, shop_world: sqlite3.Connection) -> FlaskClient:
    """The browser of the current user, in the seeded world."""
    return shop_app.test_client()
