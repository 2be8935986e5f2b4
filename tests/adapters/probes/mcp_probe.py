"""Run by `test_mcp_server.py` with the extra `mcp`: what happens to clients of a server over HTTP.

The server has one session at a time, and closes those that are left after two seconds.
"""

import asyncio
import sys
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

TASK = "Shop-AddToCart-v0"
TOKEN = {"Authorization": "Bearer secret"}


@asynccontextmanager
async def connected(url: str) -> Any:
    async with (
        httpx2.AsyncClient(headers=TOKEN, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        yield client


async def begin(client: Any, **given: Any) -> Any:
    return await client.call_tool("start_episode", {"task": TASK, **given})


async def hold(url: str) -> None:
    """Begin an episode, say so, and stay until killed."""
    async with connected(url) as client:
        result = await begin(client, seed=0)
        assert not result.is_error, result
        print("begun", flush=True)
        await asyncio.Event().wait()


async def killed_clients_lose_their_session(url: str) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, __file__, url, "hold", stdout=asyncio.subprocess.PIPE
    )
    async with AsyncExitStack() as stack:
        stack.callback(holder_killed, holder)
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"begun\n"
        client = await stack.enter_async_context(connected(url))
        refused = await begin(client, seed=0)
        assert refused.is_error, refused
        assert "in use" in refused.content[0].text, refused
        holder.kill()
        await holder.wait()
        since = monotonic()
        while (await begin(client, seed=0)).is_error:
            assert monotonic() - since < 60, "the session of a killed client lasts"
    print(f"killed: gone after {monotonic() - since:.1f} s")


def holder_killed(holder: asyncio.subprocess.Process) -> None:
    if holder.returncode is None:
        holder.kill()


async def a_client_that_closes_makes_room_at_once(url: str) -> None:
    for _ in range(3):
        async with connected(url) as client:
            result = await begin(client, seed=1)
            assert not result.is_error, result
    print("closed: room at once")


async def a_client_that_listens_may_think(url: str) -> None:
    async with connected(url) as client:
        await begin(client, seed=1)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 4)
        result = await client.call_tool("read_goal", {})
        assert not result.is_error, result
    print("thinking: kept")


async def later_versions_are_refused_with_the_earlier_ones(url: str) -> None:
    async with httpx2.AsyncClient(headers=TOKEN, timeout=60) as http:
        call = {"jsonrpc": "2.0", "id": 7, "method": "tools/list"}
        answer = await http.post(url, json=call, headers={"MCP-Protocol-Version": "2026-07-28"})
        assert (answer.status_code, answer.json()["id"]) == (400, 7), answer.text
        assert "2025-06-18" in answer.json()["error"]["data"]["supported"]
    print("versions: refused with those that are spoken")


async def nobody_gets_in_without_the_token(url: str) -> None:
    async with httpx2.AsyncClient(timeout=60) as http:
        assert (await http.post(url, json={})).status_code == 401
        assert (
            await http.post(url, json={}, headers={**TOKEN, "Origin": "https://evil.example"})
        ).status_code == 403
        assert (await http.post(url, json={}, headers={**TOKEN, "Host": "evil.example"})).status_code == 403
    print("token: needed")


async def main(url: str) -> None:
    await nobody_gets_in_without_the_token(url)
    await later_versions_are_refused_with_the_earlier_ones(url)
    await a_client_that_closes_makes_room_at_once(url)
    await a_client_that_listens_may_think(url)
    await killed_clients_lose_their_session(url)


asyncio.run(hold(sys.argv[1]) if sys.argv[2:] == ["hold"] else main(sys.argv[1]))
