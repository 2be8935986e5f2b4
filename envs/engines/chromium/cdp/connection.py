"""A direct DevTools (CDP) connection to the browser, for everything done in every step.

Playwright launches and supervises browsers; each of its calls passes through another process and
costs several milliseconds. A direct command costs a tenth of that.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from gristmill.envs.engines.chromium.cdp.frame_queue import FrameQueue
from gristmill.errors import EngineFault

ANSWER = b'{"id":'
EVENT_NAME_AT = len('{"method":"')

Event = dict[str, Any]


class CommandError(EngineFault):
    """The browser rejected a command."""


class CDPConnection(asyncio.Protocol):
    """One WebSocket to a browser's DevTools endpoint. Use from the event loop only.

    Events without a listener are dropped unparsed. Once the connection is lost, every call raises
    `EngineFault`.
    """

    def __init__(self, port: int, path: str) -> None:
        address = parse_uri(f"ws://127.0.0.1:{port}{path}")
        self._socket = ClientProtocol(address, max_size=None)  # no compression: loopback only
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[str, dict[str, Callable[[Event], None]]] = {}
        self._partial = b""  # partial message of several frames
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.frame_queue = FrameQueue()  # pages of one browser draw one at a time
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def connect(cls, port: int, path: str) -> "CDPConnection":
        """Connect to the browser that listens on this loopback port.

        Raises:
            EngineFault: the connection was closed, or the peer is not a browser.
        """
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(lambda: cls(port, path), "127.0.0.1", port)
        await wire._opened
        return wire

    def send(self, method: str, session: str | None = None, /, **parameters: Any) -> "asyncio.Future[Any]":
        """Send a command and return a future of its result. Commands of one session run in order.

        The future raises:
            CommandError: the browser rejected it.
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
        self._socket.send_text(json.dumps(message).encode())
        self._flush()
        return answer

    def start(self, method: str, session: str | None = None, /, **parameters: Any) -> None:
        """Send a command without waiting for it; its failure is ignored."""
        answer = self.send(method, session, **parameters)
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())

    def listen(self, method: str, owner: str, listener: Callable[[Event], None]) -> None:
        """Call `listener` with the parameters of each such event of this session, target or context."""
        self._listeners.setdefault(method, {})[owner] = listener

    def forget(self, owner: str) -> None:
        """Remove all listeners of this session, target or context."""
        for listeners in self._listeners.values():
            listeners.pop(owner, None)

    def listener_count(self, method: str) -> int:
        """Number of listeners for an event."""
        return len(self._listeners.get(method, {}))

    @property
    def is_open(self) -> bool:
        """Whether commands can still be sent."""
        return (
            self._transport is not None
            and self._socket.state is State.OPEN
            and not self._transport.is_closing()
        )

    def close(self) -> None:
        """Close the connection. Idempotent."""
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        assert self._transport is not None
        for data in self._socket.data_to_send():
            self._transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._socket.send_request(self._socket.connect())
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._socket.receive_eof()
        why = error or self._socket.handshake_exc or self._socket.parser_exc
        fault = EngineFault(f"The connection to the browser was lost{f': {why}' if why else ''}.")
        for waiting in (self._opened, *self._waiting.values()):
            if not waiting.done():
                waiting.set_exception(fault)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._socket.receive_data(data)
        for event in self._socket.events_received():
            if isinstance(event, Frame):
                self._receive(event)
            elif self._socket.handshake_exc is None:
                self._opened.set_result(None)
        self._flush()
        if self._socket.close_expected():
            self.close()

    def _receive(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.CONT):
            return
        if not frame.fin:
            self._partial += frame.data
            return
        message, self._partial = self._partial + frame.data, b""
        if message.startswith(ANSWER):
            self._resolve(json.loads(message))
        else:
            name = message[EVENT_NAME_AT : message.find(b'"', EVENT_NAME_AT)].decode()
            if self._listeners.get(name):
                self._dispatch(name, json.loads(message))

    def _dispatch(self, name: str, event: Event) -> None:
        parameters = event["params"]
        subject = parameters.get("targetInfo", parameters)
        for owner in (event.get("sessionId"), subject.get("targetId"), subject.get("browserContextId")):
            listener = self._listeners[name].get(owner or "")
            if listener is not None:
                listener(parameters)

    def _resolve(self, message: dict[str, Any]) -> None:
        waiting = self._waiting.pop(message["id"], None)
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(CommandError(message["error"].get("message", "")))
        else:
            waiting.set_result(message["result"])
