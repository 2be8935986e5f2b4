"""Responses from the cache, and the rows that they leave, equal those of the views."""

import io
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, make_response, request
from sqlalchemy import select, text

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.kit.flask_app import create_flask_app, world
from gristmill.apps.server.database import db
from gristmill.apps.server.dispatcher import Dispatcher
from gristmill.apps.server.response_cache import ResponseCache
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import TOKEN_KEY, SessionPool
from gristmill.apps.world.models import Clock, Person
from gristmill.caches import Caches, CacheSizes

Answer = tuple[str, dict[str, str], bytes]


class ProbeApp:
    """An app clone that counts how often each of its views runs."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.spec = AppSpec(
            name="desk",
            title="Desk",
            version="1",
            create_app=self.create_app,
            seed=lambda world, rng: None,
            tasks=TaskRegistry("desk"),
        )

    def create_app(self) -> Flask:
        app = create_flask_app(__name__, "desk")
        for view in (self.people, self.clock, self.rename, self.stamp, self.peek, self.fail, self.hasten):
            app.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=["GET", "POST"])

        @app.before_request
        def count() -> None:
            self.runs.append(request.path)

        return app

    def people(self) -> str:
        names = ", ".join(person.email for person in db().scalars(select(Person)))
        return f"{names} {request.args.get('q', '')} {request.cookies.get('c', '')}"

    def clock(self) -> str:
        return f"{world().now:%H:%M:%S}"

    def rename(self) -> Any:
        db().get_one(Person, 1).email = request.form["to"]
        answer = make_response("", 303)
        answer.headers["Location"] = "/people"
        answer.set_cookie("c", request.form["to"])
        return answer

    def stamp(self) -> tuple[str, int]:
        db().get_one(Person, 1).email = f"{world().now:%H-%M-%S}@mail.test"
        return "", 303

    def peek(self) -> str:
        """A page that writes when it is read, past the request's transaction."""
        connection = db().connection()
        connection.execute(text("UPDATE world_person SET phone = phone + 1 WHERE id = 1"))
        connection.commit()
        return str(connection.scalar(text("SELECT phone FROM world_person WHERE id = 1")))

    def hasten(self) -> tuple[str, int]:
        db().get_one(Clock, 1).tick_s = 60
        return "", 303

    def fail(self) -> str:
        raise LookupError("the shelf is empty")


class Twins:
    """Sends each request to two hosts, with and without a response cache; the responses must be equal."""

    def __init__(self, image: bytes) -> None:
        self.image = image
        self.app, self.plain_app = ProbeApp(), ProbeApp()
        self.session_pool = SessionPool()
        self.cache = ResponseCache(Caches())
        self.hosts = [
            Dispatcher([self.app.spec], self.session_pool, response_cache=self.cache),
            Dispatcher([self.plain_app.spec], self.session_pool),
        ]

    def open(self) -> "Pair":
        return Pair(self, [self.session_pool.open(self.image, ["desk"]) for _ in self.hosts])


class Pair:
    """One session of each host."""

    def __init__(self, twins: Twins, sessions: list[LiveSession]) -> None:
        self.twins, self.sessions = twins, sessions

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        answers = [
            ask(host, session, path, method, body, headers)
            for host, session in zip(self.twins.hosts, self.sessions, strict=True)
        ]
        assert answers[0] == answers[1]
        assert rows(self.sessions[0]) == rows(self.sessions[1])
        return answers[0]

    def post(self, path: str, body: bytes = b"") -> Answer:
        return self.ask(path, method="POST", body=body)

    def tick(self) -> None:
        for session in self.sessions:
            session.tick()


def rows(session: LiveSession) -> list[str]:
    with session.connection() as connection:
        return list(connection.iterdump())


def ask(
    host: Dispatcher, session: LiveSession, path: str, method: str, body: bytes, headers: dict[str, str]
) -> Answer:
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "desk.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "desk.test",
        TOKEN_KEY: session.token,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
    }
    head: list[Any] = []
    answer = b"".join(host(environ | headers, lambda *said: head.append(said)))  # type: ignore[arg-type]
    return head[0][0], dict(head[0][1]), answer


@pytest.fixture
def twins(corner_image: bytes) -> Twins:
    return Twins(corner_image)


@pytest.fixture
def pair(twins: Twins) -> Iterator[Pair]:
    return twins.open()


def test_a_page_is_rendered_once_for_all_sessions_in_the_same_state(twins: Twins) -> None:
    answers = {twins.open().ask("/people")[2] for _ in range(3)}
    assert len(answers) == 1
    assert twins.app.runs == ["/people"]
    assert len(twins.plain_app.runs) == 3


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/people?q=x", {}), ("/people", {"HTTP_COOKIE": "c=1"}), ("/people", {"HTTP_HX_REQUEST": "true"})],
)
def test_another_request_is_another_page(pair: Pair, path: str, headers: dict[str, str]) -> None:
    pair.ask("/people")
    pair.ask(path, **headers)
    assert len(pair.twins.app.runs) == 2


