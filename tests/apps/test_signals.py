"""Signals: other apps of a world take part in a request's transaction, and nobody imports anybody."""

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from gristmill.apps.base import AppSpec
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db
from gristmill.apps.server.dispatcher import Dispatcher
from gristmill.apps.server.response_cache import ResponseCache
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import TOKEN_KEY, SessionPool
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.caches import Caches
from gristmill.errors import HandlerError, PluginError, TargetGone, UnknownNameError

PLACED = "kiosk.order_placed"
ORDERS = "SELECT id FROM kiosk_order"
LETTERS = "SELECT subject FROM post_letter"


class Town:
    """A host and sessions of worlds with some of the apps."""

    def __init__(self, *specs: AppSpec) -> None:
        self.session_pool = SessionPool()
        self.specs = specs
        self.host = Dispatcher(specs, self.session_pool, response_cache=ResponseCache(Caches()))
        with closing(sqlite3.connect(":memory:")) as connection:
            build_world(specs, WorldChoice(), connection)
            self.image = connection.serialize()

    def open(self, *names: str) -> LiveSession:
        specs = [spec for spec in self.specs if not names or spec.name in names]
        names = tuple(spec.name for spec in specs)
        return self.session_pool.open(self.image, names, handlers=Handlers.of(specs))

    def post(self, session: LiveSession, path: str) -> str:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
            "SERVER_NAME": "kiosk.test", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "kiosk.test", TOKEN_KEY: session.token, "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "", "CONTENT_TYPE": "",
        }  # fmt: skip
        head: list[Any] = []
        b"".join(self.host(environ, lambda *said: head.append(said)))  # type: ignore[arg-type]
        return str(head[0][0][:3])


def column(session: LiveSession, sql: str) -> list[Any]:
    with session.connection() as connection:
        return [value for (value,) in connection.execute(sql)]


@pytest.fixture
def town(postal_world: Any) -> Town:
    return Town(postal_world.KIOSK, postal_world.POST)


@pytest.fixture
def listening(postal_world: Any) -> Callable[..., Town]:
    """A town whose post office does something else when an order is placed."""

    def build(handler: Callable[[World, Any], object]) -> Town:
        return Town(postal_world.KIOSK, replace(postal_world.POST, on={PLACED: handler}))

    return build


@pytest.fixture
def session(town: Town) -> LiveSession:
    return town.open()


def test_what_handlers_write_is_part_of_the_request_and_the_worlds_doing(
    town: Town, session: LiveSession
) -> None:
    assert town.post(session, "/order/1") == "303"
    assert column(session, LETTERS) == ["Receipt of order 1"]
    (change,) = session.world_changes()
    assert (change.cause, change.table, change.at) == (PLACED, "post_letter", "2031-03-04 10:00:00.000000")


def test_only_the_apps_of_the_world_hear_of_it(town: Town) -> None:
    alone = town.open("kiosk")
    town.post(alone, "/order/1")
    assert (column(alone, ORDERS), column(alone, LETTERS)) == ([1], [])


def test_a_known_request_of_a_world_with_fewer_apps_is_not_taken_for_its_own(town: Town) -> None:
    for names, letters in ((("kiosk",), 0), ((), 1), (("kiosk",), 0), ((), 1)):
        session = town.open(*names)
        town.post(session, "/order/1")
        assert len(column(session, LETTERS)) == letters


def test_a_known_request_is_the_same_at_another_time(town: Town) -> None:
    for ticks in (0, 1, 0, 1):
        session = town.open()
        session.tick(ticks)
        town.post(session, "/order/1")
        assert [change.at[11:19] for change in session.world_changes()] == [f"10:00:{30 * ticks:02}"]
        assert session.next_due() == f"2031-03-04 10:01:{30 * ticks:02}.000000"


