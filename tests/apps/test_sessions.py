"""Live sessions are private, addressed by token alone, and gone when closed."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from gristmill.apps.sessions import LiveSession, SessionRegistry

EMAIL = text("UPDATE world_person SET email = 'changed@mail.test' WHERE id = 1")
READ = text("SELECT email FROM world_person WHERE id = 1")


@pytest.fixture
def registry() -> SessionRegistry:
    return SessionRegistry()


@pytest.fixture
def session(registry: SessionRegistry, corner_image: bytes) -> Iterator[LiveSession]:
    live = registry.open(corner_image, ["shop"])
    yield live
    registry.close(live)


def test_a_session_is_found_by_its_own_token_alone(registry: SessionRegistry, session: LiveSession) -> None:
    assert registry.find(session.token) is session
    for other in (None, "", "x", session.token[:-1], session.token + "x", session.token.swapcase()):
        assert registry.find(other) is None


def test_tokens_are_long_and_never_the_same(corner_image: bytes) -> None:
    tokens = {LiveSession(corner_image, []).token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32


def test_what_is_written_in_one_session_shows_in_no_other(
    registry: SessionRegistry, session: LiveSession, corner_image: bytes
) -> None:
    other = registry.open(corner_image, ["shop"])
    with session.open() as db:
        db.execute(EMAIL)
        db.commit()
        with other.open() as other_db:
            assert other_db.scalar(READ) == "ada@mail.test"
            assert db.scalar(READ) == "changed@mail.test"
    assert other.image() == LiveSession(corner_image, []).image()
    registry.close(other)


def test_uncommitted_work_is_dropped(session: LiveSession) -> None:
    with session.open() as db:
        db.execute(EMAIL)
    with session.open() as db:
        assert db.scalar(READ) == "ada@mail.test"


def test_work_is_dropped_when_its_block_raises(session: LiveSession) -> None:
    def fail() -> None:
        with session.open() as db:
            db.execute(EMAIL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with session.open() as db:
        assert db.scalar(READ) == "ada@mail.test"


def test_the_change_count_grows_with_writes_and_not_with_reads(session: LiveSession) -> None:
    before = session.change_count
    with session.open() as db:
        db.scalar(READ)
    assert session.change_count == before
    with session.open() as db:
        db.execute(EMAIL)
        db.commit()
    assert session.change_count > before


def test_a_session_used_from_many_threads_serves_one_at_a_time(session: LiveSession) -> None:
    inside, most = 0, 0
    together = threading.Barrier(8)

    def visit(_: int) -> None:
        nonlocal inside, most
        together.wait()
        for _ in range(20):
            with session.open() as db:
                inside += 1
                most = max(most, inside)
                db.scalar(READ)
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(8)))
    assert most == 1


def test_sessions_do_not_wait_for_each_other(
    registry: SessionRegistry, session: LiveSession, corner_image: bytes
) -> None:
    other = registry.open(corner_image, ["shop"])
    with session.raw(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(other.image).result(timeout=5)
    registry.close(other)


def test_a_closed_session_is_neither_found_nor_usable(
    registry: SessionRegistry, session: LiveSession
) -> None:
    registry.close(session)
    registry.close(session)
    assert registry.find(session.token) is None
    assert len(registry) == 0
    with pytest.raises(sqlite3.ProgrammingError):
        session.image()


def test_closing_waits_for_who_is_inside(registry: SessionRegistry, session: LiveSession) -> None:
    with ThreadPoolExecutor(1) as pool:
        with session.open() as db:
            closing = pool.submit(registry.close, session)
            assert db.scalar(READ) == "ada@mail.test"
            assert not closing.done()
        closing.result(timeout=5)
