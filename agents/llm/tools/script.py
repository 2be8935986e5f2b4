"""What members of Anthropic's toolsets do, noted down: the environment does it between two answers.

The SDK runs each call that acts twice: first to find out what to do, then, when it is done, to write the
result.
"""

from collections.abc import Sequence

from anthropic.tools import ToolError
from anthropic.tools.browser import BetaScreenshotResult

from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.keys import sequence
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse, write
from gristmill.errors import ActionError

NOTCH_PIXELS = 100  # what one notch of a mouse wheel scrolls in Chromium
DIRECTIONS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
MAX_REPEAT = 20


class Script:
    """What members note down: actions in a first run, and what became of them in the second."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.actions: list[str] = []
        self.is_done = False

    def open_page(self) -> Page:
        """The page that is open."""
        assert self.page is not None, "a toolset is given a page first"
        return self.page

    def act(self, *actions: do.Action) -> None:
        """Note actions; once they are done, raise `ToolError` if the last of them was refused."""
        if self.is_done:
            if self.open_page().error:
                raise ToolError(self.open_page().error)
            return
        try:
            self.actions += [write(parse(action)) for action in actions]
        except ActionError as error:
            raise ToolError(str(error)) from error

    def keys(self, text: str, repeat: int | None = None) -> None:
        """Press keys written as in `ctrl+a Delete`."""
        if not 1 <= (repeat or 1) <= MAX_REPEAT:
            raise ToolError(f"Keys can be repeated up to {MAX_REPEAT} times.")
        try:
            pressed = [do.Press(key) for key in sequence(text)] * (repeat or 1)
        except ActionError as error:
            raise ToolError(str(error)) from error
        self.act(*pressed)

    def scroll(self, point: tuple[int, int], direction: str, notches: int | None) -> None:
        """Turn the mouse wheel over a point."""
        dx, dy = DIRECTIONS[direction]
        pixels = NOTCH_PIXELS * (3 if notches is None else notches)
        self.act(do.MouseScroll(*point, dx * pixels, dy * pixels))

    def screenshot(self) -> BetaScreenshotResult:
        """The screenshot as it is sent."""
        return picture(self.open_page().image)

    def zoom(self, region: Sequence[int]) -> BetaScreenshotResult:
        """A part of the screenshot."""
        if len(region) != 4:
            raise ToolError("A region is [left, top, right, bottom].")
        return picture(self.open_page().region(*region))


def picture(data: str | None) -> BetaScreenshotResult:
    """A screenshot for the SDK; raises `ToolError` if there is none."""
    if data is None:
        raise ToolError("There is no picture of that.")
    return BetaScreenshotResult(data=data)


def refuse_keys(keys: str | None) -> None:
    """Raise `ToolError` for keys that are to be held during a mouse action."""
    if keys:
        raise ToolError("Keys cannot be held during a mouse action here.")
