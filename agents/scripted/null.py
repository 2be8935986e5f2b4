"""A baseline agent that does nothing."""

from gristmill.agents.base import Observation
from gristmill.envs.actions.grammar import write
from gristmill.envs.actions.types import Done
from gristmill.envs.env import WebEnv


class NullAgent:
    """Says `done` immediately. A task that it solves is broken: its goal holds at the start."""

    name = "null"

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""

    def act(self, observation: Observation) -> str:
        """See `Agent.act`."""
        return write(Done())
