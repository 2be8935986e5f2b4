"""The agent that presses whatever it sees."""

from collections.abc import Sequence
from typing import TypeVar

from numpy.random import Generator, default_rng

from gristmill.agents.base import Observation
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import write
from gristmill.envs.env import WebEnv
from gristmill.envs.wrappers.candidates import TYPED, is_usable

QUIT, WANDER = 0.002, 0.08  # the chance to stop, and to scroll or go back
T = TypeVar("T")


class RandomAgent:
    """Does random things that the page offers: clicks links and buttons, fills and chooses.

    What it types are words of its goal and small numbers. Equal seeds and observations give equal
    actions. Without an outline to read it clicks random points of the screenshot.
    """

    name = "random"

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""
        self._rng = default_rng([seed, 0x7A2D])  # a stream of its own, unlike the task's

    def act(self, observation: Observation) -> str:
        """See `Agent.act`."""
        return write(self._choose(observation))

    def _choose(self, observation: Observation) -> do.Action:
        chance = self._rng.random()
        if chance < QUIT:
            return do.Done()
        if chance < QUIT + WANDER:
            wandering = [do.Scroll("down"), do.Scroll("up"), do.Back()]
            return pick(self._rng, wandering)
        if "aria" not in observation:
            height, width, _ = observation["pixels"].shape
            return do.MouseClick(int(self._rng.integers(width)), int(self._rng.integers(height)))
        usable = [node for node in parse_aria_snapshot(observation["aria"]).walk() if is_usable(node)]
        if not usable:
            return do.Scroll("down")
        return self._use(pick(self._rng, usable), observation["goal"])

    def _use(self, node: AriaNode, goal: str) -> do.Action:
        if node.role == "checkbox":
            return do.Uncheck(node.ref) if "checked" in node else do.Check(node.ref)
        options = [option.name for option in node.all("option")]
        if node.role == "combobox" and options:
            return do.Select(node.ref, pick(self._rng, options))
        if node.role == "spinbutton":
            return do.Fill(node.ref, str(self._rng.integers(1, 10)))
        if node.role in TYPED | {"combobox"}:
            return do.Fill(node.ref, self._phrase(goal))
        return do.Click(node.ref)

    def _phrase(self, goal: str) -> str:
        """One to three words that follow each other in the goal."""
        words = goal.split() or ["hello"]
        start = int(self._rng.integers(len(words)))
        return " ".join(words[start : start + int(self._rng.integers(1, 4))])


def pick(rng: Generator, choices: Sequence[T]) -> T:
    """One of these, each as likely."""
    return choices[int(rng.integers(len(choices)))]
