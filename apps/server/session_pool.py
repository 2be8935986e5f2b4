"""The live sessions by token, with an LRU bound on how many are resident.

Requests carry the token in a header or in Accept-Language, which browsers send with every request of a
page, its workers and frames. Adding a custom header there would require intercepting each request.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Collection
from typing import TYPE_CHECKING

from gristmill.apps.server.query_cache import QueryCache
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.handlers import NO_HANDLERS, Handlers
from gristmill.snapshots.pages import PatchedImage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TOKEN_HEADER = "X-Gristmill-Session"
TOKEN_KEY = "HTTP_X_GRISTMILL_SESSION"  # its key in a WSGI environ
LANGUAGE = "en-US"
TOKEN_MARK = ",x-gristmill-"


def accept_language_with(token: str) -> str:
    """The Accept-Language value that carries this token."""
    return f"{LANGUAGE}{TOKEN_MARK}{token}"


def pop_token(environ: "WSGIEnvironment") -> str | None:
    """Remove and return a request's token; restores the Accept-Language value without it."""
    languages, mark, rest = environ.get("HTTP_ACCEPT_LANGUAGE", "").partition(TOKEN_MARK)
    if not mark:
        token: str | None = environ.get(TOKEN_KEY)
        return token
    environ["HTTP_ACCEPT_LANGUAGE"] = languages
    return str(rest.partition(";")[0])


MAX_RESIDENT = 64  # 3.5 MB each in the shop: the database and, once verified, its initial state


class SessionPool:
    """The live sessions of one host. Thread-safe. At most `max_resident` stay resident unless in use."""

    def __init__(self, *, max_resident: int = MAX_RESIDENT, queries: QueryCache | None = None) -> None:
        self._queries = queries
        self._sessions: dict[str, LiveSession] = {}
        self._resident: OrderedDict[str, LiveSession] = OrderedDict()
        self._max_resident = max_resident
        self._lock = threading.Lock()
        self._discarded: deque[str] = deque()

    def __len__(self) -> int:
        return len(self._sessions)

    def open(
        self, image: PatchedImage | bytes, apps: Collection[str], *, handlers: Handlers = NO_HANDLERS
    ) -> LiveSession:
        """Open a session on a copy of an image; the caller closes it with `close`.

        `handlers` are those of its world's apps.
        """
        start = image if isinstance(image, PatchedImage) else PatchedImage.of(image, image)
        session = LiveSession(
            start,
            apps,
            handlers=handlers,
            on_materialized=self._note_materialized,
            queries=self._queries,
        )
        self._sessions[session.token] = session
        return session

    def _note_materialized(self, session: LiveSession) -> None:
        """Evict the sessions that became resident longest ago, unless they are in use."""
        with self._lock:
            while self._discarded:
                self._resident.pop(self._discarded.popleft(), None)
            self._resident[session.token] = session
            self._resident.move_to_end(session.token)
            excess = list(self._resident.values())[: -self._max_resident]
        for other in excess:
            if other.evict():
                with self._lock:
                    self._resident.pop(other.token, None)

    @property
    def resident(self) -> list[LiveSession]:
        """The resident sessions, the one resident longest first."""
        with self._lock:
            return list(self._resident.values())

    def find(self, token: str | None) -> LiveSession | None:
        """The session of a token, or None."""
        return self._sessions.get(token or "")

    def close(self, session: LiveSession) -> None:
        """Free a session's database and invalidate its token. Idempotent."""
        self._sessions.pop(session.token, None)
        with self._lock:
            self._resident.pop(session.token, None)
        session.shut()

    def discard(self, session: LiveSession) -> None:
        """Invalidate a session's token without taking locks, for finalizers; its database is freed later."""
        self._sessions.pop(session.token, None)
        self._discarded.append(session.token)
