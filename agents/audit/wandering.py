"""Random actions on a stage, for trials that leave the oracle's path."""

from numpy.random import Generator

from gristmill.agents.audit.stage import Stage
from gristmill.agents.scripted.random_policy import random_use
from gristmill.apps.kit.sampling import Sampler
from gristmill.envs.actions.grammar import write
from gristmill.envs.wrappers.candidates import is_usable

BACK_PERCENT = 5
EAGER = frozenset({"button", "checkbox", "switch"})


def wander(stage: Stage, rng: Generator, *, eager_percent: int = 0) -> str:
    """Take one random action that does not end the episode; returns it.

    Args:
        stage: where.
        rng: the only source of chance.
        eager_percent: how often a button or checkbox is preferred to a link, if the page has one.
    """
    sampler = Sampler(rng)
    action = "back" if sampler.chance(BACK_PERCENT) else chosen(stage, sampler, eager_percent)
    stage.act(action)
    return action


def chosen(stage: Stage, sampler: Sampler, eager_percent: int) -> str:
    """A random action on a random element."""
    nodes = [node for node in stage.page.walk() if is_usable(node)]
    eager = [node for node in nodes if node.role in EAGER] if sampler.chance(eager_percent) else []
    if not nodes:
        return "back"
    return write(random_use(sampler, sampler.pick(eager or nodes), stage.task.goal))
