"""Write rows for SkyRL and play the first one with the oracle: pip install 'gristmill[skyrl]'.

SkyRL trains on the file that this writes when its entry point calls `gristmill.adapters.skyrl.register()`
first. Run it as: python examples/skyrl_rows.py --rows 64 --output rows.jsonl
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import skyrl_gym

from gristmill.adapters.skyrl import NAME, instructions, register


def row(task: str, seed: int) -> dict[str, Any]:
    """A row of SkyRL's data set."""
    prompt = [{"role": "system", "content": instructions()}]
    return {"prompt": prompt, "env_class": NAME, "task": task, "seed": seed}


def play_oracle(first: dict[str, Any]) -> float:
    """Play the episode of a row as SkyRL's generator does, with the oracle as model; returns its reward."""
    env = skyrl_gym.make(NAME, env_config={"engine": "dom"}, extras=first)
    env.init(first["prompt"])
    reward, is_over = 0.0, False
    while not is_over:
        action = env.episode.oracle()
        answer = env.step(f"That is next. <action>{action}</action>")
        print(action, "->", answer["observations"][0]["content"][:60] if answer["observations"] else "over")
        reward, is_over = reward + answer["reward"], answer["done"]
    env.close()
    return reward


def main(arguments: Sequence[str] | None = None) -> float:
    """Write the rows; returns the oracle's reward in the first one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--output", type=Path, default=Path("rows.jsonl"))
    args = parser.parse_args(arguments)
    register()
    rows = [row(args.task, seed) for seed in range(args.rows)]
    args.output.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return play_oracle(rows[0])


if __name__ == "__main__":
    print("reward", main())