def test_what_was_written_by_whatever_means_shows(pair: Pair) -> None:
    before = pair.ask("/people")[2]
    for session in pair.sessions:
        with session.connection() as connection:
            connection.execute("UPDATE world_person SET email = 'new@mail.test' WHERE id = 2")
            connection.commit()
    assert b"new@mail.test" in pair.ask("/people")[2]
    for session in pair.sessions:
        with session.connection() as connection:
            connection.execute("UPDATE world_person SET email = 'ben@mail.test' WHERE id = 2")
            connection.commit()
    assert pair.ask("/people")[2] == before
    assert pair.twins.app.runs == ["/people"] * 2


def test_a_cached_form_changes_the_rows_as_the_view_would(twins: Twins) -> None:
    for _ in range(3):
        pair = twins.open()
        counts = [session.change_count for session in pair.sessions]
        status, headers, _ = pair.post("/rename", b"to=first@mail.test")
        assert (status[:3], headers["Set-Cookie"][:7]) == ("303", "c=first")
        assert all(s.change_count > c for s, c in zip(pair.sessions, counts, strict=True))
        pair.post("/rename", b"to=second@mail.test")
        assert b"second@mail.test" in pair.ask("/people")[2]
        pair.tick()
        assert b"second@mail.test" in pair.ask("/people")[2]
    assert twins.app.runs == ["/rename", "/rename", "/people"]


def test_another_form_is_another_change(twins: Twins) -> None:
    for to in (b"one", b"two", b"one"):
        assert to in twins.open().post("/rename", b"to=" + to)[1]["Set-Cookie"].encode()
    assert twins.app.runs == ["/rename"] * 2


def test_the_clock_advances_across_a_cached_delta(twins: Twins) -> None:
    twins.open().post("/rename", b"to=first")
    late = twins.open()
    late.tick()
    late.post("/rename", b"to=first")
    late.tick()
    assert late.ask("/clock")[2] == b"10:00:10"
    assert twins.app.runs.count("/rename") == 1


def test_a_page_that_tells_the_time_is_rendered_for_each_time(twins: Twins) -> None:
    for _ in range(2):
        pair = twins.open()
        assert pair.ask("/clock")[2] == b"10:00:00"
        pair.tick()
        assert pair.ask("/clock")[2] == b"10:00:05"
    assert twins.app.runs == ["/clock"] * 2


def test_a_form_that_records_the_time_is_cached_per_time(twins: Twins) -> None:
    for ticks in (0, 1, 2, 1):
        pair = twins.open()
        for _ in range(ticks):
            pair.tick()
        pair.post("/stamp")
        assert f"10-00-{ticks * 5:02}@".encode() in pair.ask("/people")[2]
    assert twins.app.runs.count("/stamp") == 3


def test_a_page_that_writes_is_replayed_with_what_it_wrote(twins: Twins) -> None:
    for _ in range(2):
        pair = twins.open()
        assert [pair.ask("/peek")[2] for _ in range(3)] == [b"2", b"3", b"4"]
    assert twins.app.runs == ["/peek"] * 3


def test_what_moves_the_clock_itself_is_never_replayed(twins: Twins) -> None:
    for _ in range(2):
        pair = twins.open()
        pair.post("/hasten")
        pair.tick()
        assert pair.ask("/clock")[2] == b"10:01:00"
    assert twins.app.runs.count("/hasten") == 2


def test_what_fails_is_tried_again(twins: Twins) -> None:
    for _ in range(2):
        pair = twins.open()
        assert pair.ask("/fail")[0][:3] == "500"
        assert isinstance(pair.sessions[0].fault, LookupError)
    assert twins.app.runs == ["/fail"] * 2


def bounded(max_bytes: int) -> ResponseCache:
    return ResponseCache(Caches(sizes=CacheSizes(responses_bytes=max_bytes)))


@pytest.mark.slow
def test_the_least_recently_used_responses_are_evicted(twins: Twins, corner_image: bytes) -> None:
    twins.hosts[0] = Dispatcher(
        [twins.app.spec], twins.session_pool, response_cache=(cache := bounded(64_000))
    )
    pair = twins.open()
    for number in range(200):
        pair.ask(f"/people?q={number}")
    assert 10 < len(cache) < 64
    pair.ask("/people?q=199")
    assert len(twins.app.runs) == 200
    pair.ask("/people?q=0")
    assert len(twins.app.runs) == 201


@pytest.mark.slow
def test_what_was_asked_counts_towards_the_bound(twins: Twins) -> None:
    twins.hosts[0] = Dispatcher(
        [twins.app.spec], twins.session_pool, response_cache=(cache := bounded(1_000_000))
    )
    for number in range(30):
        twins.open().post("/rename", b"to=x&long=" + b"%03d" % number + b"x" * 40_000)
    assert 0 < len(cache) < 24


def test_a_database_without_a_clock_is_served_too() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE thing (name TEXT)")
    session = SessionPool().open(connection.serialize(), [])
    first = session.content()
    with session.connection() as raw:
        raw.execute("INSERT INTO thing VALUES ('x')")
        raw.commit()
    assert session.content() != first
