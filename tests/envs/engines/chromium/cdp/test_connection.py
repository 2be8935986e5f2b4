"""The connection to the browser takes answers and events in any pieces, and tells when it is lost."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from gristmill.envs.engines.chromium.cdp.connection import CDPConnection, CommandError
from gristmill.errors import EngineFault

ENDING = "The connection to the browser was lost"


class Browser(asyncio.Transport):
    """What a wire writes to, and what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self._socket = ServerProtocol()
        self.asked: list[dict[str, Any]] = []
        self.frames: list[Frame] = []
        self._is_closed = False

    def write(self, data: Any) -> None:
        self._socket.receive_data(bytes(data))
        for event in self._socket.events_received():
            if isinstance(event, Request):
                self._socket.send_response(self._socket.accept(event))
            elif isinstance(event, Frame):
                self.frames.append(event)
                if event.opcode is Opcode.TEXT:
                    self.asked.append(json.loads(bytes(event.data)))

    def says(self, *messages: dict[str, Any]) -> bytes:
        """What it has to say, ending with these messages."""
        for message in messages:
            self._socket.send_text(json.dumps(message, separators=(",", ":")).encode())
        return b"".join(self._socket.data_to_send())

    def is_closing(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        self._is_closed = True


def talk(conversation: Callable[[CDPConnection, Browser], Coroutine[Any, Any, None]]) -> None:
    async def hold() -> None:
        wire, browser = CDPConnection(4711, "/devtools"), Browser()
        wire.connection_made(browser)
        wire.data_received(browser.says())
        await conversation(wire, browser)

    asyncio.run(hold())


@pytest.mark.parametrize("size", [1, 200, 70_000])
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_answers_of_any_size_come_in_any_pieces(size: int, piece: int) -> None:
    async def conversation(wire: CDPConnection, browser: Browser) -> None:
        first, second = wire.send("A.a", text="x" * size), wire.send("B.b", "session")
        assert [(each["method"], each.get("sessionId")) for each in browser.asked] == [
            ("A.a", None),
            ("B.b", "session"),
        ]
        assert browser.asked[0]["params"] == {"text": "x" * size}
        data = browser.says({"id": 2, "result": {"told": "y" * size}}, {"id": 1, "result": {}})
        for at in range(0, len(data), piece):
            wire.data_received(data[at : at + piece])
        assert (await first, await second) == ({}, {"told": "y" * size})

    talk(conversation)


def test_events_reach_those_that_they_are_about() -> None:
    async def conversation(wire: CDPConnection, browser: Browser) -> None:
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
            wire.data_received(browser.says(event))
        assert heard == [("s2", {"n": 1}), ("c1", "t1")]
        wire.forget("s2")
        wire.data_received(browser.says({"method": "Page.frameNavigated", "params": {}, "sessionId": "s2"}))
        assert len(heard) == 2

    talk(conversation)


def test_a_refused_command_says_why() -> None:
    async def conversation(wire: CDPConnection, browser: Browser) -> None:
        answer = wire.send("No.such")
        refusal = {"code": -32601, "message": "'No.such' wasn't found"}
        wire.data_received(browser.says({"id": 1, "error": refusal}))
        with pytest.raises(CommandError, match="wasn't found"):
            await answer

    talk(conversation)


def test_a_message_may_come_in_several_frames_with_a_ping_between_them() -> None:
    async def conversation(wire: CDPConnection, browser: Browser) -> None:
        answer = wire.send("A.a")
        for frame in (
            Frame(Opcode.TEXT, b'{"id":1,"res', fin=False),
            Frame(Opcode.PING, b"there?"),
            Frame(Opcode.CONT, b'ult":', fin=False),
            Frame(Opcode.CONT, b"{}}"),
        ):
            wire.data_received(frame.serialize(mask=False))
        assert await answer == {}
        assert [bytes(frame.data) for frame in browser.frames if frame.opcode is Opcode.PONG] == [b"there?"]

    talk(conversation)


def test_a_lost_connection_fails_what_waits_and_what_comes_after() -> None:
    async def conversation(wire: CDPConnection, browser: Browser) -> None:
        waiting = wire.send("A.a")
        browser.close()
        wire.connection_lost(None)
        assert not wire.is_open
        for answer in (waiting, wire.send("A.a")):
            with pytest.raises(EngineFault, match=ENDING):
                await answer

    talk(conversation)


GOODBYE, NO_SUCH_FRAME, LOOSE_END = b"\x88\x00", b"\x83\x02{}", b"\x80\x02{}"


@pytest.mark.parametrize("ending", [GOODBYE, NO_SUCH_FRAME, LOOSE_END])
def test_a_browser_that_closes_or_breaks_the_rules_is_hung_up_on(ending: bytes) -> None:
    async def conversation(wire: CDPConnection, browser: Browser) -> None:
        waiting = wire.send("A.a")
        wire.data_received(ending)
        assert not wire.is_open
        assert browser.is_closing()
        wire.connection_lost(None)
        with pytest.raises(EngineFault, match=ENDING):
            await waiting

    talk(conversation)


def test_who_is_no_browser_is_no_connection() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def knock() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            with pytest.raises(EngineFault, match=f"{ENDING}: .*404"):
                await CDPConnection.connect(server.sockets[0].getsockname()[1], "/devtools")

    asyncio.run(knock())
