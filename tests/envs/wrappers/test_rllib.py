import sys

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import gristmill  # noqa: F401 - registers the ids
from gristmill.envs.wrappers.element_actions import MASKED
from gristmill.envs.wrappers.rllib import ACTION_MASK, OBSERVATIONS, make_env, register
from gristmill.errors import MissingExtraError

TASK = "Shop-AddToCart-v0"


@pytest.mark.filterwarnings("ignore:.*The environment .* is different from the unwrapped version:UserWarning")
def test_the_environment_passes_gymnasiums_checks_and_shows_its_mask() -> None:
    env = make_env(TASK, engine="dom", max_elements=20)
    check_env(env, skip_render_check=True)
    seen, _ = env.reset(seed=1)
    assert isinstance(env.action_space, gym.spaces.Discrete)
    assert seen[ACTION_MASK].shape == (env.action_space.n,)
    for action in (int(np.argmin(seen[ACTION_MASK])), int(np.argmax(seen[ACTION_MASK]))):
        seen, _, _, _, info = env.step(action)
        assert (info["action"] == MASKED) == (action > 0)
        assert seen[OBSERVATIONS] in env.observation_space[OBSERVATIONS]  # type: ignore[index]
    env.close()


def test_without_rllib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray.tune.registry", None)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"needs RLlib.*'gristmill\[rllib\]'"):
        register()
