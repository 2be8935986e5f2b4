"""Which sessions there are, and which of them may be awake."""

import threading
from collections import OrderedDict, deque
from collections.abc import Collection

from gristmill.apps.server.query_cache import QueryCache
from gristmill.apps.server.session import LiveSession
from gristmill.apps.world.handlers import NO_HANDLERS, Handlers
from gristmill.snapshots.pages import PatchedImage

MAX_RESIDENT = 64  # each takes its database and, once judged, what that was before: 3.5 MB in the shop


class SessionPool:
    """The live sessions of one host, by token. It lets so many of their databases be awake at a time."""

    def __init__(self, *, max_resident: int = MAX_RESIDENT, queries: QueryCache | None = None) -> None:
        self._queries = queries
        self._sessions: dict[str, LiveSession] = {}
        self._resident: OrderedDict[str, LiveSession] = OrderedDict()
        self._max_awake = max_resident
        self._lock = threading.Lock()
        self._forgotten: deque[str] = deque()

    def __len__(self) -> int:
        return len(self._sessions)

    def open(
        self, image: PatchedImage | bytes, apps: Collection[str], *, handlers: Handlers = NO_HANDLERS
    ) -> LiveSession:
        """A new session on a copy of this image; the caller gives it back with `close`.

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
        """Send those to sleep that woke longest ago, as far as nobody is using them."""
        with self._lock:
            while self._forgotten:
                self._resident.pop(self._forgotten.popleft(), None)
            self._resident[session.token] = session
            self._resident.move_to_end(session.token)
            spare = list(self._resident.values())[: -self._max_awake]
        for other in spare:
            if other.evict():
                with self._lock:
                    self._resident.pop(other.token, None)

    @property
    def resident(self) -> list[LiveSession]:
        """Those whose databases are awake; the one that woke longest ago first."""
        with self._lock:
            return list(self._resident.values())

    def find(self, token: str | None) -> LiveSession | None:
        """The session of a token, or None."""
        return self._sessions.get(token or "")

    def close(self, session: LiveSession) -> None:
        """Free a session's database; its token is worth nothing from now on. Twice is harmless."""
        self._sessions.pop(session.token, None)
        with self._lock:
            self._resident.pop(session.token, None)
        session.shut()

    def discard(self, session: LiveSession) -> None:
        """The same in a place where nothing may wait for a lock; the database is freed a little later."""
        self._sessions.pop(session.token, None)
        self._forgotten.append(session.token)
