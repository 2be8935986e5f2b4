"""Requests that need not be worked out again: the same one on the same rows has the same outcome.

Agents that grind a flow ask the same from the same state over and over. What a request answers, and
what it makes of the database, is a function of the request, the rows and the clock: app clones have no
other memory, wall clock or chance. So an outcome can be handed out again, to any session.
"""

import io
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gristmill.apps.server.session import LiveSession, StateDelta
from gristmill.apps.server.session_token import TOKEN_KEY
from gristmill.caches import Cache, CacheMode, Caches

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BODY_BYTES = 1_000_000  # of a request; longer ones are worked out each time
HEADERS_BYTES = 2000  # about what those of a request and its answer take
MAX_TIME_DEPENDENT_PATHS = 10_000
IGNORED_HEADERS = frozenset({TOKEN_KEY, "HTTP_CONNECTION"})  # headers that no app sees or heeds


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. Those who ask the same get the same object: it is not to be changed."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is markup. Other files are the browser's to keep."""
        return any(name.lower() == "content-type" and "html" in value for name, value in self.headers)


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """What a request answered, and what it changed, if anything; `asked_bytes` is the request's own size."""

    asked_bytes: int
    answer: Response
    change: StateDelta | None

    @property
    def size_bytes(self) -> int:
        """About what it takes to keep it with its request."""
        changed = self.change.size_bytes if self.change else 0
        return HEADERS_BYTES + self.asked_bytes + len(self.answer.body) + changed


class ResponseCache:
    """Thread-safe LRU cache of responses, and of what their requests changed in the database.

    The key is app, method, address, headers and body of a request, the session's rows and apps, and the
    time if the clock was read for it. What raises, or moves the clock itself, is not cached.
    """

    def __init__(self, caches: Caches) -> None:
        self._outcomes: Cache[CachedResponse] = caches.new(
            "responses",
            caches.sizes.responses_bytes,
            lambda outcome: outcome.size_bytes,
            same=have_same_effect,
        )
        self._time_dependent_paths: set[Hashable] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._outcomes)

    def answer(
        self, app: str, environ: "WSGIEnvironment", session: LiveSession, work: Callable[[], Response]
    ) -> Response:
        """The answer to a request, worked out if it is not known. The caller holds the session's lock."""
        body = read_body(environ) if self._outcomes.mode is not CacheMode.OFF else None
        if body is None:
            return work()
        path = app, environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        said = tuple(pair for pair in environ.items() if pair[0].startswith("HTTP_"))
        said = tuple(pair for pair in said if pair[0] not in IGNORED_HEADERS)
        rest = environ.get("QUERY_STRING", ""), environ.get("CONTENT_TYPE", ""), body, said
        asked = path, rest, session.content(), session.apps  # of which each may listen to signals
        known = self._outcomes.reuse(self._key(path, asked, session))
        if known is None:
            return self._compute(path, asked, len(body), session, work)
        if known.change is not None:
            session.apply_delta(known.change)
        return known.answer

    def _compute(
        self,
        path: Hashable,
        asked: Hashable,
        asked_bytes: int,
        session: LiveSession,
        work: Callable[[], Response],
    ) -> Response:
        before, count, time = session.rows(), session.change_count, session.time()
        looks = session.clock_reads
        answer = work()
        change = session.delta_since(before) if session.change_count != count else None
        if session.time() == time and (answer.is_page or change is not None):
            if session.clock_reads != looks:
                self._mark_time_dependent(path)
            self._keep(self._key(path, asked, session), CachedResponse(asked_bytes, answer, change))
        return answer

    def _key(self, path: Hashable, asked: Hashable, session: LiveSession) -> Hashable:
        return (asked, session.time()) if path in self._time_dependent_paths else asked

    def _mark_time_dependent(self, path: Hashable) -> None:
        with self._lock:
            if len(self._time_dependent_paths) >= MAX_TIME_DEPENDENT_PATHS:
                self._time_dependent_paths.clear()  # they are found out again
            self._time_dependent_paths.add(path)

    def _keep(self, key: Hashable, outcome: CachedResponse) -> None:
        if outcome.size_bytes <= self._outcomes.limit // 16:
            self._outcomes.put(key, outcome)


def have_same_effect(one: CachedResponse, other: CachedResponse) -> bool:
    """Whether two outcomes of a request on equal rows answer the same and leave equal rows behind."""
    if one.answer != other.answer:
        return False
    if one.change is None or other.change is None:
        return one.change is other.change
    return one.change.essence == other.change.essence


def read_body(environ: "WSGIEnvironment") -> bytes | None:
    """A request's body, still there for the app to read; None if it is too long to be kept."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    if length == "0":
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body
