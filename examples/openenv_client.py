"""Play tasks of an OpenEnv server: pip install 'gristmill[openenv]'.

Start the server:   gristmill serve --openenv --engine dom --token SECRET Shop-AddToCart-v0
Then run this:      python examples/openenv_client.py --token SECRET
"""

import argparse
from collections.abc import Sequence

from openenv.core.env_server.mcp_types import CallToolAction
from openenv.core.mcp_client import MCPToolClient
from shopping_agent import shopping


def play(url: str, token: str, *, split: str, index: int) -> float:
    """Play one task of a split; returns its reward."""
    headers = {"Authorization": f"Bearer {token}"} if token else None
    client = MCPToolClient(base_url=url, headers=headers).sync()
    with client as env:
        begun = env.reset(split=split, index=index)
        print(f"{split} {index}: {begun.observation.goal}")
        agent, text, result = shopping(begun.observation.text), None, begun
        while not result.done:
            name, arguments = agent.send(text)
            print(f"  {name} {arguments}")
            result = env.step(CallToolAction(tool_name=name, arguments=arguments))
            text = result.observation.result["data"]
        print(f"  reward {result.reward:g}")
        return float(result.reward)


def main(arguments: Sequence[str] | None = None) -> None:
    """Play as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--token", default="")
    parser.add_argument("--split", default="train")
    parser.add_argument("--tasks", type=int, default=2, help="number of tasks")
    args = parser.parse_args(arguments)
    rewards = [play(args.url, args.token, split=args.split, index=index) for index in range(args.tasks)]
    print(f"mean reward {sum(rewards) / len(rewards):.2f}")


if __name__ == "__main__":
    main()
