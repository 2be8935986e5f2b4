"""One-line reasons for a failed browser launch."""

import re

from playwright.async_api import Error as PlaywrightError

STDERR = re.compile(r"^(?:  - )?\[pid=\d+\]\[err\] (?P<line>.+)$", re.MULTILINE)
EXIT = re.compile(r"<process did exit: (?P<how>[^>]+)>")
NOISE = re.compile(r"^\[[\d:/.]+:(?:INFO|WARNING|VERBOSE\d*):|^\s*#\d+ |^\s*$|DevTools listening")
TELLING = re.compile(
    r"shared librar|FATAL|sandbox|cannot|denied|not found|no such|no space|failed", re.IGNORECASE
)
INSTALL = "Install what it needs: `playwright install-deps chromium-headless-shell`."
MAX_LENGTH = 300


def reason_of(error: BaseException) -> str:
    """Extract the cause from an error of Playwright or the system, without the surrounding log.

    Prefers the first meaningful line of the browser's stderr, then its last line, then its exit status.
    """
    text = error.message if isinstance(error, PlaywrightError) else str(error)
    printed = [found["line"].strip() for found in STDERR.finditer(text)]
    lines = [line for line in printed if not NOISE.search(line)]
    if lines:
        line = next((line for line in lines if TELLING.search(line)), lines[-1])[:MAX_LENGTH]
        return f"{line.rstrip('.')}. {INSTALL}" if "shared librar" in line else line
    first = text.splitlines()[0] if text else ""
    if ended := EXIT.search(text):
        return f"it ended at once ({ended['how']}) and printed nothing"
    return f"{type(error).__name__}: {first[:MAX_LENGTH]}" if first else type(error).__name__
