"""Which sessions there are, and which of them may be awake."""

import threading
from collections import OrderedDict, deque
from collections.abc import Collection

from gristmill.apps.handlers import NO_HANDLERS, Handlers
from gristmill.apps.sessions import LiveSession
from gristmill.snapshots.pages import PatchedImage

MAX_AWAKE = 64  # each takes its database and, once judged, what that was before: 3.5 MB in the shop


class SessionRegistry:
    """The live sessions of one host, by token. It lets so many of their databases be awake at a time."""

    def __init__(self, *, max_awake: int = MAX_AWAKE) -> None:
        self._sessions: dict[str, LiveSession] = {}
        self._awake: OrderedDict[str, LiveSession] = OrderedDict()
        self._max_awake = max_awake
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
        session = LiveSession(start, apps, handlers=handlers, on_waking=self._note_waking)
        self._sessions[session.token] = session
        return session

    def _note_waking(self, session: LiveSession) -> None:
        """Send those to sleep that woke longest ago, as far as nobody is using them."""
        with self._lock:
            while self._forgotten:
                self._awake.pop(self._forgotten.popleft(), None)
            self._awake[session.token] = session
            self._awake.move_to_end(session.token)
            spare = list(self._awake.values())[: -self._max_awake]
        for other in spare:
            if other.sleep():
                with self._lock:
                    self._awake.pop(other.token, None)

    @property
    def awake(self) -> list[LiveSession]:
        """Those whose databases are awake; the one that woke longest ago first."""
        with self._lock:
            return list(self._awake.values())

    def find(self, token: str | None) -> LiveSession | None:
        """The session of a token, or None."""
        return self._sessions.get(token or "")

    def close(self, session: LiveSession) -> None:
        """Free a session's database; its token is worth nothing from now on. Twice is harmless."""
        self._sessions.pop(session.token, None)
        with self._lock:
            self._awake.pop(session.token, None)
        session.shut()

    def forget(self, session: LiveSession) -> None:
        """The same in a place where nothing may wait for a lock; the database is freed a little later."""
        self._sessions.pop(session.token, None)
        self._forgotten.append(session.token)
