"""An agent that plays a page policy."""

from numpy.random import Generator, default_rng

from gristmill.agents.base import Observation
from gristmill.agents.policies.choices import action_of
from gristmill.agents.policies.distribution import decide
from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.network import PagePolicy
from gristmill.envs.env import WebEnv


class PolicyAgent:
    """Plays a policy, whose weights agents may share. It keeps actions and notes of the episode.

    Args:
        greedy: take the likeliest token and words; else draw them, by the episode's seed.
    """

    name = "policy"

    def __init__(self, policy: PagePolicy, *, greedy: bool = True) -> None:
        self._policy, self._greedy = policy, greedy
        self._fresh = Memory(max_words=policy.config.note_words)

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""
        self._memory = self._fresh
        self._last: tuple[Observation, str] | None = None
        self._rng: Generator | None = None if self._greedy else default_rng([seed, 0x9A6E])

    def act(self, observation: Observation) -> str:
        """See `Agent.act`; about 5 ms."""
        if self._last is not None:
            self._memory = self._memory.after(*self._last, observation)
        features = features_of(observation, self._memory)
        action = action_of(features, decide(self._policy, [features], [self._rng])[0].choice)
        self._last = (observation, action)
        return action
