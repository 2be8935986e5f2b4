"""What every server is started with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LOOPBACK = "127.0.0.1"
MAX_SESSIONS = 64
IDLE_S = 45.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """The options of a server.

    Attributes:
        task_ids: the task families that it serves.
        env_options: options of `gymnasium.make` for all of them.
        seed: the one task instance that every session plays; None: sessions choose.
        host: address to listen on.
        port: port to listen on; 0: a free one; None: no port, for servers over stdin and stdout.
        token: what clients must send as `Authorization: Bearer ...`; None: nothing.
        max_sessions: sessions at a time; further clients are refused.
        idle_s: seconds without a connection or request after which a session is closed.
    """

    task_ids: tuple[str, ...]
    env_options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    host: str = LOOPBACK
    port: int | None = 0
    token: str | None = None
    max_sessions: int = MAX_SESSIONS
    idle_s: float = IDLE_S
