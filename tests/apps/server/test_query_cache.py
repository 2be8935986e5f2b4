"""Rows are shared between sessions while the tables that they were read from are equal, and no longer."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection
from gristmill.apps.server.query_cache import QueryCache
from gristmill.apps.server.remembered import remembered
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.shop.models import Product, Variant
from gristmill.apps.world.models import Clock, Person
from gristmill.caches import Caches, CacheSizes
from gristmill.errors import CacheMismatchError
from gristmill.snapshots.pages import PatchedImage

EMAILS = "SELECT email FROM world_person ORDER BY id"


class Shared:
    """Sessions of one world that share rows, and how often the cache had them."""

    def __init__(self, image: bytes, **options: Any) -> None:
        self.caches = Caches(**options)
        self.session_pool = SessionPool(queries=QueryCache(self.caches))
        self.image = image

    def open(self) -> LiveSession:
        return self.session_pool.open(PatchedImage.whole(self.image), ["shop"])

    @property
    def hits(self) -> int:
        return self.caches.hits()["queries"]


@pytest.fixture
def shared(corner_image: bytes) -> Shared:
    return Shared(corner_image)


def ask(session: LiveSession, sql: str, *parameters: object) -> list[Any]:
    with session.reading() as connection:
        return connection.execute(sql, parameters).fetchall()


def write(session: LiveSession, sql: str) -> None:
    with session.connection() as connection:
        connection.execute(sql)
        connection.commit()


def test_what_one_session_read_another_one_is_given(shared: Shared) -> None:
    first = ask(shared.open(), EMAILS)
    assert ask(shared.open(), EMAILS) == first
    assert shared.hits == 1


def test_other_parameters_are_other_rows_and_so_are_other_types(shared: Shared) -> None:
    session = shared.open()
    asked: list[tuple[object, list[Any]]] = [
        (1, [(1, "integer")]),
        (1.0, [(1.0, "real")]),
        ("1", [("1", "text")]),
    ]
    for _ in range(2):
        for value, expected in asked:
            found = ask(session, "SELECT ?1, typeof(?1) FROM world_current_user", value)
            assert found == expected
            assert type(found[0][0]) is type(value)
    assert shared.hits == 3


def test_a_table_that_was_written_is_read_anew_and_others_are_not(shared: Shared) -> None:
    changed, other = shared.open(), shared.open()
    before = ask(other, EMAILS), ask(other, "SELECT count(*) FROM shop_product")
    write(changed, "UPDATE world_person SET email = 'new@mail.test' WHERE id = 1")
    assert ask(changed, EMAILS)[0] == ("new@mail.test",)
    assert shared.hits == 0
    assert ask(changed, "SELECT count(*) FROM shop_product") == before[1]
    assert (shared.hits, ask(other, EMAILS)) == (1, before[0])


def test_what_is_written_within_a_request_is_seen_in_it_and_what_is_dropped_is_not(shared: Shared) -> None:
    session = shared.open()
    ask(shared.open(), EMAILS)
    with session.reading() as connection:
        connection.execute("UPDATE world_person SET email = 'new@mail.test' WHERE id = 1")
        assert connection.execute(EMAILS).fetchone() == ("new@mail.test",)
        connection.rollback()
        assert connection.execute(EMAILS).fetchone() == ("ada@mail.test",)
    assert ask(session, EMAILS)[0] == ("ada@mail.test",)


SET_X = "UPDATE world_person SET email = 'x' WHERE id = 1"
WAYS_TO_WRITE: dict[str, Callable[[Any], object]] = {
    "many": lambda connection: connection.executemany(
        "UPDATE world_person SET email = ? WHERE id = 1", ["x"]
    ),
    "script": lambda connection: connection.executescript(SET_X),
    "with": lambda connection: connection.execute(f"WITH w(x) AS (SELECT 1) {SET_X}"),
    "returning": lambda connection: connection.execute(f"{SET_X} RETURNING id").fetchall(),
}


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
def test_every_way_to_write_is_noticed(shared: Shared, way: str) -> None:
    ask(shared.open(), EMAILS)
    with shared.open().reading() as connection:
        WAYS_TO_WRITE[way](connection)
        assert connection.execute(EMAILS).fetchone() == ("x",)


def test_a_trigger_and_a_cascade_are_writes_of_the_tables_that_they_change(shared: Shared) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE log (what TEXT);"
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id REFERENCES parent ON DELETE CASCADE);"
        "CREATE TRIGGER note AFTER INSERT ON parent BEGIN INSERT INTO log VALUES ('new'); END;"
        "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1);"
    )
    world = Shared(connection.serialize())
    for sql in ("SELECT * FROM log", "SELECT * FROM child"):
        ask(world.open(), sql)
    with world.open().reading() as database:
        database.execute("PRAGMA foreign_keys = ON")
    session = world.open()
    with session.connection() as database:
        database.execute("PRAGMA foreign_keys = ON")
    with session.reading() as database:
        database.execute("INSERT INTO parent VALUES (2)")
        assert len(database.execute("SELECT * FROM log").fetchall()) == 2
        database.execute("DELETE FROM parent WHERE id = 1")
        assert database.execute("SELECT * FROM child").fetchall() == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT now FROM world_clock",
        "SELECT random(), count(*) FROM world_person",
        "SELECT datetime('now'), count(*) FROM world_person",
        "SELECT CURRENT_TIMESTAMP FROM world_person",
        "SELECT name FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('world_person')",
    ],
)
def test_what_depends_on_more_than_rows_is_never_shared(shared: Shared, sql: str) -> None:
    for _ in range(2):
        assert ask(shared.open(), sql)
    assert shared.hits == 0


def test_the_clock_is_always_the_sessions_own(shared: Shared) -> None:
    early, late = shared.open(), shared.open()
    late.tick()
    sql = "SELECT p.email, c.now FROM world_person p JOIN world_clock c"
    assert ask(early, sql) != ask(late, sql)


def test_a_changed_schema_shares_nothing(shared: Shared) -> None:
    ask(shared.open(), EMAILS)
    session = shared.open()
    with session.reading() as connection:
        connection.execute("ALTER TABLE world_person RENAME COLUMN email TO gone")
        with pytest.raises(sqlite3.OperationalError, match="email"):
            connection.execute(EMAILS)
    write(session, "UPDATE shop_variant SET stock = 1 WHERE id = 11")
    with pytest.raises(sqlite3.OperationalError, match="email"):
        ask(session, EMAILS)


def test_rows_are_fetched_in_every_way_as_from_sqlite(shared: Shared) -> None:
    def fetched(connection: Any) -> list[Any]:
        cursor = connection.cursor()
        found = [cursor.execute(EMAILS).fetchone(), cursor.fetchmany(1), cursor.fetchall(), cursor.fetchone()]
        return [*found, list(cursor.execute(EMAILS)), cursor.description, cursor.rowcount]

    with shared.open().connection() as connection:
        plain = fetched(connection)
    for _ in range(2):
        with shared.open().reading() as connection:
            assert fetched(connection) == plain
    assert shared.hits == 3


def test_objects_are_never_shared(shared: Shared) -> None:
    """So a view may change or lazily load what it got, as if nobody else had asked."""
    loaded = []
    for name in ("first", "second"):
        with shared.open().orm_session() as db:
            product = db.scalars(select(Product).order_by(Product.id)).first()
            assert product is not None
            assert product.name == "Desk lamp"
            product.name = name
            product.highlights.append(name)
            assert [variant.product is product for variant in product.variants] == [True, True]
            loaded.append(product)
    assert loaded[0] is not loaded[1]
    assert shared.hits == 2
    assert [product.highlights for product in loaded] == [["first"], ["second"]]


@pytest.mark.parametrize("mode", ["off", "on", "verify"])
def test_every_mode_shows_the_same(corner_image: bytes, mode: str) -> None:
    shared = Shared(corner_image, mode=mode)
    for number in range(3):
        session = shared.open()
        with session.orm_session() as db:
            assert db.scalar(select(func.count()).select_from(Variant)) == 4
        write(session, f"UPDATE shop_variant SET stock = {number} WHERE id = 11")
        with session.orm_session() as db:
            assert db.get_one(Variant, 11).stock == number
    assert shared.hits == {"off": 0, "on": 2, "verify": 2}[mode]


def test_a_wrong_entry_is_caught_where_it_is_verified(
    corner_image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here a table that was written passes for one that was not."""
    shared = Shared(corner_image, mode="verify")
    ask(shared.open(), EMAILS)
    session = shared.open()
    write(session, "UPDATE world_person SET email = 'new@mail.test' WHERE id = 1")
    monkeypatch.setattr("gristmill.apps.server.query_cache.Schema.touched", lambda *_: set())
    with pytest.raises(CacheMismatchError, match=r"'queries'.*world_person"):
        ask(session, EMAILS)


