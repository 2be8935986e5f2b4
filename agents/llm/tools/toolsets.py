"""Performs calls of Anthropic's toolsets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gristmill.agents.llm.conversation import Result, ToolCall
from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.browser_toolset import BrowserToolset
from gristmill.agents.llm.tools.computer_toolset import ComputerToolset
from gristmill.agents.llm.tools.functions import Plan, refused_action
from gristmill.agents.llm.tools.script import Script


class ToolsetPerformer:
    """Performs calls of one toolset; a new one for each episode."""

    def __init__(self, kind: str, page: Page) -> None:
        self._script = Script()
        self._refused: dict[str, Result] = {}
        self.toolset: BrowserToolset | ComputerToolset = (
            BrowserToolset(self._script, has_pixels=page.view is not None, has_text=page.aria is not None)
            if kind == "browser"
            else ComputerToolset(self._script)
        )

    def plan(self, call: ToolCall, page: Page) -> Plan:
        """See `Performer.plan`."""
        with self._opened(page, is_done=False):
            rendered = self.toolset.tool_result(call.raw)
            actions = tuple(self._script.actions)
        result = self._result(call, rendered)
        if result.is_error:
            self._refused[call.id] = result
            return Plan((refused_action(call),))
        return Plan(actions) if actions else Plan(result=result)

    def result(self, call: ToolCall, page: Page) -> Result:
        """See `Performer.result`."""
        if call.id in self._refused:
            return self._refused.pop(call.id)
        with self._opened(page, is_done=True):
            return self._result(call, self.toolset.tool_result(call.raw))

    @contextmanager
    def _opened(self, page: Page, *, is_done: bool) -> Iterator[None]:
        self._script.page, self._script.is_done, self._script.actions = page, is_done, []
        yield

    @staticmethod
    def _result(call: ToolCall, rendered: Any) -> Result:
        content = rendered["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else list(content)
        text = "\n".join(block["text"] for block in blocks if block.get("type") == "text")
        return Result(call=call, text=text, blocks=blocks, is_error=bool(rendered.get("is_error")))
