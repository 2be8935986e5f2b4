"""An agent that plays a page policy."""

from numpy.random import Generator, default_rng

from gristmill.agents.base import Observation
from gristmill.agents.policies import MAX_REPEATS
from gristmill.agents.policies.choices import action_of
from gristmill.agents.policies.distribution import decide
from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.policies.tried import TriedChoices
from gristmill.envs.env import WebEnv


class PolicyAgent:
    """Plays a policy, whose weights agents may share. It keeps actions and notes of the episode.

    Args:
        greedy: take the likeliest token and words, apart from what `max_repeats` rules out; else draw
            them, by the episode's seed.
        max_repeats: how often a greedy policy makes one choice on equal pages of an episode.
    """

    name = "policy"

    def __init__(self, policy: PagePolicy, *, greedy: bool = True, max_repeats: int = MAX_REPEATS) -> None:
        self._policy, self._greedy, self._max_repeats = policy, greedy, max_repeats
        self._fresh = Memory(max_words=policy.config.note_words)

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""
        self._memory = self._fresh
        self._last: tuple[Observation, str] | None = None
        self._tried = TriedChoices(self._max_repeats) if self._greedy else None
        self._rng: Generator | None = None if self._greedy else default_rng([seed, 0x9A6E])

    def act(self, observation: Observation) -> str:
        """See `Agent.act`; about 5 ms."""
        if self._last is not None:
            self._memory = self._memory.after(*self._last, observation)
        features = features_of(observation, self._memory)
        excluded = {0: self._tried.exhausted(features)} if self._tried else None
        choice = decide(self._policy, [features], [self._rng], excluded)[0].choice
        if self._tried:
            self._tried.add(features, choice)
        action = action_of(features, choice)
        self._last = (observation, action)
        return action
