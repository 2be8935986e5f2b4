"""Play a task of an MCP server as an agent would: pip install 'gristmill[mcp]'.

Over stdin and stdout this starts the server itself:
    python examples/mcp_client.py
Over HTTP it is started first:
    gristmill serve --mcp --http 8000 --engine dom --token SECRET Shop-AddToCart-v0
    python examples/mcp_client.py --url http://127.0.0.1:8000/mcp --token SECRET
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from shopping_agent import shopping

TASK = "Shop-AddToCart-v0"


@asynccontextmanager
async def connected(url: str | None, token: str) -> AsyncIterator[Client]:
    """A client of the server at an address, or of one that is started for it."""
    if url is None:
        command = ["-m", "gristmill", "serve", "--mcp", "--engine", "dom", TASK]
        async with Client(
            stdio_client(StdioServerParameters(command=sys.executable, args=command))
        ) as client:
            yield client
        return
    headers = {"Authorization": f"Bearer {token}"} if token else None
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        yield client


async def play(client: Client, seed: int) -> float:
    """Play the task of a seed; returns its reward."""
    tools = await client.list_tools()
    print(f"tools: {', '.join(tool.name for tool in tools.tools)}")
    result = await client.call_tool("start_episode", {"task": TASK, "seed": seed})
    text = result.content[0].text
    print(text.split("### Page")[0].strip())
    agent, sent = shopping(text), None
    while not (result.structured_content or {}).get("done"):
        name, arguments = agent.send(sent)
        print(f"  {name} {arguments}")
        result = await client.call_tool(name, arguments)
        sent = result.content[0].text
    print(f"  reward {result.structured_content['reward']:g}")
    return float(result.structured_content["reward"])


async def run(url: str | None, token: str, seeds: int) -> None:
    """Play as many tasks as asked for, one after another."""
    async with connected(url, token) as client:
        rewards = [await play(client, seed) for seed in range(seeds)]
    print(f"mean reward {sum(rewards) / len(rewards):.2f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Play as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", help="of the server; without one it is started")
    parser.add_argument("--token", default="")
    parser.add_argument("--tasks", type=int, default=2, help="number of tasks")
    args = parser.parse_args(arguments)
    asyncio.run(run(args.url, args.token, args.tasks))


if __name__ == "__main__":
    main()