def test_rows_are_bounded_by_what_they_take(corner_image: bytes) -> None:
    shared = Shared(corner_image, sizes=CacheSizes(queries_bytes=20_000))
    session = shared.open()
    for number in range(100):
        ask(session, "SELECT email FROM world_person WHERE id > ?", number)
    (results,) = [cache for cache in shared.caches.made if cache.limit == 20_000]
    assert 5 < len(results) < 50
    ask(session, "SELECT email FROM world_person WHERE id > ?", 0)
    assert shared.hits == 0


def test_an_evicted_session_reads_its_own_rows_when_it_is_back(shared: Shared) -> None:
    session = shared.open()
    ask(shared.open(), EMAILS)
    write(session, "UPDATE world_person SET email = 'new@mail.test' WHERE id = 1")
    assert session.evict()
    assert ask(session, EMAILS)[0] == ("new@mail.test",)
    assert session.evict()
    assert ask(shared.open(), EMAILS)[0] == ("ada@mail.test",)


def test_nobody_outside_of_a_request_is_given_shared_rows(shared: Shared) -> None:
    session = shared.open()
    ask(session, EMAILS)
    with session.connection() as connection:
        assert isinstance(connection, LentConnection)
        assert connection.reader is None
        connection.execute(EMAILS).fetchall()
    assert shared.hits == 0


