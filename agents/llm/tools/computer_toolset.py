"""Anthropic's computer toolset, as the SDK lets a driver implement it."""

from collections.abc import Sequence
from typing import Any

from anthropic.tools import ToolError
from anthropic.tools.browser import BetaScreenshotResult
from anthropic.tools.computer import BetaAbstractComputerToolset20260801

from gristmill.agents.llm.tools.script import Script, refuse_keys
from gristmill.envs.actions import types as do


class ComputerToolset(BetaAbstractComputerToolset20260801):
    """The computer toolset on Gristmill's actions; docstrings of members are the SDK's."""

    def __init__(self, script: Script) -> None:
        super().__init__(confirm=lambda context: True)  # the apps are clones: nothing here is of consequence
        self._script = script
        self._cursor = (0, 0)

    def screenshot(self, context: Any, input: Any) -> BetaScreenshotResult:
        return self._script.screenshot()

    def zoom(self, context: Any, input: Any) -> BetaScreenshotResult:
        return self._script.zoom(input.region)

    def left_click(self, context: Any, input: Any) -> None:
        refuse_keys(input.text)
        self._script.act(do.MouseClick(*self._moved(input.coordinate)))

    def double_click(self, context: Any, input: Any) -> None:
        refuse_keys(input.text)
        self._script.act(do.MouseDoubleClick(*self._moved(input.coordinate)))

    def mouse_move(self, context: Any, input: Any) -> None:
        self._script.act(do.MouseMove(*self._moved(input.coordinate)))

    def left_click_drag(self, context: Any, input: Any) -> None:
        refuse_keys(input.text)
        start = self._moved(input.start_coordinate)
        self._script.act(do.MouseDrag(*start, *self._moved(input.coordinate)))

    def scroll(self, context: Any, input: Any) -> None:
        refuse_keys(input.text)
        self._script.scroll(self._moved(input.coordinate), input.scroll_direction, input.scroll_amount)

    def type(self, context: Any, input: Any) -> None:
        self._script.act(do.TypeText(input.text))

    def key(self, context: Any, input: Any) -> None:
        self._script.keys(input.text, input.repeat)

    def wait(self, context: Any, input: Any) -> None:
        self._script.act(do.Wait())

    def _moved(self, coordinate: Sequence[int] | None) -> tuple[int, int]:
        """The point of the viewport at a point of the screenshot, or where the cursor is."""
        if coordinate is not None:
            if len(coordinate) != 2:
                raise ToolError("A coordinate is [x, y].")
            self._cursor = self._script.open_page().to_viewport(*coordinate)
        return self._cursor
