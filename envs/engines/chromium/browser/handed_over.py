"""A browser that somebody else drives over CDP: an agent such as browser-use or Stagehand, or a person."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.browser.executable import child_environment, launch_flags
from gristmill.envs.engines.chromium.browser.launch_errors import NOISE
from gristmill.envs.engines.chromium.browser.local_files import LocalFilesGuard
from gristmill.envs.engines.chromium.browser.locate import locate_browser
from gristmill.errors import EngineFault, InvalidOptionError

START_DEADLINE_S = 30.0
STOP_DEADLINE_S = 5.0
LISTENING = re.compile(r"DevTools listening on (?P<url>ws://\S+)")
SHELL = "shell"  # in the name of executables without windows
FLAGS = (
    "--disable-backgrounding-occluded-windows",
    "--disable-dev-shm-usage",
    "--disable-popup-blocking",
    "--disable-renderer-backgrounding",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
)


class HandedOverBrowser:
    """A browser with one open page, a debugging port on the loopback address and a profile of its own.

    Only `.test` names resolve in it, all to one port of this machine, and `file:` addresses fail. Whoever
    can reach the debugging port, which is every program on this machine, can use the browser. The caller
    closes it.

    Args:
        host_port: port that serves the apps.
        start_url: what the page shows first.
        port: of the debugger; 0: a free one.
        headed: whether it has a window, for which it needs a display and a full Chromium.
        viewport: of the page.

    Raises:
        BrowserNotFoundError: there is no browser.
        InvalidOptionError: a window is wanted, and the browser found can open none.
        EngineFault: it did not start, such as for a port in use; the message says why.

    Attributes:
        ws_url: address of its debugger for CDP clients.
    """

    def __init__(
        self, *, host_port: int, start_url: str, viewport: Viewport, port: int = 0, headed: bool = False
    ) -> None:
        found = locate_browser()
        if headed and SHELL in found.path.name:
            raise InvalidOptionError(
                f"{found.path} has no windows: install a full Chromium (`playwright install chromium`), or "
                "leave --headed out."
            )
        self._profile = Path(tempfile.mkdtemp(prefix="gristmill-browser-"))
        command = [
            str(found.path),
            *launch_flags(host_port),
            *FLAGS,
            *([] if headed else ["--headless=new"]),
            f"--window-size={viewport.width},{viewport.height}",
            f"--user-data-dir={self._profile}",
            "--remote-debugging-address=127.0.0.1",
            f"--remote-debugging-port={port}",
            start_url,
        ]
        self._process = subprocess.Popen(
            command,
            env={name: str(value) for name, value in child_environment().items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=sys.platform != "win32",
        )
        self._guard: LocalFilesGuard | None = None
        try:
            self.ws_url = self._listening()
            self._guard = LocalFilesGuard(self.ws_url)
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """The debugger's HTTP address, which most CDP clients take."""
        return "http://" + self.ws_url.removeprefix("ws://").partition("/")[0]

    @property
    def is_running(self) -> bool:
        """Whether the process is alive; whoever drives the browser may close it."""
        return self._process.poll() is None

    def close(self) -> None:
        """End its processes and delete its profile. Idempotent."""
        if self._guard is not None:
            self._guard.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGTERM)
            else:
                self._process.terminate()
        try:
            self._process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _listening(self) -> str:
        """Wait until it prints the address of its debugger."""
        stderr = self._process.stderr
        assert stderr is not None
        printed: list[str] = []
        deadline = threading.Timer(START_DEADLINE_S, self._process.kill)
        deadline.start()
        try:
            for line in stderr:
                if found := LISTENING.search(line):
                    threading.Thread(target=drain, args=(stderr,), daemon=True).start()
                    return found["url"]
                printed.append(line.strip())
        finally:
            deadline.cancel()
        lines = [line for line in printed if not NOISE.search(line)]
        raise EngineFault(f"The browser did not start: {(lines or ['it printed nothing'])[-1]}")


def drain(stream: IO[str]) -> None:
    """Read a stream to its end, so that its writer never waits."""
    with contextlib.suppress(ValueError, OSError), stream:
        for _ in stream:
            pass
