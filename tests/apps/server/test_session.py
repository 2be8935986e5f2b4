"""Live sessions are private, and eviction does not change what they hold."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.snapshots.pages import PatchedImage

EMAIL = text("UPDATE world_person SET email = 'changed@mail.test' WHERE id = 1")
READ = text("SELECT email FROM world_person WHERE id = 1")


def write(session: LiveSession, email: str) -> None:
    with session.orm_session() as db:
        db.execute(text("UPDATE world_person SET email = :email WHERE id = 1"), {"email": email})
        db.commit()


def rows(session: LiveSession) -> list[str]:
    with session.connection() as connection:
        return list(connection.iterdump())


def test_tokens_are_long_and_never_the_same(corner_image: bytes) -> None:
    tokens = {SessionPool().open(corner_image, []).token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32


def test_what_is_written_in_one_session_shows_in_no_other(
    session_pool: SessionPool, session: LiveSession, corner_image: bytes
) -> None:
    other = session_pool.open(corner_image, ["shop"])
    with session.orm_session() as db:
        db.execute(EMAIL)
        db.commit()
        with other.orm_session() as other_db:
            assert other_db.scalar(READ) == "ada@mail.test"
            assert db.scalar(READ) == "changed@mail.test"
    assert other.image() == SessionPool().open(corner_image, []).image()
    session_pool.close(other)


def test_uncommitted_work_is_dropped(session: LiveSession) -> None:
    with session.orm_session() as db:
        db.execute(EMAIL)
    with session.orm_session() as db:
        assert db.scalar(READ) == "ada@mail.test"


def test_work_is_dropped_when_its_block_raises(session: LiveSession) -> None:
    def fail() -> None:
        with session.orm_session() as db:
            db.execute(EMAIL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with session.orm_session() as db:
        assert db.scalar(READ) == "ada@mail.test"


def test_the_change_count_grows_with_writes_and_not_with_reads(session: LiveSession) -> None:
    before = session.change_count
    with session.orm_session() as db:
        db.scalar(READ)
    assert session.change_count == before
    with session.orm_session() as db:
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
            with session.orm_session() as db:
                inside += 1
                most = max(most, inside)
                db.scalar(READ)
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(8)))
    assert most == 1


def test_sessions_do_not_wait_for_each_other(
    session_pool: SessionPool, session: LiveSession, corner_image: bytes
) -> None:
    other = session_pool.open(corner_image, ["shop"])
    with session.connection(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(other.image).result(timeout=5)
    session_pool.close(other)


@pytest.fixture
def twin(session_pool: SessionPool, corner_image: bytes) -> Iterator[LiveSession]:
    """A second session, which is resident from the start."""
    live = session_pool.open(corner_image, ["shop"])
    rows(live)
    yield live
    session_pool.close(live)


@pytest.mark.parametrize("ticks", [0, 1, 3])
@pytest.mark.parametrize("writes", [0, 2])
def test_eviction_changes_nothing(session: LiveSession, twin: LiveSession, ticks: int, writes: int) -> None:
    for each in (session, twin):
        for number in range(writes):
            write(each, f"{number}@mail.test")
        each.tick()
    assert session.evict()
    for each in (session, twin):
        for _ in range(ticks):
            each.tick()
    assert session.time() == twin.time()
    assert session.content() == twin.content()
    assert session.change_count == twin.change_count
    assert rows(session) == rows(twin)
    assert session.time() == twin.time()


def test_time_passes_in_a_session_that_was_never_resident(session: LiveSession, twin: LiveSession) -> None:
    for each in (session, twin):
        each.tick()
        each.tick()
    assert session.time() == twin.time() == ("2026-03-05 10:00:10.000000", 5)
    assert rows(session) == rows(twin)


def test_the_time_is_that_of_the_database_whatever_was_done_to_it(session: LiveSession) -> None:
    def shown() -> tuple[str, int]:
        with session.connection() as connection:
            now, tick_s = connection.execute("SELECT now, tick_s FROM world_clock").fetchone()
            return now, tick_s

    seen = {session.time()}
    for work in (
        session.tick,
        session.tick,
        lambda: write(session, "one@mail.test"),
        session.tick,
        lambda: rewind(session, commit=False),
        lambda: rewind(session, commit=True),
        session.tick,
        session.evict,
        session.tick,
    ):
        work()
        assert session.time() == shown()
        seen.add(session.time())
    assert len(seen) == 7


def rewind(session: LiveSession, *, commit: bool) -> None:
    with session.orm_session() as db:
        db.execute(text("UPDATE world_clock SET now = '2026-01-01 00:00:00.000000'"))
        assert session.time() == ("2026-01-01 00:00:00.000000", 5)
        if commit:
            db.commit()


def test_a_session_in_use_is_not_evicted(session: LiveSession) -> None:
    with session.orm_session(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(session.evict).result(timeout=5) is False
    assert session.evict()


def test_a_delta_applies_to_another_session_with_equal_content(
    session_pool: SessionPool, session: LiveSession, twin: LiveSession
) -> None:
    before, count = session.rows(), twin.change_count
    write(session, "new@mail.test")
    change = session.delta_since(before)
    twin.tick()
    twin.apply_delta(change)
    assert twin.content() == session.content()
    assert twin.change_count > count
    session.tick()
    assert rows(twin) == rows(session)


def test_equal_rows_have_equal_contents_whatever_the_time(session: LiveSession, twin: LiveSession) -> None:
    twin.tick()
    assert session.content() == twin.content()
    write(session, "new@mail.test")
    assert session.content() != twin.content()
    write(session, "ada@mail.test")
    assert session.content() == twin.content()


def test_a_comparison_is_cached_while_the_session_is_resident(
    session: LiveSession, corner_image: bytes
) -> None:
    before = PatchedImage.whole(corner_image)
    with session.compare_with(before) as comparison:
        assert not comparison.diff(session.rows())
    with session.orm_session() as db:
        db.execute(EMAIL)
        db.commit()
    with session.compare_with(before) as again:
        assert again is comparison
        assert [change.columns for change in again.diff(session.rows()).changes] == [("email",)]
    with session.compare_with(before, ignore={"world_person"}) as other:
        assert not other.diff(session.rows())
    assert session.evict()
    with session.compare_with(before) as after_eviction:
        assert [change.columns for change in after_eviction.diff(session.rows()).changes] == [("email",)]
