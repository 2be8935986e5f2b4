"""What an agent is: something that answers observations with actions."""

from collections.abc import Mapping
from typing import Any, Protocol

from gristmill.envs.env import WebEnv

Observation = Mapping[str, Any]


class Agent(Protocol):
    """Plays episodes one after the other, in one environment at a time.

    An agent acts from what it observes. Only a privileged one, such as the oracle, keeps the
    environment that `begin` hands it.
    """

    name: str

    def begin(self, env: WebEnv, seed: int) -> None:
        """Forget the last episode and get ready for the one that was just reset.

        Args:
            env: the environment, for privileged agents alone.
            seed: all that the agent's own randomness may depend on.
        """

    def act(self, observation: Observation) -> str:
        """The next action, as a line of the grammar."""
