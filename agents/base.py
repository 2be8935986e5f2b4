"""The agent protocol: maps observations to actions."""

from collections.abc import Mapping
from typing import Any, Protocol

from gristmill.envs.env import WebEnv

Observation = Mapping[str, Any]


class Agent(Protocol):
    """Plays episodes one at a time, in one environment at a time.

    An agent acts on observations alone. Only privileged agents, such as the oracle, keep the environment
    passed to `begin`.
    """

    name: str

    def begin(self, env: WebEnv, seed: int) -> None:
        """Discard all state of the last episode and prepare for the one that was just reset.

        Args:
            env: the environment; for privileged agents only.
            seed: the only source of the agent's randomness.
        """

    def act(self, observation: Observation) -> str:
        """Return the next action in the action grammar, see `envs.actions.grammar`."""
