"""Ray itself, which need not be installed."""

from typing import Any

from gristmill.errors import MissingExtraError


def require_ray() -> Any:
    """The module `ray`.

    Raises:
        MissingExtraError: it is not installed; the message says how to get it.
    """
    try:
        import ray
        import ray.util.scheduling_strategies
    except ModuleNotFoundError as error:
        raise MissingExtraError("Ray", "ray") from error
    return ray
