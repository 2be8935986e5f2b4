"""Events run when they are due, in order, once; a session sleeps until then."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gristmill.apps.base import AppSpec
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.people import EPOCH, TICK_S
from gristmill.apps.world.world import World
from gristmill.errors import HandlerError, InvalidOptionError, PluginError, TargetGone, UnknownNameError

Calls = list[tuple[str, Any]]


@pytest.fixture(scope="module")
def image(postal_world: Any) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        build_world([postal_world.KIOSK, postal_world.POST], WorldChoice(), connection)
        connection.execute("UPDATE world_event SET status = 'cancelled'")
        connection.commit()
        return connection.serialize()


class Stage:
    """A session whose events are noted when they run, and may do more than that."""

    def __init__(self, spec: AppSpec, image: bytes) -> None:
        self.calls: Calls = []
        self.do: dict[str, Callable[[World, Any], object]] = {}
        self.spec = replace(spec, handlers={f"kiosk.{kind}": self.handler(kind) for kind in "abc"}, on={})
        self.session_pool = SessionPool()
        self.session = self.open(image)

    def handler(self, kind: str) -> Callable[[World, Any], None]:
        def handle(world: World, payload: Any) -> None:
            self.calls.append((kind, dict(payload)))
            if kind in self.do:
                self.do[kind](world, payload)

        return handle

    def open(self, image: Any) -> LiveSession:
        return self.session_pool.open(image, ["kiosk"], handlers=Handlers.of([self.spec]))

    def schedule(self, kind: str, after_ticks: float, **payload: Any) -> int:
        with self.session.orm_session() as db:
            world = World(db)
            number = world.schedule(f"kiosk.{kind}", EPOCH + timedelta(seconds=after_ticks * TICK_S), payload)
            db.commit()
            return number

    def status(self) -> list[str]:
        with self.session.connection() as connection:
            found = connection.execute("SELECT status FROM world_event WHERE status <> 'cancelled' OR id > 1")
            return [status for (status,) in found]


@pytest.fixture
def stage(postal_world: Any, image: bytes) -> Iterator[Stage]:
    made = Stage(postal_world.KIOSK, image)
    yield made
    made.session_pool.close(made.session)


def test_an_event_runs_at_the_first_step_that_reaches_its_time_and_never_again(stage: Stage) -> None:
    stage.schedule("a", 1.5, n=1)
    stage.session.tick()
    assert stage.calls == []
    stage.session.tick()
    assert stage.calls == [("a", {"n": 1})]
    for _ in range(3):
        stage.session.tick()
    assert len(stage.calls) == 1
    assert stage.status() == ["done"]


def test_events_run_in_order_of_time_and_then_of_number(stage: Stage) -> None:
    for n, (kind, due) in enumerate([("b", 2), ("a", 2), ("c", 1.2), ("b", 1.7)]):
        stage.schedule(kind, due, n=n)
    stage.session.tick(2)
    assert [payload["n"] for _, payload in stage.calls] == [2, 3, 0, 1]


def test_several_steps_at_once_are_as_many_steps_one_by_one(stage: Stage) -> None:
    seen: list[Any] = []
    stage.do["a"] = lambda world, payload: seen.append(world.now)
    for due in (0.5, 2, 2.5, 4):
        stage.schedule("a", due)
    start = stage.session.snapshot()
    stage.session.tick(6)
    at_once, times = stage.session.content(), seen[:]
    other = stage.open(start)
    seen.clear()
    for _ in range(6):
        other.tick()
    assert times == seen == [EPOCH + timedelta(seconds=n * TICK_S) for n in (1, 2, 3, 4)]
    assert (other.content(), other.time()) == (at_once, stage.session.time())


def test_what_a_handler_schedules_for_now_or_earlier_runs_in_the_same_tick_after_it(stage: Stage) -> None:
    def chain(world: World, payload: Any) -> None:
        world.schedule("kiosk.b", world.now, {})
        world.schedule("kiosk.c", world.now - timedelta(days=1), {})
        world.schedule("kiosk.c", world.now + timedelta(seconds=1), {"late": True})

    stage.do["a"] = chain
    stage.schedule("a", 1)
    stage.session.tick()
    assert [kind for kind, _ in stage.calls] == ["a", "c", "b"]
    stage.session.tick()
    assert stage.calls[3:] == [("c", {"late": True})]


def test_events_that_schedule_each_other_without_end_are_a_failure_that_names_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.apps.world.events.MAX_CHAIN", 30)
    stage.do["a"] = lambda world, payload: world.schedule("kiosk.a", world.now)
    stage.schedule("a", 1)
    with pytest.raises(HandlerError, match=r"without end.*kiosk\.a"):
        stage.session.tick()
    assert len(stage.calls) == 31


def test_a_handler_that_fails_is_named_with_its_line_and_leaves_nothing_behind(stage: Stage) -> None:
    def fail(world: World, payload: Any) -> None:
        world.db.get_one(type(world.person), 1).phone = "none"
        world.db.flush()
        raise LookupError("no shelf")

    stage.do["a"] = fail
    stage.schedule("a", 1)
    with pytest.raises(
        HandlerError, match=r"kiosk\.a \(number 2.*LookupError: no shelf \(.*test_events\.py:\d+\)"
    ):
        stage.session.tick()
    assert stage.session.world_changes() == ()
    assert stage.status() == ["pending"]
    with stage.session.orm_session() as db:
        assert World(db).people[0].phone != "none"


def test_an_event_whose_target_is_gone_does_nothing_and_is_logged(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(world: World, payload: Any) -> None:
        world.db.get_one(type(world.person), 1).phone = "none"
        raise TargetGone("the shelf was sold")

    stage.do["a"] = gone
    stage.schedule("a", 1)
    stage.schedule("b", 1)
    with caplog.at_level(logging.INFO, "gristmill.events"):
        stage.session.tick()
    assert "the shelf was sold" in caplog.text
    assert [kind for kind, _ in stage.calls] == ["a", "b"]
    assert stage.status() == ["gone", "done"]
    assert stage.session.world_changes() == ()


def test_a_cancelled_event_does_not_run(stage: Stage) -> None:
    number = stage.schedule("a", 1)
    with stage.session.orm_session() as db:
        assert World(db).cancel(number)
        assert not World(db).cancel(number)
        db.commit()
    stage.session.tick(3)
    assert stage.calls == []
    with stage.session.orm_session() as db, pytest.raises(UnknownNameError, match="Unknown event 99"):
        World(db).cancel(99)


def test_an_unknown_kind_is_refused_with_those_that_exist(stage: Stage) -> None:
    with stage.session.orm_session() as db:
        with pytest.raises(UnknownNameError, match=r"'kiosk\.z'\. Available: kiosk\.a, kiosk\.b, kiosk\.c\."):
            World(db).schedule("kiosk.z", EPOCH)
        with pytest.raises(InvalidOptionError, match="JSON"):
            World(db).schedule("kiosk.a", EPOCH, {"at": EPOCH})


def test_an_event_that_no_app_handles_any_more_is_a_failure(stage: Stage, postal_world: Any) -> None:
    stage.schedule("a", 1)
    other = stage.session_pool.open(
        stage.session.snapshot(), ["kiosk"], handlers=Handlers.of([postal_world.POST])
    )
    with pytest.raises(HandlerError, match=r"No app of this world handles the event kiosk\.a"):
        other.tick()


@pytest.mark.parametrize("kind", ["deliver", "post.deliver", "kiosk.", "kiosk.Ship", "Kiosk.ship"])
def test_kinds_are_named_after_their_app(postal_world: Any, kind: str) -> None:
    with pytest.raises(PluginError):
        replace(postal_world.KIOSK, handlers={kind: print})


def test_an_evicted_session_becomes_resident_only_for_due_events(stage: Stage) -> None:
    stage.schedule("a", 3)
    stage.session.evict()
    for _ in range(2):
        stage.session.tick()
        assert stage.session._connection is None
    stage.session.tick()
    assert [kind for kind, _ in stage.calls] == ["a"]
    assert stage.session.next_due() is None


def test_a_session_knows_its_next_event_from_the_image_alone(stage: Stage, image: bytes) -> None:
    assert stage.open(image).next_due() is None
    stage.schedule("a", 2)
    for start in (stage.session.snapshot(), stage.session.image()):
        opened = stage.open(start)
        opened.tick()
        assert opened._connection is None
        opened.tick()
    assert len(stage.calls) == 2


def test_who_takes_over_a_change_takes_over_what_is_to_come(stage: Stage, image: bytes) -> None:
    other, before = stage.open(image), stage.session.rows()
    stage.schedule("a", 1)
    other.apply_delta(stage.session.delta_since(before))
    assert other.next_due() == stage.session.next_due() is not None
    other.tick()
    assert len(stage.calls) == 1


def test_what_an_event_writes_counts_as_a_change_and_as_content(stage: Stage) -> None:
    def write(world: World, payload: Any) -> None:
        world.person.phone = "changed"

    stage.do["b"] = write
    stage.schedule("b", 2)
    count, content = stage.session.change_count, stage.session.content()
    stage.session.tick()
    assert (stage.session.change_count, stage.session.content()) == (count, content)
    stage.session.tick()
    assert stage.session.change_count > count
    assert stage.session.content() != content


def test_a_world_without_events_costs_no_change(stage: Stage) -> None:
    with stage.session.connection() as connection:
        count, statements = stage.session.change_count, list[str]()
        stage.session.tick()
        connection.set_trace_callback(statements.append)
        stage.session.tick()
        connection.set_trace_callback(None)
    assert stage.session.change_count == count
    assert [text for text in statements if "world_event" in text or "temp" in text] == []


def test_a_world_change_has_its_time_and_cause(stage: Stage) -> None:
    def write(world: World, payload: Any) -> None:
        world.person.phone = "changed"
        world.person.email = world.person.email

    stage.do["a"] = write
    stage.schedule("a", 1)
    stage.session.tick()
    (change,) = stage.session.world_changes()
    assert (change.at, change.cause, change.table, change.key) == (
        "2031-03-04 10:00:30.000000", "kiosk.a", "world_person", (1,),
    )  # fmt: skip
    assert (change.columns, dict(change.after or {})) == (("phone",), {"phone": "changed"})
    assert stage.session.world_changes(ignore={"world_person"}) == ()


def test_events_of_seeds_are_in_the_world(postal_world: Any) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        build_world([postal_world.KIOSK, postal_world.POST], WorldChoice(), connection)
        rows = connection.execute("SELECT id, kind, payload, status FROM world_event").fetchall()
    assert [(row[0], row[1], json.loads(row[2]), row[3]) for row in rows] == [
        (1, "kiosk.reprice", {"item_id": 2, "price_cents": 50}, "pending")
    ]


@pytest.mark.parametrize("sleeps", [False, True])
@pytest.mark.parametrize("now", ["2031-03-04 10:00:00.000000", "2031-03-04 09:00:00.000000"])
def test_on_a_clock_that_stands_still_only_what_is_due_now_runs(stage: Stage, now: str, sleeps: bool) -> None:
    stage.schedule("a", 0)
    stage.schedule("b", 1)
    with stage.session.connection() as connection:
        connection.execute("UPDATE world_clock SET tick_s = 0, now = ?", [now])
        connection.commit()
    if sleeps:
        stage.session.evict()
    stage.session.tick(3)
    stage.session.tick()
    assert [kind for kind, _ in stage.calls] == (["a"] if now.endswith("10:00:00.000000") else [])
