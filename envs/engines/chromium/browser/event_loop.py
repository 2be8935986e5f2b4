"""The event loop for Playwright and all pages, independent of the event-loop policy in force."""

import asyncio
import threading
from asyncio import unix_events
from subprocess import Popen
from typing import Any

from playwright.async_api import Error as PlaywrightError


class DriverLoop(asyncio.SelectorEventLoop):
    """An event loop that watches its own child processes and shields them from SIGINT.

    asyncio's loop asks the event-loop policy for a child watcher, which uvloop's policy refuses. On
    SIGINT we close the browser ourselves; a driver process that died first would leave it running.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set_exception_handler(report_unless_expected)

    async def subprocess_exec(self, *args: Any, **kwargs: Any) -> Any:
        """Start a child process in its own session."""
        kwargs["start_new_session"] = True
        return await super().subprocess_exec(*args, **kwargs)

    async def _make_subprocess_transport(
        self, protocol: Any, args: Any, shell: Any, *pipes: Any, extra: Any = None, **kwargs: Any
    ) -> Any:
        started = self.create_future()
        transport: Any = unix_events._UnixSubprocessTransport(  # type: ignore[attr-defined]
            self, protocol, args, shell, *pipes, waiter=started, extra=extra, **kwargs
        )
        watcher = threading.Thread(target=self._watch, args=(transport,), daemon=True)
        watcher.start()
        try:
            await started
        except BaseException:
            transport.close()
            raise
        return transport

    def _watch(self, transport: Any) -> None:
        """Wait for a child process to exit, in its own thread."""
        process: Popen[bytes] = transport.get_extra_info("subprocess")
        code = process.wait()
        if not self.is_closed():
            self.call_soon_threadsafe(transport._process_exited, code)


def report_unless_expected(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report an unhandled error unless it is a lost browser or Playwright driver."""
    error = context.get("exception")
    if isinstance(error, PlaywrightError) or "closed" in str(error).lower():
        return
    loop.default_exception_handler(context)
