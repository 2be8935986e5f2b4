"""The host: one WSGI server for every app clone of every live session of this process.

The app is chosen by the request's host name, the session by a header that only an engine knows to
set. A request without a valid token gets a bare 404. No route resets, verifies or shows state.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.server import create_server

from gristmill.apps.base import AppSpec
from gristmill.apps.database import lending
from gristmill.apps.memo import Answer, Memo
from gristmill.apps.sessions import TOKEN_KEY, LiveSession, SessionRegistry

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 8
CONNECTION_LIMIT = 10_000

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait for a thread is no news

FAILED = Answer("500 Internal Server Error", [("Content-Type", "text/plain")], b"The app clone failed.")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Dispatcher:
    """The WSGI application behind the host. Flask apps are made when first asked for.

    Without a memo every page is rendered anew.
    """

    def __init__(
        self, apps: Sequence[AppSpec], sessions: SessionRegistry, *, memo: Memo | None = None
    ) -> None:
        self._specs = {app.host: app for app in apps}
        self._made: dict[str, WSGIApplication] = {}
        self._making = threading.Lock()
        self.sessions, self._memo = sessions, memo

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request in its session, or with a bare 404."""
        spec = self._specs.get(environ.get("HTTP_HOST", "").partition(":")[0])
        session = self.sessions.find(environ.get(TOKEN_KEY))
        if spec is None or session is None or spec.name not in session.apps:
            start_response("404 Not Found", [("Content-Length", "0")])
            return [b""]
        answer = self._answer(spec, session, environ)
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    def _app(self, spec: AppSpec) -> "WSGIApplication":
        with self._making:
            if spec.name not in self._made:
                self._made[spec.name] = spec.create_app()
            return self._made[spec.name]

    def _answer(self, spec: AppSpec, session: LiveSession, environ: "WSGIEnvironment") -> Answer:
        """Run the app in its session's turn; the answer is complete before the turn ends."""
        app = self._app(spec)

        def work() -> Answer:
            with session.raw() as connection, lending(connection):
                return whole(app, environ)

        try:
            with session.lock:
                return work() if self._memo is None else self._memo.answer(spec.name, environ, session, work)
        except Exception as fault:  # noqa: BLE001 - whatever a view raises is told as a fault
            session.fault = fault
            return FAILED


def whole(app: "WSGIApplication", environ: "WSGIEnvironment") -> Answer:
    """The whole answer of a WSGI app."""
    head: list[tuple[str, list[tuple[str, str]]]] = []

    def hold(
        status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        head[:] = [(status, headers)]
        return lambda _: None

    answer = app(environ, hold)
    try:
        body = b"".join(answer)
    finally:
        close: Callable[[], Any] | None = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = head[0]
    return Answer(status, headers, body)


class Host:
    """A threaded WSGI server on a loopback port of its own, in threads of this process."""

    def __init__(self, application: "WSGIApplication", *, threads: int = THREADS) -> None:
        self._server = create_server(
            application,
            host="127.0.0.1",
            port=0,
            threads=threads,
            connection_limit=CONNECTION_LIMIT,
            asyncore_use_poll=True,  # select() ends at 1,024 file descriptors
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._serve, name="gristmill-host", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self._server.run()

    def close(self) -> None:
        """Stop answering, hang up and free the port. Twice is harmless."""
        if self._thread.is_alive():
            trigger = self._server.trigger
            with trigger.lock:  # else the loop, woken by another, may hang up before our own pull
                trigger.thunks.append(self._hang_up)
                trigger._physical_pull()
            self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown()

    def _hang_up(self) -> None:
        """Within the server's loop: close all sockets, so that nothing is left to wait for."""
        wasyncore.close_all(self._server._map, ignore_all=True)


def bound_to(application: "WSGIApplication", session: LiveSession, host: str) -> "WSGIApplication":
    """The same application for plain browsers: every request belongs to this session and app."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        identity: Mapping[str, str] = {"HTTP_HOST": host, TOKEN_KEY: session.token}
        return application({**environ, **identity}, start_response)

    return serve
