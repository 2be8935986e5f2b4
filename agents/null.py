"""The agent that does nothing."""

from gristmill.agents.base import Observation
from gristmill.envs.actions import Done
from gristmill.envs.grammar import write
from gristmill.envs.web import WebEnv


class NullAgent:
    """Says at once that it is done. A task that it solves asks for nothing."""

    name = "null"

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""

    def act(self, observation: Observation) -> str:
        """See `Agent.act`."""
        return write(Done())
