"""Performs actions in a tab by real input events; refuses what a user could not do."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from gristmill.envs.actions import errors as refusals
from gristmill.envs.actions import types as act
from gristmill.envs.checkpoints.page_state import Mouse
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.cdp.keyboard import strokes
from gristmill.envs.engines.chromium.tab import Tab
from gristmill.errors import ActionError, EngineFault

DRAG_MOVES = 4
KEY_INTERVAL_S = 10.0  # Chromium ends a type-ahead when a second lies between the times of two keys
MAY_SCROLL = (act.Press, act.Scroll, act.MouseScroll, act.MouseDrag)
TARGET = "(ref) => window.__gristmill.target(ref)"
IS_WRITING = "() => window.__gristmill.isWriting()"
SELECT_ALL = """(ref) => {
  const element = window.__gristmill.element(ref);
  if (!element.matches(":focus")) element.focus();
  element.select ? element.select() : document.execCommand("selectAll");
}"""
SET_VALUE = """([ref, value]) => {
  const element = window.__gristmill.element(ref);
  element.focus();
  element.value = value;
  if (element.value !== value) return false;
  for (const name of ["input", "change"]) element.dispatchEvent(new Event(name, { bubbles: true }));
  return true;
}"""
CHOOSE = """([ref, wanted]) => {
  const element = window.__gristmill.element(ref);
  if (element.localName !== "select") return "is not a drop-down list";
  const flat = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
  const ariaText = (o) => flat(o.ariaLabel) || flat(o.textContent) || flat(o.title) || flat(o.label);
  const option = [ariaText, (o) => flat(o.textContent), (o) => flat(o.label), (o) => o.value]
    .map((textOf) => [...element.options].find((o) => textOf(o) === wanted))
    .find(Boolean);
  const all = [...element.options].map((o) => JSON.stringify(ariaText(o))).join(", ");
  if (!option) return `has no option ${JSON.stringify(wanted)}; it has: ${all}`;
  const isOff = option.disabled || option.closest("optgroup")?.disabled;
  if (isOff) return `has ${JSON.stringify(wanted)} disabled`;
  element.focus();
  if (option.selected && !element.multiple) return null;
  option.selected = true;
  for (const name of ["input", "change"]) element.dispatchEvent(new Event(name, { bubbles: true }));
  return null;
}"""
SCROLL = """(direction) => window.scrollTo({ behavior: "instant", top: {
  down: scrollY + innerHeight * 0.8, up: scrollY - innerHeight * 0.8,
  top: 0, bottom: document.documentElement.scrollHeight }[direction] })"""
SCROLL_AT = """([x, y, dx, dy]) => {
  let element = document.elementFromPoint(x, y);
  const list = element?.closest("select:open");
  if (list && list !== element) {  // the scroll container of an open list is not reachable from scripts
    const isSeen = (row) => { const { x, y, width, height } = row.getBoundingClientRect();
      return row.contains(document.elementFromPoint(x + width / 2, y + height / 2)); };
    const top = (row) => row.getBoundingClientRect().top, from = [...list.options].find(isSeen);
    const below = from && [...list.options].find((row) => top(row) >= top(from) + dy);
    (below ?? list.options[list.length - 1]).scrollIntoView({ block: "start", container: "nearest" });
    return;
  }
  const moves = (e) => { const [l, t] = [e.scrollLeft, e.scrollTop];
    e.scrollBy({ left: dx, top: dy, behavior: "instant" }); return e.scrollLeft !== l || e.scrollTop !== t; };
  while (element && !moves(element)) element = element.parentElement;
}"""


class ActionExecutor:
    """Performs actions in one tab. The caller waits for the page to settle."""

    def __init__(self, tab: Tab, viewport: Viewport) -> None:
        self._tab, self._page, self._viewport = tab, tab.page, viewport
        self._key_time_s = 0.0  # of the last key

    async def perform(self, action: act.Action) -> None:
        """Perform one action.

        Raises:
            ActionError: it was refused; nothing was done.
        """
        self._tab.frame_pending = isinstance(action, MAY_SCROLL)
        match action:
            case act.Click(ref):
                await self._click(await self._locate(ref))
            case act.Hover(ref):
                await self._click(await self._locate(ref), times=0)
            case act.Fill(ref, text):
                await self._fill(ref, text)
            case act.Select(ref, option):
                await self._select(ref, option)
            case act.Check(ref):
                await self._switch(ref, on=True)
            case act.Uncheck(ref):
                await self._switch(ref, on=False)
            case act.Goto() | act.Back() | act.SwitchApp():
                await self._navigate(action)
            case act.Press() | act.TypeText() | act.Scroll():
                await self._use_keyboard(action)
            case _:
                await self._use_mouse(action)

    async def _navigate(self, action: act.Action) -> None:
        match action:
            case act.Goto(url):
                await self._go(self._page.navigate(self._tab.addresses.resolve(url, self._tab.url)))
            case act.SwitchApp(app):
                await self._go(self._page.navigate(self._tab.addresses.start_of(app)))
            case act.Back():
                if not await self._page.go_back():
                    raise refusals.nothing_before()

    async def _go(self, navigation: Awaitable[None]) -> None:
        """Wait for a navigation; if the navigation policy rejects it, stay on the open page."""
        try:
            await navigation
        except EngineFault as error:
            if "ERR_ABORTED" not in str(error):
                raise

    async def _use_keyboard(self, action: act.Action) -> None:
        match action:
            case act.Press(key):
                await self._press(key)
            case act.TypeText(text):
                if not await self._page.evaluate(IS_WRITING):
                    raise refusals.nothing_to_type_into()
                await self._type(text)
            case act.Scroll(direction):
                await self._page.evaluate(SCROLL, direction)

    async def _use_mouse(self, action: act.Action) -> None:
        match action:
            case act.MouseClick(x, y):
                await self._click(self._inside(x, y))
            case act.MouseDoubleClick(x, y):
                await self._click(self._inside(x, y), times=2)
            case act.MouseMove(x, y):
                await self._click(self._inside(x, y), times=0)
            case act.MouseDrag(x, y, to_x, to_y):
                await self._drag(self._inside(x, y), self._inside(to_x, to_y))
            case act.MouseScroll(x, y, dx, dy):
                self._inside(x, y)
                await self._page.evaluate(SCROLL_AT, [x, y, dx, dy])
            case _:
                raise NotImplementedError(f"The action {action.verb} has no case in {__name__}.")

    def _inside(self, x: int, y: int) -> dict[str, Any]:
        if x >= self._viewport.width or y >= self._viewport.height:
            size = f"{self._viewport.width}x{self._viewport.height}"
            raise ActionError(f"The point {x},{y} lies outside the viewport of {size}.")
        return {"x": x, "y": y}

    async def _locate(self, ref: str) -> dict[str, Any]:
        """Return the element's description and the point at which to use it."""
        found = await self._page.evaluate(TARGET, ref)
        if found and found.get("isBehindList"):  # using anything else closes an open list
            await self._press("Escape")
            found = await self._page.evaluate(TARGET, ref)
        if found is None:
            is_known = int(ref[1:]) <= self._tab.refs_issued
            raise refusals.stale(ref) if is_known else refusals.no_element(ref)
        if "refusal" in found:
            raise refusals.refused(ref, found["refusal"])
        answer: dict[str, Any] = found
        return answer

    async def _click(self, point: dict[str, Any], *, times: int = 1) -> None:
        """Move the mouse and click. All events are sent at once, so none waits for a frame."""
        x, y = point["x"], point["y"]
        if not times:
            await asyncio.gather(*self._tab.hover(Mouse(x=x, y=y)))
            return
        sent = [self._tab.move_mouse(Mouse(x=x, y=y))]
        for count in range(1, times + 1):
            sent.append(self._button("mousePressed", x, y, buttons=1, clickCount=count))
            sent.append(self._button("mouseReleased", x, y, clickCount=count))
        await asyncio.gather(*sent)

    async def _drag(self, start: dict[str, Any], end: dict[str, Any]) -> None:
        x, y = start["x"], start["y"]
        await asyncio.gather(
            self._tab.move_mouse(Mouse(x=x, y=y)),
            self._button("mousePressed", x, y, buttons=1, clickCount=1),
        )
        for step in range(1, DRAG_MOVES + 1):
            part = step / DRAG_MOVES
            moved = self._button(
                "mouseMoved", x + (end["x"] - x) * part, y + (end["y"] - y) * part, buttons=1
            )
            await self._page.frames.deliver(moved)
        await self._button("mouseReleased", end["x"], end["y"], clickCount=1)
        self._tab.mouse = Mouse(x=end["x"], y=end["y"])

    def _button(self, kind: str, x: float, y: float, **details: Any) -> "asyncio.Future[Any]":
        return self._page.mouse(kind, x, y, button="left", **details)

    async def _press(self, combination: str) -> None:
        """Press a key; a character at a time of its own, so that those of two actions are no type-ahead."""
        at = {}
        if len(combination) == 1:
            self._key_time_s += KEY_INTERVAL_S
            at = {"timestamp": self._key_time_s}
        await asyncio.gather(
            *(self._page.send("Input.dispatchKeyEvent", **stroke, **at) for stroke in strokes(combination))
        )

    async def _type(self, text: str) -> None:
        await self._page.send("Input.insertText", text=text)

    async def _fill(self, ref: str, text: str) -> None:
        found = await self._locate(ref)
        if not found["editable"] or found["type"] in refusals.UNTYPED_TYPES:
            raise refusals.takes_no_text(ref, found["role"])
        if found["type"] == "number" and not refusals.NUMBER.fullmatch(text):
            raise refusals.takes_a_number(ref, text)
        if found["type"] in refusals.PICKED_TYPES:
            if not await self._page.evaluate(SET_VALUE, [ref, text]):
                raise refusals.does_not_take(ref, text, found["type"])
            return
        await self._click(found)
        await self._page.evaluate(SELECT_ALL, ref)
        await (self._type(text) if text else self._press("Delete"))

    async def _select(self, ref: str, option: str) -> None:
        await self._locate(ref)
        refusal = await self._page.evaluate(CHOOSE, [ref, option])
        if refusal:
            raise refusals.refused(ref, refusal)

    async def _switch(self, ref: str, *, on: bool) -> None:
        found = await self._locate(ref)
        if found["type"] not in {"checkbox", "radio"}:
            raise refusals.not_switchable(ref, found["role"])
        if found["type"] == "radio" and not on:
            raise refusals.radio_stays(ref)
        if found["checked"] is not on:
            await self._click(found)
