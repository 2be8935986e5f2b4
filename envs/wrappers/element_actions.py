"""`ElementActions`: fixed-size observations and discrete actions for small policies."""

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from gristmill.apps.kit.aria import AriaSnapshot
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import write
from gristmill.envs.wrappers.candidates import ActionCandidate, candidates, goal_terms, usable
from gristmill.envs.wrappers.features import Features, Layout, element_features, general_features
from gristmill.errors import InvalidOptionError

MASKED = "masked"  # not in the grammar, so the environment rejects it


class ElementActions(gym.Wrapper[Features, Any, Any, Any], RecordConstructorArgs):
    """A `WebEnv` with vector observations and numbered actions.

    The observation is a float32 vector of fixed length, described by `features.Layout`. Action
    `element * (1 + max_terms) + way` applies to one of the first `max_elements` usable elements in reading
    order: way 0 clicks it (or toggles it), way `j` fills it with the j-th term of the goal or chooses the
    j-th best option, see `candidates.candidates`. The last three actions scroll down, go back and say
    `done`. `action_masks()` marks the actions that exist on the page, in the form that sb3-contrib's
    MaskablePPO expects; any other is reported as an `error` and costs a step.

    Suited for tasks whose goal contains every text to be typed; `answer` is not available.
    `info["action"]` is the performed action in the grammar.

    Args:
        env: an environment whose observations include `aria`.
        max_elements: number of addressable elements per page; later ones cannot be used.
        max_terms: maximum number of terms taken from the goal.

    Raises:
        InvalidOptionError: observations lack `aria`, or a number is less than 1.
    """

    env: gym.Env[Any, Any]  # its spaces differ from this wrapper's

    def __init__(self, env: gym.Env[Any, Any], *, max_elements: int = 40, max_terms: int = 8) -> None:
        RecordConstructorArgs.__init__(self, max_elements=max_elements, max_terms=max_terms)
        gym.Wrapper.__init__(self, env)
        space = env.observation_space
        if not isinstance(space, spaces.Dict) or "aria" not in space.spaces:
            raise InvalidOptionError("ElementActions needs observation='aria' or 'aria+pixels'.")
        if max_elements < 1 or max_terms < 1:
            raise InvalidOptionError(
                f"max_elements and max_terms must be at least 1, not {max_elements} and {max_terms}."
            )
        self.layout = Layout(max_elements, max_terms)
        self.observation_space = spaces.Box(0.0, 1.0, (self.layout.size,), np.float32)
        self._page_actions: list[ActionCandidate | None] = [
            ActionCandidate(do.Scroll("down")),
            ActionCandidate(do.Back()),
            ActionCandidate(do.Done()),
        ]
        self.action_space = spaces.Discrete(max_elements * (1 + max_terms) + len(self._page_actions))
        self._choices: list[ActionCandidate | None] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Features, dict[str, Any]]:
        """Reset the environment."""
        observation, info = self.env.reset(seed=seed, options=options)
        return self._featurize(observation, info["outline"]), info

    def step(self, action: Any) -> tuple[Features, Any, bool, bool, dict[str, Any]]:
        """Perform the action with this number."""
        way = self._choices[int(action)]
        line = write(way.action) if way else MASKED
        observation, reward, terminated, truncated, info = self.env.step(line)
        return (
            self._featurize(observation, info["outline"]),
            reward,
            terminated,
            truncated,
            {**info, "action": line},
        )

    def action_masks(self) -> NDArray[np.bool_]:
        """Whether each action exists on the page of the last observation."""
        return np.array([way is not None for way in self._choices], dtype=np.bool_)

    def _featurize(self, observation: dict[str, Any], page: AriaSnapshot) -> Features:
        goal = observation["goal"]
        terms = goal_terms(goal, self.layout.max_terms)
        features = general_features(self.layout, observation, terms)
        choices: list[ActionCandidate | None] = []
        for node in usable(page, self.layout.max_elements):
            found = candidates(node, goal, terms)
            features += element_features(self.layout, node, found, goal)
            choices += [*found, *[None] * (1 + self.layout.max_terms - len(found))]
        missing = self.layout.max_elements * (1 + self.layout.max_terms) - len(choices)
        self._choices = [*choices, *[None] * missing, *self._page_actions]
        return np.array(features + [0.0] * (self.layout.size - len(features)), dtype=np.float32)
