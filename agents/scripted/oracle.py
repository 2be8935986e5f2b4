"""An agent that plays the task family's oracle."""

from gristmill.agents.base import Observation
from gristmill.envs.actions.grammar import write
from gristmill.envs.actions.types import Done
from gristmill.envs.env import WebEnv
from gristmill.errors import Unwinnable


class OracleAgent:
    """Asks the task family for the next correct action. Privileged: the family reads the database."""

    name = "oracle"

    def begin(self, env: WebEnv, seed: int) -> None:
        """See `Agent.begin`."""
        self._env = env

    def act(self, observation: Observation) -> str:
        """See `Agent.act`. Says `done` once the episode can no longer be won."""
        try:
            return self._env.oracle()
        except Unwinnable:
            return write(Done())
