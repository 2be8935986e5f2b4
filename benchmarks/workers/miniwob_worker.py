"""Measures Farama's MiniWoB++ on one of its own pages. Runs in MiniWoB++'s own virtual environment.

Takes the number of episodes, of two steps each (type a text, press the button), as its argument; prints the
seconds of each reset and step as JSON.
"""

import json
import sys
import time
from typing import Any

import gymnasium as gym
import miniwob
from miniwob.action import ActionTypes

TASK = "miniwob/enter-text-v1"


def main() -> None:
    """Play the episodes and print the timings."""
    gym.register_envs(miniwob)
    env: Any = gym.make(TASK, disable_env_checker=True).unwrapped
    resets: list[float] = []
    steps: list[float] = []
    for episode in range(int(sys.argv[1]) + 1):
        begin = time.perf_counter()
        observation, _ = env.reset(seed=episode)
        resets.append(time.perf_counter() - begin)
        refs = {element["tag"]: element["ref"] for element in observation["dom_elements"]}
        for action in (
            env.create_action(ActionTypes.FOCUS_ELEMENT_AND_TYPE_TEXT, ref=refs["input_text"], text="Ada"),
            env.create_action(ActionTypes.CLICK_ELEMENT, ref=refs["button"]),
        ):
            begin = time.perf_counter()
            env.step(action)
            steps.append(time.perf_counter() - begin)
    env.close()
    sys.stdout.write(
        json.dumps({"resets": resets[1:], "steps": steps[2:]}) + "\n"
    )  # the first episode is a warm-up


if __name__ == "__main__":
    main()
