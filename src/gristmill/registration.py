"""Registering the task families of all installed app clones with Gymnasium."""

import gymnasium as gym

from gristmill.plugins import installed

ENTRY_POINT = "gristmill.envs.web:WebEnv"
VECTOR_ENTRY_POINT = "gristmill.envs.vector:WebVectorEnv"


def register_all() -> None:
    """Make `gymnasium.make` know every family's id. Twice is harmless."""
    for task_id, family in installed().families.items():
        if task_id not in gym.registry:
            gym.register(
                task_id,
                entry_point=ENTRY_POINT,
                vector_entry_point=VECTOR_ENTRY_POINT,
                kwargs={"task": task_id},
                max_episode_steps=family.max_steps,
            )
