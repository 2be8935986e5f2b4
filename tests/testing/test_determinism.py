"""The guard catches each way to the clock and to chance, and lets seeded code through."""

import datetime
import os
import random  # noqa: TID251 - what the guard is there to catch
import secrets
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from faker import Faker
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.testing.determinism import NondeterminismError, deterministic, guarded_files

HERE = [Path(__file__)]

# What each line of a seed would do. A seed that does it is caught by the name on the right.
WAYS: dict[str, tuple[Callable[[], object], str]] = {
    "the clock": (lambda: time.time(), "time.time"),
    "the clock in nanoseconds": (lambda: time.time_ns(), "time.time_ns"),
    "local time": (lambda: time.localtime(), "time.localtime"),
    "the time in words": (lambda: time.strftime("%Y"), "time.strftime"),
    "a moment": (lambda: datetime.datetime.now(), "datetime.datetime.now"),
    "a moment in UTC": (lambda: datetime.datetime.now(datetime.UTC), "datetime.datetime.now"),
    "a day": (lambda: datetime.date.today(), "datetime.date.today"),
    "the shared generator": (lambda: random.random(), "random"),
    "the shared generator's integers": (lambda: random.randint(1, 6), "random"),
    "a shuffle": (lambda: random.shuffle([1, 2, 3]), "random"),
    "a generator without a seed": (lambda: random.Random(), "without a seed"),
    "the system's generator": (lambda: random.SystemRandom().random(), "urandom"),
    "bytes of the system": (lambda: os.urandom(4), "urandom"),
    "secrets": (lambda: secrets.token_hex(4), "urandom"),
    "a random uuid": (lambda: uuid.uuid4(), "urandom"),
    "a uuid of time and machine": (lambda: uuid.uuid1(), "generate_time_safe"),
    "a faker without a seed": (lambda: Faker("en_US").name(), "random"),
    "numpy without a seed": (lambda: np.random.default_rng(), "urandom"),
    "numpy's global generator": (lambda: np.random.rand(), "numpy.random"),  # noqa: NPY002
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_clock_and_chance_is_refused_by_name_and_line(way: str) -> None:
    use, name = WAYS[way]
    with pytest.raises(NondeterminismError, match=name), deterministic(HERE):
        use()


@pytest.mark.parametrize("way", WAYS)
def test_a_violation_is_reported_even_if_the_code_catches_the_error(way: str) -> None:
    with pytest.raises(NondeterminismError, match=WAYS[way][1]), deterministic(HERE), suppress(Exception):
        WAYS[way][0]()


def on_database(use: Callable[[Session], object]) -> None:
    own = sqlite3.connect(":memory:", factory=LentConnection)
    try:
        with orm_session(own) as db, deterministic(HERE):
            use(db)
    finally:
        own.shut()


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT random()"),
        text("SELECT hex(randomblob(4))"),
        text("SELECT CURRENT_TIMESTAMP"),
        text("SELECT datetime('now')"),
        text("SELECT date()"),
        select(func.current_date()),
        select(func.datetime("now")),
    ],
    ids=str,
)
def test_clock_and_chance_in_sql_are_refused(statement: object) -> None:
    with pytest.raises(NondeterminismError, match="SQL"):
        on_database(lambda db: db.scalar(statement))  # type: ignore[call-overload]


def test_seeded_code_is_let_through() -> None:
    def seeded(db: Session) -> None:
        np.random.default_rng(7).integers(6)
        random.Random(7).random()
        faker = Faker("en_US")
        faker.seed_instance(7)
        faker.name()
        time.monotonic()
        datetime.datetime(2031, 3, 4).isoformat()
        db.scalar(text("SELECT strftime('%Y', '2031-03-04'), 'now or never'"))

    on_database(seeded)


def test_threads_that_start_within_are_guarded_too() -> None:
    def in_thread() -> None:
        thread = threading.Thread(target=lambda: suppressed(time.time))
        thread.start()
        thread.join()

    with pytest.raises(NondeterminismError, match=r"test_determinism\.py"), deterministic(HERE):
        in_thread()


def suppressed(use: Callable[[], object]) -> None:
    with suppress(NondeterminismError):
        use()


def test_other_code_keeps_its_clock() -> None:
    with deterministic([]) as guard:
        time.time()
        random.random()
    assert guard.violations == []


def test_afterwards_everything_is_as_before() -> None:
    with suppress(NondeterminismError), deterministic(HERE):
        time.time()
    assert time.time() > 0
    assert random.random() < 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [WorldSize.SMALL, pytest.param(WorldSize.STANDARD, marks=pytest.mark.slow)])
def test_the_shops_world_needs_neither_clock_nor_chance(size: WorldSize) -> None:
    connection = sqlite3.connect(":memory:")
    with deterministic(guarded_files([SHOP])):
        build_world([SHOP], WorldChoice(size=size), connection)
    assert connection.execute("SELECT count(*) FROM shop_product").fetchone()[0] > 0
    connection.close()
