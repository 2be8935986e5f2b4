"""SkyRL's registry makes the environment; an oracle and a model that forgets itself play. Prints JSON."""

import json

import skyrl_gym

from gristmill.adapters.skyrl import NAME, GristmillTextEnv, instructions, register

register()
register()
TASK = {"task": "Shop-AddToCart-v0", "seed": 3}


def play(env, turn_of) -> dict:
    messages, _ = env.init([{"role": "system", "content": instructions()}])
    turns, rewards, is_over = [messages[-1]["content"]], [], False
    while not is_over:
        answer = env.step(turn_of(env))
        turns += [message["content"] for message in answer["observations"]]
        rewards.append(answer["reward"])
        is_over = answer["done"]
    metrics = env.get_metrics()
    env.close()
    return {"turns": turns, "rewards": rewards, "metrics": metrics}


oracle = play(
    skyrl_gym.make(NAME, env_config={"engine": "dom"}, extras=TASK),
    lambda env: f"First I thought <action>back</action>, but: <action>{env.episode.oracle()}</action>",
)
silent = play(skyrl_gym.make(NAME, extras={**TASK, "max_turns": 2}), lambda env: "I would click.")
reader = play(
    skyrl_gym.make(NAME, env_config={"max_chars": 1000}, extras={**TASK, "max_turns": 2}),
    lambda env: "<action>read_part 2</action>",
)
averaged = GristmillTextEnv.aggregate_metrics([oracle["metrics"], silent["metrics"]])
print(json.dumps({"oracle": oracle, "silent": silent, "reader": reader, "averaged": averaged}))
