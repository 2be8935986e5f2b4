"""The DevTools protocol spoken straight to the browser, for what is done at every step.

Playwright opens browsers, contexts and pages, and looks after them; each of its calls goes through a
process of its own and costs several milliseconds. These connections cost a tenth of that.
"""

import asyncio
import base64
import itertools
import json
import os
import struct
from collections.abc import Callable
from typing import Any

from gristmill.errors import EngineFault

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
NO_MASK = bytes(4)  # a client's frames are masked; with zeros, they stay as they are
ANSWER = b'{"id":'
EVENT_NAME_AT = len('{"method":"')


Event = dict[str, Any]


class CommandError(EngineFault):
    """The browser refused a command."""


class Wire(asyncio.Protocol):
    """One WebSocket (RFC 6455) to a browser's DevTools, from within the event loop.

    Events that nobody listens to are dropped unread. Once the connection is lost, every call raises
    `EngineFault`.
    """

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[str, dict[str, Callable[[Event], None]]] = {}
        self._inbox = bytearray()
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self._is_upgraded = False

    @classmethod
    async def connect(cls, port: int, path: str) -> "Wire":
        """A connection to the browser that listens on this port of this machine."""
        transport, wire = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await wire._opened
        return wire

    def send(self, method: str, session: str | None = None, /, **parameters: Any) -> "asyncio.Future[Any]":
        """Begin a command; the future gives its result. The browser takes a session's commands in order.

        The future raises:
            CommandError: the browser refused it.
            EngineFault: the connection was lost.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self.is_open:
            answer.set_exception(EngineFault("The connection to the browser was lost."))
            return answer
        number = next(self._ids)
        self._waiting[number] = answer
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        self._write(TEXT, json.dumps(message).encode())
        return answer

    def listen(self, method: str, whose: str, listener: Callable[[Event], None]) -> None:
        """Call `listener` with what each such event tells, if it is about this session, target or context."""
        self._listeners.setdefault(method, {})[whose] = listener

    def forget(self, whose: str) -> None:
        """Listen no longer to what is about this session, target or context."""
        for listeners in self._listeners.values():
            listeners.pop(whose, None)

    @property
    def is_open(self) -> bool:
        """Whether commands can still be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        """Hang up. Twice is harmless."""
        if self._transport is not None:
            self._transport.close()

    def _write(self, kind: int, payload: bytes) -> None:
        assert self._transport is not None
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", kind, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", kind, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", kind, 0x80 | 127, size)
        self._transport.write(head + NO_MASK + payload)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        fault = EngineFault(f"The connection to the browser was lost{f': {error}' if error else ''}.")
        for waiting in (self._opened, *self._waiting.values()):
            if not waiting.done():
                waiting.set_exception(fault)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._inbox += data
        if not self._is_upgraded:
            head, end, rest = bytes(self._inbox).partition(b"\r\n\r\n")
            if not end:
                return
            self._inbox = bytearray(rest)
            self._is_upgraded = True
            if b" 101 " not in head.splitlines()[0] + b" ":
                self._opened.set_exception(EngineFault(f"The browser hung up: {head.splitlines()[0]!r}"))
                return
            self._opened.set_result(None)
        at = 0
        while (end_at := self._take(at)) is not None:
            at = end_at
        del self._inbox[:at]

    def _take(self, at: int) -> int | None:
        """Handle the frame that begins here; where it ends, or None if it is not all there yet."""
        inbox = self._inbox
        if len(inbox) - at < 2:
            return None
        size, start = inbox[at + 1] & 0x7F, at + 2
        if size == 126:
            size, start = int.from_bytes(inbox[start : start + 2]), start + 2
        elif size == 127:
            size, start = int.from_bytes(inbox[start : start + 8]), start + 8
        if len(inbox) < start + size:
            return None
        self._handle(inbox[at], bytes(memoryview(inbox)[start : start + size]))
        return start + size

    def _handle(self, kind: int, payload: bytes) -> None:
        if kind == PING:
            self._write(PONG, payload)
        elif kind == CLOSE:
            self.close()
        elif payload.startswith(ANSWER):
            self._answer(json.loads(payload))
        else:
            name = payload[EVENT_NAME_AT : payload.find(b'"', EVENT_NAME_AT)].decode()
            if self._listeners.get(name):
                self._tell(name, json.loads(payload))

    def _tell(self, name: str, event: Event) -> None:
        told = event["params"]
        about = told.get("targetInfo", told)
        for whose in (event.get("sessionId"), about.get("targetId"), about.get("browserContextId")):
            listener = self._listeners[name].get(whose or "")
            if listener is not None:
                listener(told)

    def _answer(self, message: dict[str, Any]) -> None:
        waiting = self._waiting.pop(message["id"], None)
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(CommandError(message["error"].get("message", "")))
        else:
            waiting.set_result(message["result"])
