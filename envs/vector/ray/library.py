"""Lazy access to Ray, an optional dependency."""

from typing import Any

from gristmill.errors import MissingExtraError


def require_ray() -> Any:
    """Import `ray`.

    Raises:
        MissingExtraError: it is not installed; the message names the extra.
    """
    try:
        import ray
        import ray.util.scheduling_strategies
    except ModuleNotFoundError as error:
        raise MissingExtraError("Ray", "ray") from error
    return ray
