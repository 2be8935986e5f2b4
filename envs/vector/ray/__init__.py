"""Vector environments on a Ray cluster: the extra `gristmill[ray]`.

Importable without Ray; use without it raises an error that says how to install it.
"""

from gristmill.envs.vector.ray.cluster import LOCAL, cluster_session
from gristmill.envs.vector.ray.library import require_ray
from gristmill.envs.vector.ray.supervised_actor import ActorLost, SupervisedActor, get_result, shutdown_all
from gristmill.envs.vector.ray.vector import RayVectorEnv

__all__ = [
    "LOCAL",
    "ActorLost",
    "RayVectorEnv",
    "SupervisedActor",
    "cluster_session",
    "get_result",
    "require_ray",
    "shutdown_all",
]