def test_threads_read_what_belongs_to_their_sessions(shared: Shared) -> None:
    barrier = threading.Barrier(8)

    def play(number: int) -> bool:
        session = shared.open()
        barrier.wait(30)
        found = []
        for turn in range(15):
            name = f"{number}-{turn}@mail.test"
            write(session, f"UPDATE world_person SET email = '{name}' WHERE id = 2")
            found.append(ask(session, EMAILS) == [("ada@mail.test",), (name,)])
            found.append(ask(session, "SELECT count(*) FROM shop_product") == [(2,)])
        return all(found)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(play, range(8)))
    assert shared.hits > 0


class Counted:
    """Remembered functions that count how often they run."""

    def __init__(self) -> None:
        self.runs = 0

        @remembered
        def emails(connection: Connection, like: str) -> tuple[str, ...]:
            self.runs += 1
            return tuple(
                connection.scalars(select(Person.email).where(Person.email.like(like)).order_by(Person.email))
            )

        @remembered
        def time(connection: Connection) -> object:
            self.runs += 1
            return connection.scalar(select(Clock.now))

        self.emails, self.time = emails, time


def in_session(session: LiveSession, work: Callable[[Session], Any]) -> Any:
    with session.orm_session() as db:
        return work(db)


def test_a_remembered_function_runs_once_for_equal_tables_and_arguments(shared: Shared) -> None:
    counted = Counted()
    for _ in range(2):
        assert in_session(shared.open(), lambda db: counted.emails(db, "ada%")) == ("ada@mail.test",)
    assert counted.runs == 1
    assert in_session(shared.open(), lambda db: counted.emails(db, "%")) == ("ada@mail.test", "ben@mail.test")
    changed = shared.open()
    write(changed, "UPDATE world_person SET email = 'adam@mail.test' WHERE id = 1")
    assert in_session(changed, lambda db: counted.emails(db, "ada%")) == ("adam@mail.test",)
    other = shared.open()
    write(other, "UPDATE shop_variant SET stock = 1 WHERE id = 11")
    assert in_session(other, lambda db: counted.emails(db, "ada%")) == ("ada@mail.test",)
    assert counted.runs == 3


def test_a_remembered_function_sees_what_its_request_has_changed(shared: Shared) -> None:
    counted = Counted()
    in_session(shared.open(), lambda db: counted.emails(db, "%"))
    with shared.open().orm_session() as db:
        db.get_one(Person, 1).email = "new@mail.test"
        assert counted.emails(db, "%") == ("ben@mail.test", "new@mail.test")
    with shared.open().orm_session() as db:
        db.add(Person(id=3, given_name="", family_name="", email="cy@mail.test", phone=""))
        assert "cy@mail.test" in counted.emails(db, "%")
    assert in_session(shared.open(), lambda db: counted.emails(db, "%")) == ("ada@mail.test", "ben@mail.test")


def test_a_remembered_function_that_asks_the_time_always_runs(shared: Shared) -> None:
    counted = Counted()
    early, late = shared.open(), shared.open()
    late.tick()
    assert in_session(early, counted.time) != in_session(late, counted.time)
    assert counted.runs == 2


def test_what_calls_a_remembered_function_depends_on_what_that_read(shared: Shared) -> None:
    counted = Counted()

    @remembered
    def outer(connection: Connection) -> int:
        with Session(connection) as db:
            return len(counted.emails(db, "ada%"))

    assert [in_session(shared.open(), outer) for _ in range(2)] == [1, 1]
    changed = shared.open()
    write(changed, "UPDATE world_person SET email = 'gone' WHERE id = 1")
    assert in_session(changed, outer) == 0


def test_without_a_cache_remembered_functions_always_run(corner_image: bytes) -> None:
    counted, shared = Counted(), Shared(corner_image, mode="off")
    for _ in range(2):
        in_session(shared.open(), lambda db: counted.emails(db, "%"))
    assert counted.runs == 2
