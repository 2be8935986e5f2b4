"""Checks whether an environment can resume a checkpoint."""

from collections.abc import Mapping
from typing import Any

from gristmill.apps.task_family import TaskFamily
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.engines.base import Viewport
from gristmill.envs.episode.worlds import WorldOptions, worlds_needed
from gristmill.errors import CheckpointError, InvalidOptionError

TAKE_ANOTHER = "Take another checkpoint with the versions that are installed."


def checkpoint_option(options: Mapping[str, Any]) -> Checkpoint | None:
    """Return the checkpoint in the options of a reset, or None.

    Raises:
        InvalidOptionError: it is not a checkpoint, or there are other options.
    """
    others = [name for name in options if name != "checkpoint"]
    if others:
        raise InvalidOptionError(
            f"reset accepts no other option than checkpoint, but got: {', '.join(others)}."
        )
    checkpoint = options.get("checkpoint")
    if checkpoint is not None and not isinstance(checkpoint, Checkpoint):
        raise InvalidOptionError(
            f"The option checkpoint must be a Checkpoint, not {type(checkpoint).__name__}. "
            "If it is one as bytes, read it with Checkpoint.from_bytes."
        )
    return checkpoint


def require_compatible(
    checkpoint: Checkpoint,
    *,
    family: TaskFamily,
    split: str,
    wordings: str,
    viewport: Viewport,
    worlds: WorldOptions,
    versions: Mapping[str, str],
) -> None:
    """Check that an environment with these options can resume a checkpoint exactly.

    Raises:
        CheckpointError: something differs; the message says what, and what to do.
    """
    theirs = checkpoint.task
    if theirs.family != family.id:
        raise CheckpointError(
            f"The checkpoint is of {theirs.family}, this environment of {family.id}. "
            f"Make one with gym.make({theirs.family!r})."
        )
    for axis, there, here in (("brief", theirs.brief, family.brief), ("news", theirs.news, family.news)):
        if there != here:
            raise CheckpointError(
                f"The checkpoint's task has {axis}={str(there)!r}, this environment's {str(here)!r}. "
                f"Make one with {axis}={str(there)!r}."
            )
    if theirs.split != split:
        raise CheckpointError(
            f"The checkpoint is of the split {theirs.split!r}, this environment of {split!r}. "
            f"Make one with split={theirs.split!r}."
        )
    if theirs.wordings != wordings:
        raise CheckpointError(
            f"The checkpoint's goal is in the {theirs.wordings!r} wordings, this environment's in "
            f"{wordings!r}. Make one with wordings={theirs.wordings!r}."
        )
    require_world(checkpoint, worlds)
    if checkpoint.viewport != viewport:
        size = checkpoint.viewport.width, checkpoint.viewport.height
        raise CheckpointError(
            f"The checkpoint's viewport is {size[0]}x{size[1]}, this environment's "
            f"{viewport.width}x{viewport.height}. Make one with viewport={size}."
        )
    if dict(checkpoint.versions) != dict(versions):
        names = sorted(set(checkpoint.versions) | set(versions))
        differences = ", ".join(
            f"{name} {checkpoint.versions.get(name, 'none')} (here {versions.get(name, 'none')})"
            for name in names
            if checkpoint.versions.get(name) != versions.get(name)
        )
        raise CheckpointError(f"The checkpoint was made with other versions: {differences}. {TAKE_ANOTHER}")


def require_world(checkpoint: Checkpoint, worlds: WorldOptions) -> None:
    """Check that a checkpoint's world is one of an environment's.

    Raises:
        CheckpointError: its size or skin differs, or it needs more worlds than the environment has.
    """
    theirs = checkpoint.task.world
    skins = worlds.skins(checkpoint.task.split)
    for name, there, here in (("size", theirs.size, (worlds.size,)), ("skin", theirs.skin, skins)):
        if there not in here:
            ours = " or ".join(repr(str(each)) for each in here)
            raise CheckpointError(
                f"The checkpoint's world has the {name} {str(there)!r}, this environment's {ours}. "
                f"Make one with {name}={str(there)!r}."
            )
    needed = worlds_needed(checkpoint.task.split, theirs.seed)
    if needed is None:
        raise CheckpointError(
            f"The checkpoint's world has the seed {theirs.seed}, which is none of the split "
            f"{checkpoint.task.split!r}. Take another checkpoint."
        )
    if needed > worlds.worlds:
        raise CheckpointError(
            f"The checkpoint is in world {needed} of its split, but this environment has {worlds.worlds}. "
            f"Make one with worlds={needed} or more."
        )
