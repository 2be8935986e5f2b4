"""TorchRL checks and steps the example's environment; prints what was chosen as JSON."""

import json
import runpy
import sys

from torchrl.envs.utils import check_env_specs

from gristmill.envs.wrappers.element_actions import ElementActions

chosen, perform = [], ElementActions.step


def noted_step(self, action):
    answer = perform(self, action)
    chosen.append(answer[4]["action"])
    return answer


ElementActions.step = noted_step
example = runpy.run_path(sys.argv[1])
env = example["new_env"]("Shop-AddToCart-v0")
check_env_specs(env)
env.close()
chosen.clear()
batches = example["main"](["--frames", "100"])
shape = list(batches[0]["observations"].shape)
print(json.dumps({"chosen": chosen, "steps": sum(batch.numel() for batch in batches), "shape": shape}))
