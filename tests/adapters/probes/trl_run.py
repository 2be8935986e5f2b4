"""Two steps of the TRL example with its tiny model; prints what was called and what came of it as JSON."""

import json
import runpy
import sys

from gristmill.adapters.trl import ToolEnv

calls, rewards = [], []
perform, get_reward = ToolEnv._perform, ToolEnv.get_reward


def noted_perform(self, call):
    text = perform(self, call)
    calls.append([call["name"], text[:40]])
    return text


def noted_reward(self):
    rewards.append([get_reward(self), self.episode.goal])
    return rewards[-1][0]


ToolEnv._perform, ToolEnv.get_reward = noted_perform, noted_reward
example = runpy.run_path(sys.argv[1])
trainer = example["new_trainer"](model=None, steps=2, group=2, tokens=1500, seeds=4, output=sys.argv[2])
before = [parameter.detach().clone() for parameter in trainer.model.parameters()]
trainer.train()
after = list(trainer.model.parameters())
moved = sum(not bool((old == new).all()) for old, new in zip(before, after, strict=True))
tools = sorted(tool.__name__ for tool in trainer.tools)
print(json.dumps({"calls": calls, "rewards": rewards, "moved": moved, "tools": tools}))
