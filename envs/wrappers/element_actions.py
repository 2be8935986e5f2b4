"""`ElementActions`: pages for policies that want numbers in and a number out."""

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

MASKED = "masked"  # no action of the grammar: the environment refuses it


class ElementActions(gym.Wrapper[Features, Any, Any, Any], RecordConstructorArgs):
    """A `WebEnv` whose observations are one vector and whose actions are numbered.

    The observation is a float32 vector of fixed length; `features.Layout` tells what is where. Action
    `element * (1 + max_terms) + way` uses one of the first `max_elements` usable elements in reading
    order: way 0 clicks it (or switches it on or off), way `j` fills it with the j-th term of the goal
    or chooses the j-th best option, see `candidates.ways`. The last three actions scroll down, go back
    and say `done`. `action_masks()` tells which exist on this page, as sb3-contrib's MaskablePPO asks
    for; one that does not is refused as an `error` and costs a step.

    It is meant for tasks whose goal spells out what is to be typed; an `answer` cannot be given.
    `info["action"]` is the line of the grammar that a step performed.

    Args:
        env: an environment that shows `aria`.
        max_elements: how many elements of a page can be used; what comes after them cannot.
        max_terms: how many terms of the goal there are, at most.

    Raises:
        InvalidOptionError: the environment does not show `aria`, or a number is less than 1.
    """

    env: gym.Env[Any, Any]  # whose spaces are not this wrapper's

    def __init__(self, env: gym.Env[Any, Any], *, max_elements: int = 40, max_terms: int = 8) -> None:
        RecordConstructorArgs.__init__(self, max_elements=max_elements, max_terms=max_terms)
        gym.Wrapper.__init__(self, env)
        shown = env.observation_space
        if not isinstance(shown, spaces.Dict) or "aria" not in shown.spaces:
            raise InvalidOptionError("ElementActions needs observation='aria' or 'aria+pixels'.")
        if max_elements < 1 or max_terms < 1:
            raise InvalidOptionError(
                f"max_elements and max_terms are 1 or more, not {max_elements} and {max_terms}."
            )
        self.layout = Layout(max_elements, max_terms)
        self.observation_space = spaces.Box(0.0, 1.0, (self.layout.size,), np.float32)
        self._lasting: list[ActionCandidate | None] = [
            ActionCandidate(do.Scroll("down")),
            ActionCandidate(do.Back()),
            ActionCandidate(do.Done()),
        ]
        self.action_space = spaces.Discrete(max_elements * (1 + max_terms) + len(self._lasting))
        self._choices: list[ActionCandidate | None] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Features, dict[str, Any]]:
        """Reset the environment."""
        seen, info = self.env.reset(seed=seed, options=options)
        return self._observed(seen, info["outline"]), info

    def step(self, action: Any) -> tuple[Features, Any, bool, bool, dict[str, Any]]:
        """Perform the action of this number."""
        way = self._choices[int(action)]
        line = write(way.action) if way else MASKED
        seen, reward, terminated, truncated, info = self.env.step(line)
        return self._observed(seen, info["outline"]), reward, terminated, truncated, {**info, "action": line}

    def action_masks(self) -> NDArray[np.bool_]:
        """For each action whether it exists on the page as it was last seen."""
        return np.array([way is not None for way in self._choices], dtype=np.bool_)

    def _observed(self, seen: dict[str, Any], page: AriaSnapshot) -> Features:
        goal = seen["goal"]
        terms = goal_terms(goal, self.layout.max_terms)
        features = general_features(self.layout, seen, terms)
        choices: list[ActionCandidate | None] = []
        for node in usable(page, self.layout.max_elements):
            found = candidates(node, goal, terms)
            features += element_features(self.layout, node, found, goal)
            choices += [*found, *[None] * (1 + self.layout.max_terms - len(found))]
        missing = self.layout.max_elements * (1 + self.layout.max_terms) - len(choices)
        self._choices = [*choices, *[None] * missing, *self._lasting]
        return np.array(features + [0.0] * (self.layout.size - len(features)), dtype=np.float32)
