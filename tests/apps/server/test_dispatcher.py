"""The dispatcher answers who holds a live token, and tells everybody else nothing."""

import http.client
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from flask import Flask, Response, request, stream_with_context
from sqlalchemy import select, text

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.kit.flask_app import create_flask_app, world
from gristmill.apps.server.database import db
from gristmill.apps.server.dispatcher import Dispatcher, bound_to
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import TOKEN_HEADER, SessionPool
from gristmill.apps.server.waitress_host import Host
from gristmill.apps.world.models import Person

READ = text("SELECT email FROM world_person WHERE id = 1")


class ProbeApp:
    """A small app clone whose views show what the host does with them."""

    def __init__(self) -> None:
        self.inside = self.most = self.made = 0
        self.release = threading.Event()
        self.waiting = threading.Semaphore(0)
        self.spec = AppSpec(
            name="desk",
            title="Desk",
            version="1",
            create_app=self.create_app,
            seed=lambda world, rng: None,
            tasks=TaskRegistry("desk"),
        )

    def create_app(self) -> Flask:
        self.made += 1
        app = create_flask_app(__name__, "desk")
        app.add_url_rule("/", "read", self.read, methods=["GET", "HEAD"])
        app.add_url_rule("/rename/<int:status>", "rename", self.rename, methods=["GET", "POST", "PUT"])
        app.add_url_rule("/fail", "fail", self.fail, methods=["GET", "POST"])
        app.add_url_rule("/wait", "wait", self.wait)
        app.add_url_rule("/stream", "stream", self.stream)
        return app

    def read(self) -> str:
        self.inside += 1
        self.most = max(self.most, self.inside)
        person = db().scalars(select(Person)).first()
        assert person is not None
        self.inside -= 1
        return f"{person.name} at {world().now:%H:%M}"

    def rename(self, status: int) -> tuple[str, int]:
        person = db().get_one(Person, 1)
        person.email = request.args.get("to", "changed@mail.test")
        db().flush()
        return "", status

    def fail(self) -> str:
        self.rename(200)
        raise LookupError("the shelf is empty")

    def wait(self) -> str:
        self.waiting.release()
        self.release.wait(10)
        return "waited"

    def stream(self) -> Response:
        def parts() -> Iterator[str]:
            yield "one "
            yield str(db().scalar(READ))

        return Response(stream_with_context(parts()))


@pytest.fixture
def probe() -> ProbeApp:
    return ProbeApp()


@pytest.fixture
def session(session_pool: SessionPool, corner_image: bytes) -> Iterator[LiveSession]:
    live = session_pool.open(corner_image, ["desk"])
    yield live
    session_pool.close(live)


@pytest.fixture
def host(probe: ProbeApp, session_pool: SessionPool) -> Iterator[Host]:
    host = Host(Dispatcher([probe.spec], session_pool))
    yield host
    probe.release.set()
    host.close()


Answer = tuple[int, bytes, dict[str, str]]


