"""Environments on many machines, by Ray: the extra `gristmill[ray]`.

Importing this needs no Ray; using it without raises an error that says how to install it.
"""

from gristmill.envs.ray.actors import ActorLost, Post, answer_to, dismiss
from gristmill.envs.ray.cluster import LOCAL, joined
from gristmill.envs.ray.library import require_ray
from gristmill.envs.ray.vector import RayVectorEnv

__all__ = [
    "LOCAL",
    "ActorLost",
    "Post",
    "RayVectorEnv",
    "answer_to",
    "dismiss",
    "joined",
    "require_ray",
]
