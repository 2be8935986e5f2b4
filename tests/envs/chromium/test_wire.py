"""The connection to the browser takes answers and events in any pieces, and tells when it is lost."""

import asyncio
import json
import struct
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from gristmill.envs.chromium.wire import CommandError, Wire
from gristmill.errors import EngineFault

HELLO = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Line(asyncio.Transport):
    """Keeps what is written; nothing is at its other end."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self._is_closed = False

    def write(self, data: Any) -> None:
        self.sent += bytes(data)

    def is_closing(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        self._is_closed = True


def frame(message: dict[str, Any]) -> bytes:
    payload = json.dumps(message, separators=(",", ":")).encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    head = struct.pack("!BBH", 0x81, 126, size) if size < 65536 else struct.pack("!BBQ", 0x81, 127, size)
    return head + payload


def talk(conversation: Callable[[Wire, Line], Coroutine[Any, Any, None]]) -> None:
    async def hold() -> None:
        wire, line = Wire(), Line()
        wire.connection_made(line)
        wire.data_received(HELLO)
        await conversation(wire, line)

    asyncio.run(hold())


@pytest.mark.parametrize("size", [1, 200, 70_000])
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_answers_of_any_size_come_in_any_pieces(size: int, piece: int) -> None:
    async def conversation(wire: Wire, line: Line) -> None:
        first, second = wire.send("A.a", text="x" * size), wire.send("B.b", "session")
        assert b'"method": "A.a"' in line.sent
        assert b'"sessionId": "session"' in line.sent
        data = frame({"id": 2, "result": {"told": "y" * size}}) + frame({"id": 1, "result": {}})
        for at in range(0, len(data), piece):
            wire.data_received(data[at : at + piece])
        assert (await first, await second) == ({}, {"told": "y" * size})

    talk(conversation)


def test_events_reach_those_that_they_are_about() -> None:
    async def conversation(wire: Wire, line: Line) -> None:
        heard: list[tuple[str, Any]] = []
        for whose in ("s1", "s2"):
            wire.listen("Page.frameNavigated", whose, lambda told, whose=whose: heard.append((whose, told)))
        wire.listen(
            "Target.targetCreated", "c1", lambda told: heard.append(("c1", told["targetInfo"]["targetId"]))
        )
        info = {"targetId": "t1", "browserContextId": "c1"}
        for event in (
            {"method": "Page.frameNavigated", "params": {"n": 1}, "sessionId": "s2"},
            {"method": "Network.dataReceived", "params": {"n": 2}, "sessionId": "s1"},
            {"method": "Target.targetCreated", "params": {"targetInfo": info}},
        ):
            wire.data_received(frame(event))
        assert heard == [("s2", {"n": 1}), ("c1", "t1")]
        wire.forget("s2")
        wire.data_received(frame({"method": "Page.frameNavigated", "params": {}, "sessionId": "s2"}))
        assert len(heard) == 2

    talk(conversation)


def test_a_refused_command_says_why() -> None:
    async def conversation(wire: Wire, line: Line) -> None:
        answer = wire.send("No.such")
        wire.data_received(frame({"id": 1, "error": {"code": -32601, "message": "'No.such' wasn't found"}}))
        with pytest.raises(CommandError, match="wasn't found"):
            await answer

    talk(conversation)


def test_a_lost_connection_fails_what_waits_and_what_comes_after() -> None:
    async def conversation(wire: Wire, line: Line) -> None:
        waiting = wire.send("A.a")
        line.close()
        wire.connection_lost(None)
        assert not wire.is_open
        for answer in (waiting, wire.send("A.a")):
            with pytest.raises(EngineFault, match="was lost"):
                await answer

    talk(conversation)
