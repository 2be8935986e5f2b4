"""Resettable web app clones as Gymnasium environments, scored by programs.

Importing this package registers every installed app clone's task families with Gymnasium. The public names
for users and authors of app clones are imported on first access.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from gristmill._clone import require_symlinks

require_symlinks()

from gristmill.registration import register_all  # noqa: E402 - needs the symlinks checked above

if TYPE_CHECKING:
    from gristmill.agents.base import Agent as Agent
    from gristmill.apps.base import AppSpec as AppSpec
    from gristmill.apps.base import EndsWith as EndsWith
    from gristmill.apps.base import Level as Level
    from gristmill.apps.base import NoteCarrier as NoteCarrier
    from gristmill.apps.base import Task as Task
    from gristmill.apps.base import TaskFamily as TaskFamily
    from gristmill.apps.base import TaskKind as TaskKind
    from gristmill.apps.base import TaskRegistry as TaskRegistry
    from gristmill.apps.base import View as View
    from gristmill.apps.world.models import Model as Model
    from gristmill.apps.world.models import Person as Person
    from gristmill.apps.world.world import World as World
    from gristmill.envs.actions.grammar import tool_schemas as tool_schemas
    from gristmill.envs.checkpoints.checkpoint import Checkpoint as Checkpoint
    from gristmill.envs.env import WebEnv as WebEnv
    from gristmill.envs.vector.local import WebVectorEnv as WebVectorEnv
    from gristmill.envs.vector.ray.vector import RayVectorEnv as RayVectorEnv
    from gristmill.envs.wrappers.element_actions import ElementActions as ElementActions
    from gristmill.errors import EngineFault as EngineFault
    from gristmill.errors import GristmillError as GristmillError
    from gristmill.errors import PluginError as PluginError
    from gristmill.verifiers.base import Check as Check
    from gristmill.verifiers.base import Evidence as Evidence
    from gristmill.verifiers.base import Verdict as Verdict
    from gristmill.verifiers.base import verdict as verdict

FACADE = {
    "Agent": "agents.base",
    "AppSpec": "apps.base",
    "Check": "verifiers.base",
    "Checkpoint": "envs.checkpoints.checkpoint",
    "ElementActions": "envs.wrappers.element_actions",
    "EndsWith": "apps.base",
    "EngineFault": "errors",
    "Evidence": "verifiers.base",
    "GristmillError": "errors",
    "Level": "apps.base",
    "Model": "apps.world.models",
    "NoteCarrier": "apps.base",
    "Person": "apps.world.models",
    "PluginError": "errors",
    "RayVectorEnv": "envs.vector.ray.vector",
    "Task": "apps.base",
    "TaskFamily": "apps.base",
    "TaskKind": "apps.base",
    "TaskRegistry": "apps.base",
    "Verdict": "verifiers.base",
    "View": "apps.base",
    "WebEnv": "envs.env",
    "WebVectorEnv": "envs.vector.local",
    "World": "apps.world.world",
    "tool_schemas": "envs.actions.grammar",
    "verdict": "verifiers.base",
}
"""Public names, and the module that defines each."""

__all__ = [*FACADE, "register_all"]

__version__ = version("gristmill")


def __getattr__(name: str) -> Any:
    if name not in FACADE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{FACADE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *FACADE})


register_all()
