"""The WSGI application that serves every app clone of every live session of this process.

The app is chosen by the request's host name, the session by a token that only an engine knows
(`session_pool.py`). A request without a valid token gets an empty 404. No route resets or verifies an
episode or exposes its state.
"""

import sqlite3
import sys
import sysconfig
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from gristmill.apps.base import AppSpec
from gristmill.apps.server.database import lend_connection
from gristmill.apps.server.navigation_policy import MAX_BODY_BYTES, NO_NAVIGATION
from gristmill.apps.server.response_cache import Response, ResponseCache
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import TOKEN_KEY, SessionPool, pop_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")
Job = tuple[Callable[[], Any], "Future[Any]"]

MIN_CHUNK_BYTES = 10  # smaller ones count as this many, which bounds endless streams of tiny chunks
OK = 200
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
DEADLINE_S = 20.0  # for an app clone's response; engines wait longer

NO_NAVIGATION_RESPONSE = Response(NO_NAVIGATION, [("Content-Length", "0")], b"")
FAILED = Response("500 Internal Server Error", [("Content-Type", "text/plain")], b"The app clone failed.")


class AppTimeout(Exception):  # noqa: N818 - named for the event
    """A view did not answer in time."""


ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Dispatcher:
    """The WSGI application of the host. Thread-safe. Creates each Flask app on its first request.

    Without a `response_cache` every request runs its view. A view that exceeds the deadline is a fault of its
    session: its thread cannot be stopped, so it is abandoned together with the session's database.
    """

    def __init__(
        self,
        apps: Sequence[AppSpec],
        sessions: SessionPool,
        *,
        response_cache: ResponseCache | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._specs = {app.host: app for app in apps}
        self._created: dict[str, WSGIApplication] = {}
        self._creation_lock = threading.Lock()
        self.sessions, self._response_cache = sessions, response_cache
        self.deadline_s = deadline_s
        self._workers = DeadlineExecutor()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request in its session, or with an empty 404."""
        spec = self._specs.get(environ.get("HTTP_HOST", "").partition(":")[0])
        session = self.sessions.find(pop_token(environ))
        if spec is None or session is None or spec.name not in session.apps:
            start_response("404 Not Found", [("Content-Length", "0")])
            return [b""]
        response = self._respond(spec, session, environ)
        status = int(response.status[:3])
        if not session.navigation_policy.check(environ, status, response.headers, response.body):
            response = NO_NAVIGATION_RESPONSE
        if status == OK and environ["REQUEST_METHOD"] == "GET" and response.is_page:
            session.visited.add(url_of(environ))
        start_response(response.status, list(response.headers))
        return [response.body]

    def close(self) -> None:
        """Stop the idle worker threads. Idempotent."""
        self._workers.close()

    def _app(self, spec: AppSpec) -> "WSGIApplication":
        with self._creation_lock:
            if spec.name not in self._created:
                self._created[spec.name] = spec.create_app()
            return self._created[spec.name]

    def _respond(self, spec: AppSpec, session: LiveSession, environ: "WSGIEnvironment") -> Response:
        """The complete response, cached or rendered under the session lock."""
        app = self._app(spec)

        def render(connection: sqlite3.Connection) -> Response:
            with lend_connection(connection):
                return complete_response(app, environ)

        def work() -> Response:
            with session.reading() as connection:
                request = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
                return self.within_deadline(session, lambda: render(connection), request)

        try:
            with session.lock:
                return (
                    work()
                    if self._response_cache is None
                    else self._response_cache.answer(spec.name, environ, session, work)
                )
        except Exception as fault:  # noqa: BLE001 - whatever a view raises is reported as a fault
            if session.fault is None or not session.fault_url:
                session.fault, session.fault_url = session.fault or fault, url_of(environ)
            return FAILED

    def within_deadline(self, session: LiveSession, work: Callable[[], T], what: str) -> T:
        """Run work on a session in a worker thread; `what` describes it in the message of a timeout.

        At the deadline, or if the wait is interrupted, abandons the session with an `AppTimeout` as fault.

        Raises:
            TimeoutError: the deadline passed.
        """
        thread: list[int] = []

        def tracked() -> T:
            thread.append(threading.get_ident())
            return work()

        future = self._workers.submit(tracked)
        try:
            return future.result(self.deadline_s)
        finally:
            if not future.done():  # the deadline has passed, or KeyboardInterrupt was raised here
                where = place_in(thread[0]) if thread else ""
                session.abandon(future)
                session.fault = AppTimeout(
                    f"{what} was interrupted, or not answered in {self.deadline_s:g} s{where}."
                )


def url_of(environ: "WSGIEnvironment") -> str:
    """The URL of a request, without its port."""
    query = environ.get("QUERY_STRING", "")
    path = environ.get("PATH_INFO", "") + (f"?{query}" if query else "")
    return f"http://{environ.get('HTTP_HOST', '').partition(':')[0]}{path}"


def complete_response(app: "WSGIApplication", environ: "WSGIEnvironment") -> Response:
    """The complete response of a WSGI app.

    A body that is too large or endless is cut off at one byte over `MAX_BODY_BYTES`.
    """
    head: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        head[:] = [(status, headers)]
        return lambda _: None

    chunks = app(environ, start_response)
    body, size = bytearray(), 0
    try:
        for chunk in chunks:
            body += chunk[: MAX_BODY_BYTES + 1]
            size += max(len(chunk), MIN_CHUNK_BYTES)
            if size > MAX_BODY_BYTES:
                body = body.ljust(MAX_BODY_BYTES + 1)
                break
    finally:
        close: Callable[[], Any] | None = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = head[0]
    return Response(status, headers, bytes(body))


def bound_to(application: "WSGIApplication", session: LiveSession, host: str) -> "WSGIApplication":
    """The application for a plain browser, bound to one session and app clone."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        identity: Mapping[str, str] = {"HTTP_HOST": host, TOKEN_KEY: session.token}
        return application({**environ, **identity}, start_response)

    return serve


def place_in(thread: int) -> str:
    """Where a thread is, as file and line of its innermost frame outside of libraries; empty if unknown."""
    frame = sys._current_frames().get(thread)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(("<", *LIBRARIES)):
            return f" (at {file}:{frame.f_lineno})"
        frame = frame.f_back
    return ""


class DeadlineExecutor:
    """An unbounded pool of reusable daemon threads, as many as were ever busy at once. Thread-safe.

    Its callers can stop waiting for a job that hangs. Not a `ThreadPoolExecutor`: the interpreter joins its
    threads at exit, so a view that hangs would block exit.
    """

    def __init__(self) -> None:
        self._idle: deque[SimpleQueue[Job | None]] = deque()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Run a job in a thread of its own; returns its future."""
        future: Future[T] = Future()
        try:
            inbox = self._idle.pop()
        except IndexError:
            inbox = SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), name="gristmill-worker", daemon=True).start()
        inbox.put((work, future))
        return future

    def _serve(self, inbox: "SimpleQueue[Job | None]") -> None:
        while (job := inbox.get()) is not None:
            work, future = job
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - set on the future
                self._idle.append(inbox)
                future.set_exception(error)
            else:
                self._idle.append(inbox)
                future.set_result(result)
            del job, work, future  # do not keep them alive until the next job

    def close(self) -> None:
        """Stop the idle threads; busy ones are daemons and end with the process."""
        while self._idle:
            self._idle.pop().put(None)