def test_handlers_run_in_the_order_of_their_apps_names(postal_world: Any) -> None:
    heard: list[str] = []

    def app(name: str) -> AppSpec:
        return replace(postal_world.POST, name=name, handlers={}, on={PLACED: lambda *_: heard.append(name)})

    town = Town(postal_world.KIOSK, app("zoo"), app("ant"), app("mill"))
    town.post(town.open(), "/order/1")
    assert heard == ["ant", "mill", "zoo"]


def test_a_handler_that_fails_undoes_the_request_and_is_a_fault_that_names_it(
    listening: Callable[..., Town],
) -> None:
    def fail(world: World, payload: Any) -> None:
        world.db.execute(text("UPDATE world_person SET phone = 'none'"))
        raise LookupError("no mailbox")

    town = listening(fail)
    session = town.open()
    assert town.post(session, "/order/1") == "500"
    assert isinstance(session.fault, HandlerError)
    assert "the signal kiosk.order_placed in post failed: LookupError: no mailbox" in str(session.fault)
    assert "test_signals.py:" in str(session.fault)
    assert (column(session, ORDERS), session.world_changes()) == ([], ())


def test_a_view_cannot_hide_a_handlers_failure(postal_world: Any) -> None:
    def fail(world: World, payload: Any) -> None:
        raise LookupError("no mailbox")

    def order_anyway() -> str:
        try:
            world().publish(PLACED)
        except HandlerError:
            db().execute(text("UPDATE world_person SET phone = 'none'"))
        return ""

    def create_app() -> Flask:
        app: Flask = postal_world.KIOSK.create_app()
        app.add_url_rule("/order_anyway", "order_anyway", order_anyway, methods=["POST"])
        return app

    town = Town(
        replace(postal_world.KIOSK, create_app=create_app), replace(postal_world.POST, on={PLACED: fail})
    )
    session = town.open()
    assert town.post(session, "/order_anyway") == "500"
    assert isinstance(session.fault, HandlerError)
    assert "none" not in column(session, "SELECT phone FROM world_person")


def test_a_target_that_is_gone_is_a_no_op_unless_something_was_written(
    listening: Callable[..., Town],
) -> None:
    def gone(world: World, payload: Any) -> None:
        raise TargetGone("they have moved")

    def late(world: World, payload: Any) -> None:
        world.person.phone = "none"
        raise TargetGone("they have moved")

    town = listening(gone)
    session = town.open()
    assert town.post(session, "/order/1") == "303"
    assert (column(session, ORDERS), session.fault) == ([1], None)
    town = listening(late)
    session = town.open()
    assert town.post(session, "/order/1") == "500"
    assert "wrote before it raised TargetGone" in str(session.fault)


def test_signals_that_call_each_other_without_end_are_a_fault(postal_world: Any) -> None:
    def echo(world: World, payload: Any) -> None:
        world.publish("post.echo")

    def again(world: World, payload: Any) -> None:
        world.publish(PLACED)

    town = Town(
        replace(postal_world.KIOSK, on={"post.echo": again}), replace(postal_world.POST, on={PLACED: echo})
    )
    session = town.open()
    assert town.post(session, "/order/1") == "500"
    assert "Signals publish each other in a loop" in str(session.fault)


def test_an_event_may_publish_a_signal(town: Town, session: LiveSession) -> None:
    town.post(session, "/order/1")
    session.tick(2)
    assert column(session, LETTERS) == ["Receipt of order 1", "Order 1 is on its way"]
    assert [(change.cause, change.table) for change in session.world_changes()] == [
        (PLACED, "post_letter"), ("kiosk.ship", "kiosk_order"), ("kiosk.shipped", "post_letter"),
    ]  # fmt: skip


def test_a_signal_is_named_after_an_app_of_the_world(session: LiveSession) -> None:
    with session.orm_session() as db, pytest.raises(UnknownNameError, match="Available: kiosk, post"):
        World(db).publish("mail.sent")


@pytest.mark.parametrize("kind", ["post.own", "ordered", "kiosk."])
def test_who_listens_says_to_whom(postal_world: Any, kind: str) -> None:
    with pytest.raises(PluginError):
        replace(postal_world.POST, on={kind: print})
