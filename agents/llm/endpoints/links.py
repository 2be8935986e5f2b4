"""One client for each event loop, shared by all episodes that are played on it."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from gristmill.agents.llm.endpoints.base import Dialect
from gristmill.agents.llm.endpoints.retries import Clock, Gate, LoopClock, Retries
from gristmill.agents.llm.options import LlmOptions


@dataclass(frozen=True, slots=True)
class Link:
    """A client, how its requests are repeated, and what closes it when its loop ends."""

    client: Any
    retries: Retries
    closing: AsyncGenerator[None, None]


class Links:
    """Makes clients where they are needed; threads may share one.

    Args:
        clock: what waits between requests; by default that of the event loop.
    """

    def __init__(self, dialect: Dialect, options: LlmOptions, clock: Clock | None = None) -> None:
        self._dialect, self._options, self._clock = dialect, options, clock or LoopClock()
        self._lock = threading.Lock()
        self._links: WeakKeyDictionary[asyncio.AbstractEventLoop, Link] = WeakKeyDictionary()

    async def here(self) -> Link:
        """The link of the running event loop, which closes the client when it shuts down its generators."""
        loop = asyncio.get_running_loop()
        with self._lock:
            link = self._links.get(loop)
            if link is not None:
                return link
            link = self._links[loop] = self._new_link()
        await anext(link.closing)
        return link

    def _new_link(self) -> Link:
        options = self._options
        client = self._dialect.connect()
        retries = Retries(
            endpoint=f"{options.model} at {client.base_url}",
            number=options.retries,
            timeout_s=options.timeout_s,
            clock=self._clock,
            gate=Gate(self._clock),
            requests=asyncio.Semaphore(options.concurrency),
        )
        return Link(client, retries, closed_at_the_end(client))


async def closed_at_the_end(client: Any) -> AsyncGenerator[None, None]:
    """A generator that closes the client when it is closed itself, which event loops do when they end."""
    try:
        yield
    finally:
        await client.close()