def ask(
    host: Host, path: str = "/", *, token: str | None = None, name: str = "desk.test", method: str = "GET"
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    headers = {"Host": name} | ({TOKEN_HEADER: token} if token is not None else {})
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    answer = response.status, response.read(), {key.lower(): value for key, value in response.getheaders()}
    connection.close()
    return answer


def email(session: LiveSession) -> object:
    with session.orm_session() as opened:
        return opened.scalar(READ)


def test_a_request_with_a_live_token_is_answered_from_its_session(host: Host, session: LiveSession) -> None:
    status, body, _ = ask(host, token=session.token)
    assert (status, body) == (200, b"Ada Park at 10:00")


def test_a_port_in_the_host_name_does_not_matter(host: Host, session: LiveSession) -> None:
    assert ask(host, token=session.token, name=f"desk.test:{host.port}")[0] == 200


@pytest.mark.parametrize("path", ["/", "/rename/200", "/static/x.css", "/nothing", "/fail"])
@pytest.mark.parametrize("token", [None, "", "unknown", "x" * 4_000, "../..", "'; --"])
def test_without_a_live_token_every_path_is_an_empty_404(
    host: Host, session: LiveSession, probe: ProbeApp, token: str | None, path: str
) -> None:
    status, body, headers = ask(host, path, token=token, method="POST")
    assert (status, body) == (HTTPStatus.NOT_FOUND, b"")
    assert set(headers) <= {"content-length", "date", "connection"}
    assert probe.made == 0
    assert session.fault is None


def test_a_closed_sessions_token_is_worth_nothing(
    host: Host, session_pool: SessionPool, session: LiveSession
) -> None:
    session_pool.close(session)
    assert ask(host, token=session.token)[:2] == (404, b"")


def test_an_app_that_the_session_lacks_is_an_empty_404(
    host: Host, session_pool: SessionPool, corner_image: bytes
) -> None:
    without = session_pool.open(corner_image, ["mail"])
    assert ask(host, token=without.token)[:2] == (404, b"")
    assert ask(host, token=without.token, name="mail.test")[:2] == (404, b"")
    session_pool.close(without)


@pytest.mark.parametrize("name", ["", "test", "evil.test", "desk.test.evil", "127.0.0.1", "[::1]"])
def test_an_unknown_host_name_is_an_empty_404(host: Host, session: LiveSession, name: str) -> None:
    assert ask(host, token=session.token, name=name)[:2] == (404, b"")


@pytest.mark.parametrize("status", [200, 201, 303])
def test_a_post_that_is_answered_below_400_is_committed(
    host: Host, session: LiveSession, status: int
) -> None:
    assert ask(host, f"/rename/{status}", token=session.token, method="POST")[0] == status
    assert email(session) == "changed@mail.test"


@pytest.mark.parametrize(
    ("method", "status"), [("POST", 400), ("POST", 422), ("POST", 500), ("GET", 200), ("PUT", 200)]
)
def test_refused_posts_and_other_methods_change_nothing(
    host: Host, session: LiveSession, method: str, status: int
) -> None:
    before = session.image()
    assert ask(host, f"/rename/{status}", token=session.token, method=method)[0] == status
    assert session.image() == before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_exception_in_a_view_is_the_sessions_fault_and_changes_nothing(
    host: Host, session: LiveSession, method: str
) -> None:
    before = session.image()
    status, body, _ = ask(host, "/fail", token=session.token, method=method)
    assert (status, body) == (500, b"The app clone failed.")
    assert isinstance(session.fault, LookupError)
    assert session.image() == before
    assert ask(host, token=session.token)[0] == 200


def test_one_sessions_fault_is_not_anothers(
    host: Host, session_pool: SessionPool, session: LiveSession, corner_image: bytes
) -> None:
    other = session_pool.open(corner_image, ["desk"])
    ask(host, "/fail", token=session.token)
    assert other.fault is None
    session_pool.close(other)


def test_a_body_that_is_made_bit_by_bit_is_complete_within_its_turn(host: Host, session: LiveSession) -> None:
    assert ask(host, "/stream", token=session.token)[1] == b"one ada@mail.test"


def test_requests_of_one_session_take_turns(host: Host, session: LiveSession, probe: ProbeApp) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(host, token=session.token)[0], range(64)))
    assert answers == [200] * 64
    assert probe.most == 1


def test_a_session_that_waits_does_not_hold_up_another(
    host: Host, session_pool: SessionPool, session: LiveSession, probe: ProbeApp, corner_image: bytes
) -> None:
    other = session_pool.open(corner_image, ["desk"])
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, host, "/wait", token=session.token)
        assert probe.waiting.acquire(timeout=5)
        assert ask(host, token=other.token)[0] == 200
        assert not slow.done()
        probe.release.set()
        assert slow.result(timeout=5)[1] == b"waited"
    session_pool.close(other)


def test_the_app_is_made_once_however_many_ask_first(
    host: Host, session: LiveSession, probe: ProbeApp
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ask(host, token=session.token), range(8)))
    assert probe.made == 1


def test_a_bound_application_needs_neither_header_nor_name(
    probe: ProbeApp, session_pool: SessionPool, session: LiveSession, corner_image: bytes
) -> None:
    other = session_pool.open(corner_image, ["desk"])
    host = Host(bound_to(Dispatcher([probe.spec], session_pool), session, "desk.test"))
    assert ask(host, name="localhost")[:2] == (200, b"Ada Park at 10:00")
    ask(host, "/rename/200", name="localhost", token=other.token, method="POST")
    assert email(session) == "changed@mail.test"
    assert email(other) == "ada@mail.test"
    host.close()
    session_pool.close(other)
