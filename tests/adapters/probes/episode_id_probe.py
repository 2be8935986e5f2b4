"""Run by `test_openenv_server.py`: a second client asks for the episode id that a first one has."""

import asyncio
import sys

from openenv.core.mcp_client import MCPToolClient


async def main(url: str) -> None:
    async with MCPToolClient(base_url=url) as first, MCPToolClient(base_url=url) as second:
        await first.reset(seed=1, episode_id="a")
        refused = None
        try:
            await second.reset(seed=1, episode_id="a")
        except RuntimeError as error:
            refused = str(error)
        assert refused is not None
        assert "'a' is in use by another client" in refused, refused
        print(f"refused: {refused}")
        await second.reset(seed=1, episode_id="b")


asyncio.run(main(sys.argv[1]))
