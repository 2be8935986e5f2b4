"""Task families as RLlib environments: the extra `gristmill[rllib]`."""

from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from gristmill.envs.wrappers.element_actions import ElementActions
from gristmill.envs.wrappers.features import Features
from gristmill.errors import MissingExtraError
from gristmill.plugins import installed

Masked = dict[str, Any]
OBSERVATIONS, ACTION_MASK = "observations", "action_mask"


class MaskedObservations(gym.Wrapper[Masked, Any, Any, Any], RecordConstructorArgs):
    """`ElementActions` with the mask as part of the observation, where RLlib's modules expect it.

    Observations are `{"observations": float32 vector, "action_mask": 1.0 where an action exists}`;
    `gristmill.agents.policies.rllib_module.MaskedModule` is a policy for them.
    """

    env: gym.Env[Any, Any]  # its observations differ from this wrapper's

    def __init__(self, env: ElementActions) -> None:
        RecordConstructorArgs.__init__(self)
        inner: gym.Env[Any, Any] = env
        gym.Wrapper.__init__(self, inner)
        self._masks = env.action_masks
        numbered = env.action_space
        assert isinstance(numbered, spaces.Discrete)
        mask = spaces.Box(0.0, 1.0, (int(numbered.n),), np.float32)
        self.observation_space = spaces.Dict({OBSERVATIONS: env.observation_space, ACTION_MASK: mask})

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Masked, dict[str, Any]]:
        """Reset the environment."""
        features, info = self.env.reset(seed=seed, options=options)
        return self._with_mask(features), info

    def step(self, action: Any) -> tuple[Masked, Any, bool, bool, dict[str, Any]]:
        """Perform the action with this number."""
        features, reward, terminated, truncated, info = self.env.step(action)
        return self._with_mask(features), reward, terminated, truncated, info

    def _with_mask(self, features: Features) -> Masked:
        return {OBSERVATIONS: features, ACTION_MASK: self._masks().astype(np.float32)}


def make_env(task: str, *, max_elements: int = 40, max_terms: int = 8, **options: Any) -> MaskedObservations:
    """Make an environment of this family for RLlib; `options` are passed to `gymnasium.make`."""
    env = gym.make(task, disable_env_checker=True, **options)
    return MaskedObservations(ElementActions(env, max_elements=max_elements, max_terms=max_terms))


def register() -> None:
    """Register every family's id with RLlib; `env_config` is passed to `make_env`. Idempotent.

    Raises:
        MissingExtraError: RLlib is not installed; the message says how to install it.
    """
    try:
        from ray.tune.registry import register_env
    except ModuleNotFoundError as error:
        raise MissingExtraError("RLlib", "rllib") from error
    for task in installed().families:
        register_env(task, partial(make_from_config, task))


def make_from_config(task: str, config: dict[str, Any]) -> MaskedObservations:
    """Environment creator for RLlib, usable in any process."""
    return make_env(task, **dict(config))
