"""Agents by what a user calls them: a built-in name, an own class, a model, a trained policy, a person."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from gristmill.agents.base import Agent, AnyAgent
from gristmill.agents.scripted.null import NullAgent
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.errors import GristmillError, InvalidOptionError, UnknownNameError

AGENTS: Mapping[str, Callable[[], Agent]] = {
    agent.name: agent for agent in (OracleAgent, RandomAgent, NullAgent)
}
HUMAN = "human"
MODULES = {"llm": "gristmill.agents.llm", "policy": "gristmill.agents.policies.stored"}
"""Modules by prefix; `factory(spec, options)` of each makes the factory of an agent."""
FORMS = (*AGENTS, HUMAN, "module:Class", "llm:VENDOR/MODEL", "policy:DIR")


def new_agent(name: str) -> Agent:
    """Make a built-in agent by name.

    Raises:
        UnknownNameError: no agent has this name; the message lists the valid ones.
    """
    if name not in AGENTS:
        raise UnknownNameError("agent", name, AGENTS)
    return AGENTS[name]()


def agent_factory(spec: str, **options: Any) -> Callable[[], AnyAgent]:
    """What makes the agents of a spec. Picklable, so that worker processes can make their own.

    Args:
        spec: a built-in name; `module:Class` (or any callable without required arguments that returns an
            agent; modules of the working directory are found too); `llm:VENDOR/MODEL`; `policy:DIR`.
        options: of the agent; arguments of an own class.

    Raises:
        UnknownNameError: there is no such agent; the message lists the forms.
        InvalidOptionError: the class cannot be imported. Whether it makes an agent, `tried` says.
        MissingExtraError: a library that the agent needs is not installed.
    """
    prefix, colon, rest = spec.partition(":")
    if not colon and spec in AGENTS:
        return _without_options(spec, options)
    if spec == HUMAN:
        raise InvalidOptionError("A person plays with `gristmill bench --agent human`, in the browser.")
    if not colon or not prefix or not rest:
        raise UnknownNameError("agent", spec, FORMS)
    if prefix in MODULES:
        return _by_module(prefix, spec, options)
    maker_of(spec)
    return partial(own_agent, spec, **options)


def _without_options(spec: str, options: Mapping[str, Any]) -> Callable[[], AnyAgent]:
    if options:
        raise InvalidOptionError(f"The agent {spec} has no options; leave out {', '.join(sorted(options))}.")
    return AGENTS[spec]


def _by_module(prefix: str, spec: str, options: Mapping[str, Any]) -> Callable[[], AnyAgent]:
    factory: Callable[[], AnyAgent] = import_module(MODULES[prefix]).factory(spec, dict(options))
    return factory


def own_agent(spec: str, **options: Any) -> AnyAgent:
    """Make an agent of a class, or by a function, that is named as `module:Class`.

    Raises:
        InvalidOptionError: there is none of this name.
    """
    agent: AnyAgent = maker_of(spec)(**options)
    return agent


def maker_of(spec: str) -> Callable[..., Any]:
    """The class or function that is named as `module:Class`.

    Raises:
        InvalidOptionError: there is none of this name.
    """
    module_name, _, attribute = spec.partition(":")
    try:
        module = import_with_cwd(module_name)
    except Exception as error:
        raise InvalidOptionError(f"The agent {spec!r}: {import_problem(module_name, error)}") from error
    made: Any = module
    for part in attribute.split("."):
        made = getattr(made, part, None)
    if not callable(made):
        raise InvalidOptionError(f"The agent {spec!r}: {module_name} has no class {attribute!r}.")
    return made


def import_problem(module_name: str, error: Exception) -> str:
    """Why a module cannot be imported, and what to do about it."""
    if module_name.endswith(".py"):
        return f"name the module without its ending: {module_name.removesuffix('.py')}."
    if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{error.name}."):
        return (
            f"there is no module {module_name} in {Path.cwd()} or among the installed ones. Run from the "
            "folder that it lies in, or install it."
        )
    return f"importing {module_name} failed: {type(error).__name__}: {error}"


def tried(spec: str, factory: Callable[[], AnyAgent]) -> AnyAgent:
    """Make an agent to see whether it is one; may load a model, so drop it before others are made.

    Raises:
        GristmillError: it cannot be made, or lacks what an agent has; the message says why.
    """
    try:
        agent = factory()
    except GristmillError:
        raise
    except Exception as error:
        raise InvalidOptionError(
            f"The agent {spec!r} cannot be made: {type(error).__name__}: {error}. Arguments of an own class "
            "are given by --agent-option NAME=VALUE."
        ) from error
    require_agent(spec, agent)
    return agent


def import_with_cwd(name: str) -> Any:
    """Import a module, which may lie in the working directory."""
    here = str(Path.cwd())
    if here in sys.path or "" in sys.path:
        return import_module(name)
    sys.path.insert(0, here)
    try:
        return import_module(name)
    finally:
        sys.path.remove(here)


def require_agent(spec: str, agent: Any) -> None:
    """Check that an object has what an agent has.

    Raises:
        InvalidOptionError: it has not; the message names what is missing.
    """
    missing = [name for name in ("name", "begin") if not hasattr(agent, name)]
    if not hasattr(agent, "act") and not hasattr(agent, "act_batch"):
        missing.append("act")
    if missing:
        raise InvalidOptionError(
            f"The agent {spec!r} makes a {type(agent).__name__}, which lacks {', '.join(missing)}. An agent "
            "has `name`, `begin(env, seed)` and `act(observation)`; see gristmill.Agent."
        )
