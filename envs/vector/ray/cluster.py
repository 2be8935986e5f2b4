"""Joins a Ray cluster, or starts a local one."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from gristmill.envs.vector.ray.library import require_ray
from gristmill.errors import ClusterNotFoundError

LOCAL = "local"
CONNECT_TIMEOUT_S = 5.0
STORE_BYTES = 256 * 1024 * 1024  # of Ray's object store; results are small and fetched at once


@contextmanager
def cluster_session(address: str) -> Iterator[None]:
    """Connect to a cluster for the duration of a block; a cluster started here is shut down afterwards.

    If the process is already connected, its connection is used and kept.

    Args:
        address: `local` for a new cluster on this machine; `auto` for the one already running on this
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
    """Join or start the cluster of this address; undone by `ray.shutdown`."""
    ray = require_ray()
    if address == LOCAL:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no telemetry from a cluster started here
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
            f"or use {LOCAL!r} for a cluster on this machine."
        ) from error


def check_reachable(address: str) -> None:
    """Raise `OSError` if nothing listens at `host:port`; Ray itself would retry for minutes."""
    host, has_port, port = address.removeprefix("ray://").rpartition(":")
    if has_port:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_TIMEOUT_S).close()
