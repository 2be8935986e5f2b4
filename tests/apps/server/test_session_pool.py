"""The pool finds sessions by token and bounds the number of resident ones."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.errors import SnapshotError

READ = text("SELECT email FROM world_person WHERE id = 1")


def materialize(session: LiveSession) -> None:
    with session.connection():
        pass


def test_a_session_is_found_by_its_own_token_alone(session_pool: SessionPool, session: LiveSession) -> None:
    assert session_pool.find(session.token) is session
    for other in (None, "", "x", session.token[:-1], session.token + "x", session.token.swapcase()):
        assert session_pool.find(other) is None


def test_a_closed_session_is_neither_found_nor_usable(
    session_pool: SessionPool, session: LiveSession
) -> None:
    session_pool.close(session)
    session_pool.close(session)
    assert session_pool.find(session.token) is None
    assert len(session_pool) == 0
    for use in (session.image, session.connection().__enter__):
        with pytest.raises(SnapshotError, match="closed"):
            use()


def test_a_discarded_session_is_not_found_and_is_released_when_the_next_one_materializes(
    session_pool: SessionPool, session: LiveSession, corner_image: bytes
) -> None:
    materialize(session)
    other = session_pool.open(corner_image, ["shop"])
    with session.lock, ThreadPoolExecutor(1) as pool:
        pool.submit(session_pool.discard, session).result(timeout=5)
        assert session_pool.find(session.token) is None
        assert session_pool.resident == [session]
        pool.submit(materialize, other).result(timeout=5)
        assert session_pool.resident == [other]
    session_pool.close(other)


def test_closing_waits_for_an_open_orm_session(session_pool: SessionPool, session: LiveSession) -> None:
    with ThreadPoolExecutor(1) as pool:
        with session.orm_session() as db:
            closing = pool.submit(session_pool.close, session)
            assert db.scalar(READ) == "ada@mail.test"
            assert not closing.done()
        closing.result(timeout=5)


def test_a_session_in_use_by_the_same_thread_is_not_evicted(corner_image: bytes) -> None:
    session_pool = SessionPool(max_resident=1)
    one, two = (session_pool.open(corner_image, ["shop"]) for _ in range(2))
    with one.connection() as connection:
        assert not one.evict()
        materialize(two)
        assert connection.execute("SELECT count(*) FROM world_person").fetchone() == (2,)


def test_a_session_with_uncommitted_changes_is_not_evicted(corner_image: bytes) -> None:
    session_pool = SessionPool(max_resident=1)
    one, two = (session_pool.open(corner_image, ["shop"]) for _ in range(2))
    with one.connection() as connection:
        connection.execute("UPDATE world_person SET email = 'new@mail.test' WHERE id = 1")
    materialize(two)
    with one.connection() as connection:
        connection.commit()
    assert one.evict()
    with one.orm_session() as db:
        assert db.scalar(READ) == "new@mail.test"


def test_resident_sessions_are_bounded_and_evicted_ones_keep_their_rows(corner_image: bytes) -> None:
    session_pool = SessionPool(max_resident=3)
    sessions = [session_pool.open(corner_image, ["shop"]) for _ in range(10)]
    for number, each in enumerate(sessions):
        with each.connection() as connection:
            connection.execute("UPDATE world_person SET email = ? WHERE id = 1", [f"{number}@mail.test"])
            connection.commit()
    assert len(session_pool.resident) == 3
    for number, each in enumerate(sessions):
        with each.orm_session() as db:
            assert db.scalar(READ) == f"{number}@mail.test"
            assert len(session_pool.resident) <= 3
    for each in sessions:
        session_pool.close(each)
    assert not session_pool.resident


def test_sessions_in_use_stay_resident_beyond_the_limit(corner_image: bytes) -> None:
    session_pool = SessionPool(max_resident=1)
    one, two, three = (session_pool.open(corner_image, ["shop"]) for _ in range(3))
    with one.connection(), ThreadPoolExecutor(1) as pool:
        pool.submit(materialize, two).result(timeout=5)
        assert session_pool.resident == [one, two]
    materialize(three)
    assert session_pool.resident == [three]
