"""Joining a Ray cluster, or starting one of this machine alone."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from gristmill.envs.vector.ray.library import require_ray
from gristmill.errors import ClusterNotFoundError

LOCAL = "local"
CONNECT_TIMEOUT_S = 5.0
STORE_BYTES = 256 * 1024 * 1024  # observations and results are small, and fetched at once


@contextmanager
def cluster_session(address: str) -> Iterator[None]:
    """While this is open the process works on a cluster; afterwards it leaves it, or ends its own.

    A process that works on a cluster already stays there, and goes on to afterwards.

    Args:
        address: `local` for a cluster of this machine alone; `auto` for the one that runs on this
            machine; `host:port` or `ray://host:port` for another.

    Raises:
        ClusterNotFoundError: there is none at this address.
        MissingExtraError: Ray is not installed.
    """
    ray = require_ray()
    if ray.is_initialized():
        yield
        return
    connect(address)
    try:
        yield
    finally:
        ray.shutdown()


def connect(address: str) -> None:
    """Join or start the cluster of this address; `ray.shutdown` undoes it."""
    ray = require_ray()
    if address == LOCAL:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # ours, so it tells nobody
        ray.init(
            address=LOCAL,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=STORE_BYTES,
        )
        return
    try:
        check_reachable(address)
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (OSError, RuntimeError, ValueError) as error:
        raise ClusterNotFoundError(
            f"There is no Ray cluster at {address!r} ({error}). Start one with `ray start --head`, "
            f"or say {LOCAL!r} for one of this machine alone."
        ) from error


def check_reachable(address: str) -> None:
    """Raise an `OSError` if nobody listens at `host:port`, which Ray itself would try for minutes."""
    host, has_port, port = address.removeprefix("ray://").rpartition(":")
    if has_port:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_TIMEOUT_S).close()
