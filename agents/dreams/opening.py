"""Dreams by what a user calls them beside task families: `dream:FILE`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.envs.env import WebEnv
from gristmill.errors import InvalidOptionError

if TYPE_CHECKING:
    from gristmill.agents.dreams.environment import DreamEnv

PREFIX = "dream:"


def is_dream(task_id: str) -> bool:
    """Whether an id names a dream."""
    return task_id.startswith(PREFIX)


def path_of(task_id: str) -> Path:
    """The file of a dream."""
    return Path(task_id.removeprefix(PREFIX))


def open_env(task_id: str, **options: Any) -> "WebEnv | DreamEnv":
    """An environment of a family, or of a dream, which has no options but `step_cost`.

    Raises:
        LearningFileError: the dream's file is missing, damaged, or of another version.
    """
    if not is_dream(task_id):
        return WebEnv(task_id, **options)
    from gristmill.agents.dreams.environment import DreamEnv

    return DreamEnv(path_of(task_id), step_cost=options.get("step_cost", 0.0))


def checked_dream(task_id: str) -> str:
    """The id of a dream by its absolute path, once its file could be read.

    Raises:
        LearningFileError: it is missing, damaged, or of another version.
    """
    from gristmill.agents.dreams.files import load_dream

    load_dream(path_of(task_id))
    return f"{PREFIX}{path_of(task_id).absolute()}"


def measured_on(task_ids: Sequence[str]) -> tuple[str, ...]:
    """The families to measure on: those themselves, and in place of a dream those that it was made of."""
    from gristmill.agents.dreams.files import load_dream

    found: list[str] = []
    for task_id in task_ids:
        found += load_dream(path_of(task_id)).tasks if is_dream(task_id) else [task_id]
    return tuple(dict.fromkeys(found))


def require_real(task_ids: Sequence[str]) -> None:
    """Check that there is no dream among the ids.

    Raises:
        InvalidOptionError: there is one, which has no oracle.
    """
    if dreams := [task_id for task_id in task_ids if is_dream(task_id)]:
        raise InvalidOptionError(
            f"{dreams[0]} has no oracle to learn from: practise in it with expert, grpo or ppo."
        )
