"""Built-in agents by name."""

from collections.abc import Callable, Mapping

from gristmill.agents.base import Agent
from gristmill.agents.scripted.null import NullAgent
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.errors import UnknownNameError

AGENTS: Mapping[str, Callable[[], Agent]] = {
    agent.name: agent for agent in (OracleAgent, RandomAgent, NullAgent)
}


def new_agent(name: str) -> Agent:
    """Make an agent by name.

    Raises:
        UnknownNameError: no agent has this name; the message lists the valid ones.
    """
    if name not in AGENTS:
        raise UnknownNameError("agent", name, AGENTS)
    return AGENTS[name]()
