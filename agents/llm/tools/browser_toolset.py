"""Anthropic's browser toolset, as the SDK lets a driver implement it."""

from typing import Any

from anthropic.tools import ToolError
from anthropic.tools.browser import (
    BetaAbstractBrowserToolset20260801,
    BetaBrowserNavigateResult,
    BetaBrowserState,
    BetaScreenshotResult,
)

from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.script import Script, refuse_keys
from gristmill.envs.actions import types as do

TAB = "1"
MAX_TEXT = 50_000  # characters that `read_page` promises at most
ON, OFF = {"true", "on", "yes", "1"}, {"false", "off", "no", "0"}


class BrowserToolset(BetaAbstractBrowserToolset20260801):
    """The browser toolset on Gristmill's actions; docstrings of members are the SDK's."""

    def __init__(self, script: Script, *, has_pixels: bool, has_text: bool) -> None:
        by_point = ("screenshot", "zoom", "left_click_drag", "mouse_move", "scroll", "double_click")
        by_text = ("read_page", "find", "get_page_text", "form_input", "scroll_to")
        off = [*(() if has_pixels else by_point), *(() if has_text else by_text)]
        configs: Any = {name: {"enabled": False} for name in off}
        super().__init__(configs=configs, confirm=is_in_the_tab)
        self._script = script

    def _browser_state(self, context: Any) -> BetaBrowserState:
        page = self._script.open_page()
        return BetaBrowserState(tabs=[{"tab_id": TAB, "title": page.title, "url": page.url, "active": True}])

    def navigate(self, context: Any, input: Any) -> BetaBrowserNavigateResult:
        page = self._script.open_page()
        if input.url == "forward":
            raise ToolError("Going forward is not possible here.")
        if input.url == "back":
            self._script.act(do.Back())
        else:
            self._script.act(do.Goto(page.url if input.url == "reload" else absolute(input.url, page.url)))
        return BetaBrowserNavigateResult(url=page.url, title=page.title)

    def screenshot(self, context: Any, input: Any) -> BetaScreenshotResult:
        return self._script.screenshot()

    def zoom(self, context: Any, input: Any) -> BetaScreenshotResult:
        return self._script.zoom(input.region)

    def left_click(self, context: Any, input: Any) -> None:
        refuse_keys(input.modifiers)
        if input.target.type == "ref":
            self._script.act(do.Click(input.target.ref))
        else:
            self._script.act(do.MouseClick(*self._point(input.target)))

    def double_click(self, context: Any, input: Any) -> None:
        refuse_keys(input.modifiers)
        if input.target.type == "ref":
            raise ToolError("Only a point can be double-clicked here.")
        self._script.act(do.MouseDoubleClick(*self._point(input.target)))

    def hover(self, context: Any, input: Any) -> None:
        if input.target.type == "ref":
            self._script.act(do.Hover(input.target.ref))
        else:
            self._script.act(do.MouseMove(*self._point(input.target)))

    def mouse_move(self, context: Any, input: Any) -> None:
        self._script.act(do.MouseMove(*self._point(input.target)))

    def left_click_drag(self, context: Any, input: Any) -> None:
        self._script.act(do.MouseDrag(*self._point(input.from_), *self._point(input.target)))

    def scroll(self, context: Any, input: Any) -> None:
        self._script.scroll(self._point(input.target), input.scroll_direction, input.scroll_amount)

    def scroll_to(self, context: Any, input: Any) -> None:
        self._script.act(do.Hover(input.target.ref))  # brings the element into view

    def type(self, context: Any, input: Any) -> None:
        self._script.act(do.TypeText(input.text))

    def key(self, context: Any, input: Any) -> None:
        self._script.keys(input.text, input.repeat)

    def wait(self, context: Any, input: Any) -> None:
        self._script.act(do.Wait())

    def form_input(self, context: Any, input: Any) -> None:
        if self._script.is_done:  # the element may be gone
            self._script.act()
        else:
            self._script.act(entered(self._script.open_page(), input.target.ref, input.value))

    def read_page(self, context: Any, input: Any) -> str:
        page = self._script.open_page()
        text = page.usable() if input.filter == "interactive" else subtree(page.aria or "", input.ref)
        if len(text) <= MAX_TEXT:
            return text
        return f"{text[:MAX_TEXT]}\n(Cut off here: read an element by its ref.)"

    def find(self, context: Any, input: Any) -> str:
        return self._script.open_page().found(input.query)

    def get_page_text(self, context: Any, input: Any) -> str:
        return self._script.open_page().text()[:MAX_TEXT]

    def _point(self, target: Any) -> tuple[int, int]:
        page = self._script.open_page()
        if page.view is None:
            raise ToolError("There are no screenshots here: name an element by its ref.")
        return page.to_viewport(target.x, target.y)


def is_in_the_tab(context: Any) -> bool:
    """Approve a call; raises `ToolError` if it is for a tab that does not exist."""
    if getattr(context.input, "tab_id", None) not in {None, "", TAB}:
        raise ToolError(f"There is one tab, {TAB}.")
    return True


def absolute(url: str, open_url: str) -> str:
    """An address as `goto` takes it: with the scheme of the open page if it has none."""
    if "://" in url or url.startswith("/"):
        return url
    return f"{open_url.partition('://')[0]}://{url}"


def entered(page: Page, ref: str, value: str | float | bool) -> do.Action:
    """The action that gives a form's element a value, by what kind of element it is."""
    node = page.node(ref)
    text = value if isinstance(value, str) else f"{value:g}"
    if node is not None and node.role in {"checkbox", "radio", "switch", "menuitemcheckbox"}:
        is_on = value if isinstance(value, bool) else text.strip().lower() in ON
        if not isinstance(value, bool) and text.strip().lower() not in ON | OFF:
            raise ToolError(f"{ref} is a {node.role}, which takes true or false.")
        return do.Check(ref) if is_on else do.Uncheck(ref)
    if node is not None and node.role in {"combobox", "listbox"} and node.all("option"):
        return do.Select(ref, text)
    return do.Fill(ref, text)


def subtree(aria: str, ref: str | None) -> str:
    """The lines of a page's text that belong to the element with this ref; all without one."""
    if not ref:
        return aria
    lines = aria.split("\n")
    start = next((i for i, line in enumerate(lines) if f"[ref={ref}]" in line), None)
    if start is None:
        raise ToolError(f"There is no element {ref} on this page.")
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = next(
        (i for i in range(start + 1, len(lines)) if len(lines[i]) - len(lines[i].lstrip()) <= indent),
        len(lines),
    )
    return "\n".join(lines[start:end])
