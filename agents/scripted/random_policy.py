"""A baseline agent that takes random actions on visible elements."""

from numpy.random import default_rng

from gristmill.agents.base import Observation
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.apps.kit.sampling import Sampler
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import write
from gristmill.envs.env import WebEnv
from gristmill.envs.wrappers.candidates import TYPED, is_usable

QUIT, WANDER = 0.002, 0.08  # probabilities of `done`, and of scrolling or going back


class RandomAgent:
    """Picks a random usable element and clicks it, fills it or chooses an option.

    Typed text is drawn from the words of the goal and small numbers. Deterministic for equal seeds and
    observations. Without an accessibility tree in the observation it clicks random points.
    """

    name = "random"

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""
        self._rng = default_rng([seed, 0x7A2D])  # independent of the task's stream for the same seed
        self._sampler = Sampler(self._rng)

    def act(self, observation: Observation) -> str:
        """See `Agent.act`."""
        return write(self._choose(observation))

    def _choose(self, observation: Observation) -> do.Action:
        chance = self._rng.random()
        if chance < QUIT:
            return do.Done()
        if chance < QUIT + WANDER:
            wandering = [do.Scroll("down"), do.Scroll("up"), do.Back()]
            return self._sampler.pick(wandering)
        if "aria" not in observation:
            height, width, _ = observation["pixels"].shape
            return do.MouseClick(self._sampler.between(0, width - 1), self._sampler.between(0, height - 1))
        usable = [node for node in parse_aria_snapshot(observation["aria"]).walk() if is_usable(node)]
        if not usable:
            return do.Scroll("down")
        return random_use(self._sampler, self._sampler.pick(usable), observation["goal"])


def random_use(sampler: Sampler, node: AriaNode, goal: str) -> do.Action:
    """An action on an element, with a random option, number, or words of the goal."""
    if node.role == "checkbox":
        return do.Uncheck(node.ref) if "checked" in node else do.Check(node.ref)
    options = [option.name for option in node.all("option")]
    if node.role == "combobox" and options:
        return do.Select(node.ref, sampler.pick(options))
    if node.role == "spinbutton":
        return do.Fill(node.ref, str(sampler.between(1, 9)))
    if node.role in TYPED | {"combobox"}:
        return do.Fill(node.ref, phrase_of(sampler, goal))
    return do.Click(node.ref)


def phrase_of(sampler: Sampler, goal: str) -> str:
    """One to three consecutive words of the goal."""
    words = goal.split() or ["hello"]
    start = sampler.between(0, len(words) - 1)
    return " ".join(words[start : start + sampler.between(1, 3)])
