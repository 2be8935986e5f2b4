"""Run by `test_openenv_server.py` with the extra `openenv`: what clients get, and those that go.

The server has one session at a time.
"""

import asyncio
import sys
from time import monotonic
from typing import Any

import httpx2
from openenv.core.env_server.mcp_types import CallToolAction
from openenv.core.mcp_client import MCPToolClient

FAMILIES = ["Shop-AddToCart-v0", "Shop-CancelPending-v0"]
HEADERS = {"Authorization": "Bearer secret"}


def connected(url: str) -> Any:
    return MCPToolClient(base_url=url, headers=HEADERS)


async def hold(url: str) -> None:
    """Begin an episode, say so, and stay until killed."""
    async with connected(url) as client:
        await client.reset(seed=0)
        print("begun", flush=True)
        await asyncio.Event().wait()


async def tasks_are_listed(url: str) -> None:
    async with httpx2.AsyncClient(base_url=url, headers=HEADERS, timeout=60) as http:
        splits = (await http.get("/gristmill/splits")).json()
        assert splits == [{"name": "train", "type": "train"}, {"name": "test", "type": "test"}], splits
        count = (await http.post("/gristmill/num_tasks", json={"split": "test"})).json()
        assert count["num_tasks"] == 2000, count
        some = await http.post("/gristmill/task_range", json={"split": "test", "start": 2, "stop": 4})
        assert [task["id"] for task in some.json()["tasks"]] == [f"{family}/test/1" for family in FAMILIES]
        wrong = await http.post("/gristmill/task", json={"split": "test", "index": 2000})
        assert wrong.status_code == 400, wrong.text
        assert (await http.get("/gristmill/splits", headers={"Authorization": ""})).status_code == 401
    print("tasks: listed")


async def equal_requests_give_equal_tasks(url: str) -> None:
    async with connected(url) as client:
        first = (await client.reset(split="test", index=3)).observation
        state = await client.state()
        second = (await client.reset(task=FAMILIES[1], split="test", seed=1)).observation
        named = (await client.reset(episode_id="run-1")).observation
        again = (await client.reset(episode_id="run-1")).observation
    assert first.text == second.text, (first, second)
    assert named.text == again.text != first.text
    assert named.metadata["episode_id"] == "run-1"
    assert first.metadata["seed"] == 1, first
    assert state.episode_id == first.metadata["episode_id"]
    print("resets: equal")


async def tools_are_playwrights(url: str) -> None:
    async with connected(url) as client:
        tools = {tool.name for tool in await client.list_tools()}
        assert {"browser_click", "browser_fill_form", "submit_answer"} <= tools, tools
        early = (await client.step(CallToolAction(tool_name="browser_snapshot"))).observation
        assert early.result["is_error"], early
        assert "reset the environment first" in early.result["data"]
        await client.reset(seed=0)
        unknown = (await client.step(CallToolAction(tool_name="browser_evaluate"))).observation
        assert unknown.error.error_type == "tool_not_found", unknown
        refused = await client.step(CallToolAction(tool_name="browser_click", arguments={"ref": "e9999"}))
        assert refused.observation.result["is_error"]
        assert (refused.reward, refused.done) == (0.0, False)
        ended = await client.step(CallToolAction(tool_name="finish_task"))
        assert (ended.reward, ended.done) == (0.0, True)
        assert ended.metadata["success"] is False
    print("tools: Playwright's")


async def killed_clients_lose_their_session(url: str) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, __file__, url, "hold", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"begun\n"
        assert not await is_let_in(url)
    finally:
        holder.kill()
        await holder.wait()
    since = monotonic()
    while not await is_let_in(url):
        assert monotonic() - since < 60, "the session of a killed client lasts"
    print(f"killed: gone after {monotonic() - since:.1f} s")


async def is_let_in(url: str) -> bool:
    try:
        async with connected(url) as client:
            await client.reset(seed=0)
    except RuntimeError as error:
        if "sessions" not in str(error).lower():
            raise
        return False
    return True


async def main(url: str) -> None:
    await tasks_are_listed(url)
    await equal_requests_give_equal_tasks(url)
    await tools_are_playwrights(url)
    await killed_clients_lose_their_session(url)


asyncio.run(hold(sys.argv[1]) if sys.argv[2:] == ["hold"] else main(sys.argv[1]))
