"""Captures the state of a page of the `dom` engine, and restores one captured by any engine."""

from collections.abc import Iterator

from gristmill.apps.server.navigation_policy import Addresses
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
    """Return the state of the page that is open in a tab."""
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
        refs=tab.refs.capture(),
        refs_issued=tab.refs.issued,
    )


def places(history: list[Entry]) -> Iterator[HistoryEntry]:
    """History entries, documents numbered from 1."""
    numbers: dict[int, int] = {}
    for entry in history:
        yield HistoryEntry(url=entry.url, document=numbers.setdefault(entry.visit, len(numbers) + 1))


def locator_of(document: Document, element: Element) -> NodeLocator:
    """The locator of an element."""
    return NodeLocator(tag=element.tag, nth=document.in_tree_order(element.tag).index(element))


def controls(state: FormState) -> Iterator[Control]:
    """Controls that were changed, in document order."""
    used = {*state.values, *state.checked, *state.selected}
    for element in sorted(used, key=lambda e: e.index):
        chosen = state.selected.get(element)
        options = state.options(element)[1] if chosen is not None else []
        yield Control(
            locator=locator_of(state.document, element),
            value=state.values.get(element),
            is_edited=element in state.dirty,
            is_checked=state.checked.get(element),
            selected=None if chosen is None else tuple(options.index(option) for option in chosen),
        )


def widgets(state: FormState) -> Iterator[Widget]:
    """Widgets that were opened or closed."""
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
    """The focus and selection."""
    if state.focus is None:
        passed = state.passed
        return None if passed is None else Focus(locator=locator_of(state.document, passed), is_passed=True)
    start, end = sorted(state.selection)
    return Focus(locator=locator_of(state.document, state.focus), start=start, end=end)


def resume(tab: Tab, token: str, addresses: Addresses, saved: PageState) -> None:
    """Restore a captured page in the session of this token, discarding the previous episode."""
    cookies: dict[str, dict[str, str]] = {}
    for cookie in saved.cookies:
        cookies.setdefault(cookie.host, {})[cookie.name] = cookie.value
    body = saved.markup.encode(errors="replace")
    answer = HttpResponse(url=saved.url, status=200, content_type=MARKUP, cache_control="", body=body)
    tab.reopen(token, addresses, answer, list(entries(saved)), cookies, saved.clipboard)
    tab.refs.restore(saved.refs, saved.refs_issued)
    restore(tab.state, saved)


def entries(saved: PageState) -> Iterator[Entry]:
    """The history; entries that another engine shows without loading are loaded by this one."""
    visit = 0
    for at, place in enumerate(saved.history):
        if at == 0 or not is_same_document(saved.history[at - 1], place):
            visit += 1
        yield Entry(place.url, visit)


def restore(state: FormState, saved: PageState) -> None:
    """Apply a captured state to a freshly loaded page."""
    document = state.document
    for control in saved.controls:
        element = find(document, control.locator)
        if element is not None:
            restore_control(state, element, control)
    for widget in saved.widgets:
        element = find(document, widget.locator)
        opener = find(document, widget.opener) if widget.opener is not None else None
        if element is not None and widget.state == "popover":
            state.popovers[element] = opener
        elif element is not None:
            state.opened[element] = widget.state != "closed"
            if widget.state == "modal":
                state.modals[element] = opener
    focus, was_focused = saved.focus, state.focus is not None
    found = find(document, focus.locator) if focus is not None else None
    state.focus, state.passed = (None, found) if focus is not None and focus.is_passed else (found, None)
    state.selection = (focus.start, focus.end) if focus is not None else (0, 0)
    if saved.controls or saved.widgets or state.focus is not None or was_focused:
        state.version += 1  # invalidates the page's first reading


def restore_control(state: FormState, element: Element, control: Control) -> None:
    """Restore one control."""
    if control.value is not None:
        state.values[element] = control.value
    if control.is_edited:
        state.dirty[element] = None
    if control.is_checked is not None:
        state.checked[element] = control.is_checked
    if control.selected is not None:
        options = state.options(element)[1]
        state.selected[element] = [options[at] for at in control.selected if 0 <= at < len(options)]


def find(document: Document, locator: NodeLocator) -> Element | None:
    """The element of a locator, if it exists."""
    found = document.in_tree_order(locator.tag)
    return found[locator.nth] if 0 <= locator.nth < len(found) else None
