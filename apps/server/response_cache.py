"""Thread-safe LRU cache of responses, keyed by request and database content.

Responses and database changes are deterministic in the request, the rows and the world's clock: app clones
have no other state, wall clock or randomness. So a cached response and its delta are valid in any session
with the same content.
"""

import io
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gristmill.apps.server.session import LiveSession, StateDelta
from gristmill.apps.server.session_pool import TOKEN_KEY
from gristmill.caches import Cache, CacheMode, Caches

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BODY_BYTES = 1_000_000  # of a request; those with longer bodies are not cached
HEADERS_BYTES = 2000  # estimated, of a request and its response
MAX_TIME_DEPENDENT_PATHS = 10_000
IGNORED_HEADERS = frozenset({TOKEN_KEY, "HTTP_CONNECTION"})  # app clones do not depend on them


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response. Shared between requests: must not be modified."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether the body is HTML. Static files are left to the browser's cache."""
        return any(name.lower() == "content-type" and "html" in value for name, value in self.headers)


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response and the delta of its request.

    Attributes:
        asked_bytes: size of the request's body.
        answer: the response.
        change: None if the request changed no rows.
    """

    asked_bytes: int
    answer: Response
    change: StateDelta | None

    @property
    def size_bytes(self) -> int:
        """Estimated memory, including the key's."""
        changed = self.change.size_bytes if self.change else 0
        return HEADERS_BYTES + self.asked_bytes + len(self.answer.body) + changed


class ResponseCache:
    """Thread-safe LRU cache of responses with their deltas.

    The key is a request's app, method, URL, headers and body, the session's content and apps and, if the
    request reads the clock, the world's time. Requests that raise or move the clock are not cached.
    """

    def __init__(self, caches: Caches) -> None:
        self._responses: Cache[CachedResponse] = caches.new(
            "responses",
            caches.sizes.responses_bytes,
            lambda response: response.size_bytes,
            same=have_same_effect,
        )
        self._time_dependent_paths: set[Hashable] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._responses)

    def answer(
        self, app: str, environ: "WSGIEnvironment", session: LiveSession, work: Callable[[], Response]
    ) -> Response:
        """The cached response, its delta applied to the session; on a miss the result of `work`, then cached.

        The caller holds the session's lock.
        """
        body = read_body(environ) if self._responses.mode is not CacheMode.OFF else None
        if body is None:
            return work()
        path = app, environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        headers = tuple(
            pair for pair in environ.items() if pair[0][:5] == "HTTP_" and pair[0] not in IGNORED_HEADERS
        )
        rest = environ.get("QUERY_STRING", ""), environ.get("CONTENT_TYPE", ""), body, headers
        request = path, rest, session.content(), session.apps  # any of these apps may handle signals
        cached = self._responses.reuse(self._key(path, request, session))
        if cached is None:
            return self._compute(path, request, len(body), session, work)
        if cached.change is not None:
            session.apply_delta(cached.change)
        return cached.answer

    def _compute(
        self,
        path: Hashable,
        request: Hashable,
        request_bytes: int,
        session: LiveSession,
        work: Callable[[], Response],
    ) -> Response:
        before, count, time = session.rows(), session.change_count, session.time()
        clock_reads = session.clock_reads
        response = work()
        delta = session.delta_since(before) if session.change_count != count else None
        if session.time() == time and (response.is_page or delta is not None):
            if session.clock_reads != clock_reads:
                self._mark_time_dependent(path)
            self._put(self._key(path, request, session), CachedResponse(request_bytes, response, delta))
        return response

    def _key(self, path: Hashable, request: Hashable, session: LiveSession) -> Hashable:
        return (request, session.time()) if path in self._time_dependent_paths else request

    def _mark_time_dependent(self, path: Hashable) -> None:
        with self._lock:
            if len(self._time_dependent_paths) >= MAX_TIME_DEPENDENT_PATHS:
                self._time_dependent_paths.clear()  # detected again on their next miss
            self._time_dependent_paths.add(path)

    def _put(self, key: Hashable, response: CachedResponse) -> None:
        if response.size_bytes <= self._responses.limit // 16:
            self._responses.put(key, response)


def have_same_effect(one: CachedResponse, other: CachedResponse) -> bool:
    """Whether two results of a request on equal rows have equal responses and leave equal rows."""
    if one.answer != other.answer:
        return False
    if one.change is None or other.change is None:
        return one.change is other.change
    return one.change.essence == other.change.essence


def read_body(environ: "WSGIEnvironment") -> bytes | None:
    """A request's body, which the app can still read afterwards; None if it is too long to be cached."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    if length == "0":
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body
