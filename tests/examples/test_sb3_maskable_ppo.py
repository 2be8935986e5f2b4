"""The example trains for a few steps: it chooses what exists, and learns."""

import runpy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import gristmill  # noqa: F401 - registers the ids
from gristmill.envs.wrappers.element_actions import MASKED, ElementActions

pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(find_spec("sb3_contrib") is None, reason="Stable-Baselines3 is not installed"),
]

EXAMPLE = Path(__file__).parents[2] / "examples" / "sb3_maskable_ppo.py"
TASK = "Shop-AddToCart-v0"


def test_stable_baselines_checks_the_environment() -> None:
    from stable_baselines3.common.env_checker import check_env

    env = ElementActions(gym.make(TASK, engine="dom"))
    check_env(env)
    env.close()


def test_a_few_steps_move_the_policy_and_no_masked_action_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    from sb3_contrib import MaskablePPO

    chosen: list[str] = []
    perform = ElementActions.step
    begun: list[Any] = []
    learn = MaskablePPO.learn

    def noted_step(self: ElementActions, action: Any) -> Any:
        answer = perform(self, action)
        chosen.append(answer[4]["action"])
        return answer

    def noted_learn(self: MaskablePPO, *arguments: Any, **options: Any) -> Any:
        begun.extend(parameter.detach().clone() for parameter in self.policy.parameters())
        return learn(self, *arguments, **options)

    monkeypatch.setattr(ElementActions, "step", noted_step)
    monkeypatch.setattr(MaskablePPO, "learn", noted_learn)
    model = runpy.run_path(str(EXAMPLE))["main"](["--steps", "96", "--envs", "2", "--rollout", "48"])
    assert model.num_timesteps == len(chosen) == 96
    assert MASKED not in chosen
    assert len(set(chosen)) > 20
    moved = [
        not np.array_equal(before, after.detach())
        for before, after in zip(begun, model.policy.parameters(), strict=True)
    ]
    assert all(moved)
