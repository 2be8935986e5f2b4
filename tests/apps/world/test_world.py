"""A world's clock, people and numbers."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from gristmill.apps.world.clock import tick_sql
from gristmill.apps.world.world import World


@pytest.fixture
def world(corner_db: Session) -> World:
    return World(corner_db)


def tick(world: World) -> None:
    world.db.connection().exec_driver_sql(tick_sql())
    world.db.expire_all()


def test_the_clock_stands_still_between_ticks_and_moves_by_a_fixed_amount(world: World) -> None:
    start = world.now
    assert world.now == start
    for n in range(1, 4):
        tick(world)
        assert world.now == start + timedelta(seconds=5 * n)


def test_ticks_cross_midnight(world: World) -> None:
    start = world.now
    for _ in range(14 * 3600 // 5 + 1):
        tick(world)
    assert world.now == start + timedelta(seconds=14 * 3600 + 5)
    assert world.now.day == start.day + 1


def test_a_tick_is_kept_only_if_it_is_committed(world: World) -> None:
    start = world.now
    tick(world)
    world.db.rollback()
    assert world.now == start
    tick(world)
    world.db.commit()
    world.db.rollback()
    assert world.now == start + timedelta(seconds=5)


def test_signing_another_person_in_is_seen_at_once(world: World) -> None:
    assert world.person.name == "Ada Park"
    world.sign_in(2)
    assert world.person.name == "Ben Moor"


def test_people_come_by_id(world: World) -> None:
    assert [person.id for person in world.people] == [1, 2]


def test_numbers_count_up_from_one_by_name(world: World) -> None:
    assert [world.next_number("order") for _ in range(3)] == [1, 2, 3]
    assert world.next_number("parcel") == 1
    assert world.next_number("order") == 4
    world.db.rollback()
    assert world.next_number("order") == 1


def test_numbers_go_on_after_those_left_out(world: World) -> None:
    world.skip_numbers("order", 40)
    assert world.next_number("order") == world.last_number("order") == 41
    assert world.last_number("parcel") == 0
    world.skip_numbers("order", 8)
    assert world.next_number("order") == 50


def test_a_database_without_a_clock_is_an_error(world: World) -> None:
    world.db.connection().exec_driver_sql("DELETE FROM world_clock")
    with pytest.raises(NoResultFound):
        _ = world.now
