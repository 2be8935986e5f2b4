"""Keeps this machine's files out of a browser that somebody else drives."""

import json
import threading
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from gristmill.errors import EngineFault

OPEN_DEADLINE_S = 30.0
PAUSE_FILES = {"patterns": [{"urlPattern": "file:*"}]}
EVERY_TARGET = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


class LocalFilesGuard:
    """Fails each request for a `file:` address, in all tabs, frames and contexts of a browser.

    Other clients of the debugger are not disturbed: they see a failed request.

    Args:
        ws_url: address of the browser's debugger.

    Raises:
        EngineFault: it cannot be reached.
    """

    def __init__(self, ws_url: str) -> None:
        self._url, self._last_id = ws_url, 0
        self._wire: ClientConnection | None = None
        self._is_attached = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._watch, name="gristmill-local-files", daemon=True)
        self._thread.start()
        if not self._is_attached.wait(OPEN_DEADLINE_S) or self._error is not None:
            self.close()
            raise EngineFault(f"The browser's debugger does not answer: {self._error}") from self._error

    def close(self) -> None:
        """Stop watching. Idempotent."""
        if self._wire is not None:
            self._wire.close()
        self._thread.join(OPEN_DEADLINE_S)

    def _send(self, method: str, params: dict[str, Any], session: str | None = None) -> None:
        assert self._wire is not None
        self._last_id += 1
        command: dict[str, Any] = {"id": self._last_id, "method": method, "params": params}
        self._wire.send(json.dumps(command | ({"sessionId": session} if session else {})))

    def _watch(self) -> None:
        try:
            with connect(self._url, open_timeout=OPEN_DEADLINE_S, max_size=None, proxy=None) as self._wire:
                self._send("Target.setAutoAttach", EVERY_TARGET)
                for message in self._wire:
                    self._handle(json.loads(message))
        except (OSError, TimeoutError, WebSocketException) as error:
            if not self._is_attached.is_set():
                self._error = error
        self._is_attached.set()

    def _handle(self, message: dict[str, Any]) -> None:
        match message:
            case {"method": "Target.attachedToTarget", "params": {"sessionId": session}}:
                self._send("Target.setAutoAttach", EVERY_TARGET, session)
                self._send("Fetch.enable", PAUSE_FILES, session)
                self._send("Runtime.runIfWaitingForDebugger", {}, session)
                self._is_attached.set()
            case {"method": "Fetch.requestPaused", "sessionId": session, "params": {"requestId": request}}:
                failed = {"requestId": request, "errorReason": "AccessDenied"}
                self._send("Fetch.failRequest", failed, session)
