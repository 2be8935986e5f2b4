"""The registry finds sessions by token, and lets only so many of their databases be awake."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.errors import SnapshotError

READ = text("SELECT email FROM world_person WHERE id = 1")


def wake(session: LiveSession) -> None:
    with session.connection():
        pass


def test_a_session_is_found_by_its_own_token_alone(registry: SessionPool, session: LiveSession) -> None:
    assert registry.find(session.token) is session
    for other in (None, "", "x", session.token[:-1], session.token + "x", session.token.swapcase()):
        assert registry.find(other) is None


def test_a_closed_session_is_neither_found_nor_usable(registry: SessionPool, session: LiveSession) -> None:
    registry.close(session)
    registry.close(session)
    assert registry.find(session.token) is None
    assert len(registry) == 0
    for use in (session.image, session.connection().__enter__):
        with pytest.raises(SnapshotError, match="closed"):
            use()


def test_a_forgotten_session_is_not_found_and_given_up_when_the_next_one_wakes(
    registry: SessionPool, session: LiveSession, corner_image: bytes
) -> None:
    wake(session)
    other = registry.open(corner_image, ["shop"])
    with session.lock, ThreadPoolExecutor(1) as pool:
        pool.submit(registry.discard, session).result(timeout=5)
        assert registry.find(session.token) is None
        assert registry.resident == [session]
        pool.submit(wake, other).result(timeout=5)
        assert registry.resident == [other]
    registry.close(other)


def test_closing_waits_for_who_is_inside(registry: SessionPool, session: LiveSession) -> None:
    with ThreadPoolExecutor(1) as pool:
        with session.orm_session() as db:
            closing = pool.submit(registry.close, session)
            assert db.scalar(READ) == "ada@mail.test"
            assert not closing.done()
        closing.result(timeout=5)


def test_nobody_sleeps_while_the_same_thread_uses_it(corner_image: bytes) -> None:
    registry = SessionPool(max_resident=1)
    one, two = (registry.open(corner_image, ["shop"]) for _ in range(2))
    with one.connection() as connection:
        assert not one.evict()
        wake(two)
        assert connection.execute("SELECT count(*) FROM world_person").fetchone() == (2,)


def test_nobody_sleeps_over_work_that_was_not_committed(corner_image: bytes) -> None:
    registry = SessionPool(max_resident=1)
    one, two = (registry.open(corner_image, ["shop"]) for _ in range(2))
    with one.connection() as connection:
        connection.execute("UPDATE world_person SET email = 'new@mail.test' WHERE id = 1")
    wake(two)
    with one.connection() as connection:
        connection.commit()
    assert one.evict()
    with one.orm_session() as db:
        assert db.scalar(READ) == "new@mail.test"


def test_only_so_many_are_awake_and_all_keep_what_they_hold(corner_image: bytes) -> None:
    registry = SessionPool(max_resident=3)
    sessions = [registry.open(corner_image, ["shop"]) for _ in range(10)]
    for number, each in enumerate(sessions):
        with each.connection() as connection:
            connection.execute("UPDATE world_person SET email = ? WHERE id = 1", [f"{number}@mail.test"])
            connection.commit()
    assert len(registry.resident) == 3
    for number, each in enumerate(sessions):
        with each.orm_session() as db:
            assert db.scalar(READ) == f"{number}@mail.test"
            assert len(registry.resident) <= 3
    for each in sessions:
        registry.close(each)
    assert not registry.resident


def test_those_in_use_stay_awake_beyond_the_limit(corner_image: bytes) -> None:
    registry = SessionPool(max_resident=1)
    one, two, three = (registry.open(corner_image, ["shop"]) for _ in range(3))
    with one.connection(), ThreadPoolExecutor(1) as pool:
        pool.submit(wake, two).result(timeout=5)
        assert registry.resident == [one, two]
    wake(three)
    assert registry.resident == [three]
