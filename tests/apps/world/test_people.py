import sqlite3
from collections.abc import Iterator

import pytest
from numpy.random import default_rng
from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection, engine, orm_session
from gristmill.apps.world.clock import tick_sql
from gristmill.apps.world.models import Model
from gristmill.apps.world.people import EMAIL_DOMAIN, EPOCH, TICK_S, seed_people
from gristmill.apps.world.world import World
from gristmill.errors import InvalidOptionError


@pytest.fixture
def empty() -> Iterator[Session]:
    connection = sqlite3.connect(":memory:", factory=LentConnection, check_same_thread=False)
    with orm_session(connection) as db:
        Model.metadata.create_all(engine())
        yield db
    connection.shut()


def test_sixty_people_have_names_mailboxes_and_phones_of_their_own(empty: Session) -> None:
    world = World(empty)
    seed_people(world, default_rng(1))
    people = world.people
    assert [person.id for person in people] == list(range(1, 61))
    for values in ({p.name for p in people}, {p.email for p in people}, {p.phone for p in people}):
        assert len(values) == 60
    assert all(p.email.endswith(f"@{EMAIL_DOMAIN}") and p.phone.startswith("555-01") for p in people)


def test_the_clock_stands_at_the_epoch_and_the_first_person_is_signed_in(empty: Session) -> None:
    world = World(empty)
    seed_people(world, default_rng(1), count=3)
    assert (world.now, world.person.id) == (EPOCH, 1)
    empty.connection().exec_driver_sql(tick_sql())
    empty.expire_all()
    assert (world.now - EPOCH).total_seconds() == TICK_S


def test_another_seed_gives_other_people(empty: Session) -> None:
    seed_people(World(empty), default_rng(1), count=20)
    first = [person.name for person in World(empty).people]
    empty.rollback()
    empty.expunge_all()
    seed_people(World(empty), default_rng(2), count=20)
    assert first != [person.name for person in World(empty).people]


@pytest.mark.parametrize("count", [0, 101])
def test_a_count_that_the_phone_numbers_cannot_serve_is_refused(empty: Session, count: int) -> None:
    with pytest.raises(InvalidOptionError, match="1 to 100"):
        seed_people(World(empty), default_rng(1), count=count)
