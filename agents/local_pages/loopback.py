"""An HTTP server for pages that are meant for this machine's user alone."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
TOKEN_BYTES = 16
TIMEOUT_S = 30.0  # of a connection that neither asks nor reads
HTML, EVENTS, JPEG = "text/html; charset=utf-8", "text/event-stream", "image/jpeg"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a page answers: whole bytes, or pieces that are sent as they come."""

    content_type: str
    body: bytes | Iterator[bytes]
    status: HTTPStatus = HTTPStatus.OK


Answer = Callable[[str], Reply | None]
"""The reply to a path after the token, without a slash at its beginning; None: there is no such page."""


class Loopback:
    """Serves pages on 127.0.0.1 while it is open. The caller closes it.

    The address has an unguessable token: other users of the machine, and pages from elsewhere that the
    user's browser has open, cannot read what is served. Requests with another host name are refused, so that
    a name that resolves to this machine is of no use to them either.

    Args:
        answer: replies to a path; called by several threads at a time.
        port: 0 for any that is free.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, answer: Answer, *, port: int = 0) -> None:
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self._server = _Server((HOST, port), _Handler)
        self._server.answer, self._server.token = answer, self.token
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="gristmill-pages",
            daemon=True,
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """The address of its first page, token included."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    def close(self) -> None:
        """Stop listening. Replies that are being sent end with their iterators. Twice is harmless."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    answer: Answer
    token: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Readers that go away are no errors; others show in the reply."""


class _Handler(BaseHTTPRequestHandler):
    timeout = TIMEOUT_S

    def do_GET(self) -> None:
        """Reply to a request with the right host and token."""
        server = cast(_Server, self.server)
        if (self.headers.get("Host") or "").rpartition(":")[0] not in NAMES:
            return self.send_error(HTTPStatus.FORBIDDEN)
        _, token, *rest = urlsplit(self.path).path.split("/", 2)
        if not rest or not secrets.compare_digest(token.encode(), server.token.encode()):
            return self.send_error(HTTPStatus.NOT_FOUND)
        reply = server.answer(rest[0])
        if reply is None:
            return self.send_error(HTTPStatus.NOT_FOUND)
        return self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.content_type,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }.items():
            self.send_header(name, value)
        if isinstance(reply.body, bytes):
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        for piece in [reply.body] if isinstance(reply.body, bytes) else reply.body:
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, *arguments: Any) -> None:
        """Requests are not logged."""
