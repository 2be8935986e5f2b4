"""Remembering an open page of the `dom` engine, and opening one that any engine remembered."""

from collections.abc import Iterator

from gristmill.envs.actions.urls import Addresses
from gristmill.envs.checkpoints.page_state import (
    Control,
    Cookie,
    Focus,
    HistoryEntry,
    NodeLocator,
    PageState,
    Widget,
    is_same_document,
)
from gristmill.envs.engines.dom.document_cache import as_html
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.http_client import HttpResponse
from gristmill.envs.engines.dom.tab import Entry, Tab

MARKUP = "text/html; charset=utf-8"


def capture(tab: Tab) -> PageState:
    """What is open in a tab, and how."""
    state, answer = tab.state, tab.answer
    assert answer is not None
    return PageState(
        history=tuple(places(tab.history)),
        markup=as_html(answer).decode(errors="replace"),
        controls=tuple(controls(state)),
        widgets=tuple(widgets(state)),
        focus=focus(state),
        cookies=tuple(
            Cookie(host=host, name=name, value=value)
            for host, cookies in tab.cookies.items()
            for name, value in cookies.items()
        ),
        clipboard=tab.clipboard,
    )


def places(history: list[Entry]) -> Iterator[HistoryEntry]:
    """The history, its documents numbered from 1."""
    numbers: dict[int, int] = {}
    for entry in history:
        yield HistoryEntry(url=entry.url, document=numbers.setdefault(entry.visit, len(numbers) + 1))


def locator_of(document: Document, element: Element) -> NodeLocator:
    """Where an element is found again."""
    return NodeLocator(tag=element.tag, nth=document.all(element.tag).index(element))


def controls(state: FormState) -> Iterator[Control]:
    """The controls that were used, in document order."""
    used = {*state.values, *state.checked, *state.selected}
    for element in sorted(used, key=lambda e: e.index):
        chosen = state.selected.get(element)
        every = state.options(element)[1] if chosen is not None else []
        yield Control(
            locator=locator_of(state.document, element),
            value=state.values.get(element),
            is_edited=element in state.dirty,
            is_checked=state.checked.get(element),
            selected=None if chosen is None else tuple(every.index(option) for option in chosen),
        )


def widgets(state: FormState) -> Iterator[Widget]:
    """The widgets that were opened or closed."""
    for element, is_open in state.opened.items():
        opener = state.modals.get(element)
        yield Widget(
            locator=locator_of(state.document, element),
            state="closed" if not is_open else "modal" if element in state.modals else "open",
            opener=None if opener is None else locator_of(state.document, opener),
        )
    for element, before in state.popovers.items():
        yield Widget(
            locator=locator_of(state.document, element),
            state="popover",
            opener=None if before is None else locator_of(state.document, before),
        )


def focus(state: FormState) -> Focus | None:
    """Where the focus is."""
    if state.focus is None:
        passed = state.passed
        return None if passed is None else Focus(locator=locator_of(state.document, passed), is_passed=True)
    start, end = sorted(state.selection)
    return Focus(locator=locator_of(state.document, state.focus), start=start, end=end)


def resume(tab: Tab, token: str, addresses: Addresses, memory: PageState) -> None:
    """Open a remembered page in the session of this token, with nothing left of the last episode."""
    cookies: dict[str, dict[str, str]] = {}
    for cookie in memory.cookies:
        cookies.setdefault(cookie.host, {})[cookie.name] = cookie.value
    body = memory.markup.encode(errors="replace")
    answer = HttpResponse(url=memory.url, status=200, content_type=MARKUP, cache_control="", body=body)
    tab.reopen(token, addresses, answer, list(entries(memory)), cookies, memory.clipboard)
    restore(tab.state, memory)


def entries(memory: PageState) -> Iterator[Entry]:
    """The history; whatever another engine shows without loading, this one loads."""
    visit = 0
    for at, place in enumerate(memory.history):
        if at == 0 or not is_same_document(memory.history[at - 1], place):
            visit += 1
        yield Entry(place.url, visit)


def restore(state: FormState, memory: PageState) -> None:
    """Bring a page that was just opened into the remembered state."""
    document = state.document
    for control in memory.controls:
        element = find(document, control.locator)
        if element is not None:
            restore_control(state, element, control)
    for widget in memory.widgets:
        element = find(document, widget.locator)
        opener = find(document, widget.opener) if widget.opener is not None else None
        if element is not None and widget.state == "popover":
            state.popovers[element] = opener
        elif element is not None:
            state.opened[element] = widget.state != "closed"
            if widget.state == "modal":
                state.modals[element] = opener
    focus, was_focused = memory.focus, state.focus is not None
    found = find(document, focus.locator) if focus is not None else None
    state.focus, state.passed = (None, found) if focus is not None and focus.is_passed else (found, None)
    state.selection = (focus.start, focus.end) if focus is not None else (0, 0)
    if memory.controls or memory.widgets or state.focus is not None or was_focused:
        state.version += 1  # else the page's first reading holds


def restore_control(state: FormState, element: Element, control: Control) -> None:
    """Give a control what it held."""
    if control.value is not None:
        state.values[element] = control.value
    if control.is_edited:
        state.dirty[element] = None
    if control.is_checked is not None:
        state.checked[element] = control.is_checked
    if control.selected is not None:
        every = state.options(element)[1]
        state.selected[element] = [every[at] for at in control.selected if 0 <= at < len(every)]


def find(document: Document, spot: NodeLocator) -> Element | None:
    """The element of a spot, if the page has one there."""
    found = document.all(spot.tag)
    return found[spot.nth] if 0 <= spot.nth < len(found) else None
