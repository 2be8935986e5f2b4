"""Sequential focus navigation: where Tab goes."""

from gristmill.envs.engines.dom.css.boxes import Layout, can_focus, tab_index
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState

OPENING = ("popovertarget", "commandfor")


def order(state: FormState, layout: Layout) -> list[Element]:
    """Tab order: elements with a positive tab index first, then the others in document order."""
    stops = with_popovers(state, [e for e in state.document.elements if is_stop(state, layout, e)])
    numbered = [e for e in stops if (tab_index(e) or 0) > 0]
    return sorted(numbered, key=lambda e: tab_index(e) or 0) + [e for e in stops if (tab_index(e) or 0) == 0]


def with_popovers(state: FormState, stops: list[Element]) -> list[Element]:
    """Tab goes from the button that opened a popover into it, wherever it lies, and then goes on."""
    for popover, opener in state.popovers.items():
        name = popover.attributes.get("id", "")
        if opener is None or name not in {opener.attributes.get(each) for each in OPENING}:
            continue
        inside = [e for e in stops if popover.contains(e) and e is not popover]
        if opener in stops and opener not in inside:
            rest = [e for e in stops if e not in inside]
            at = rest.index(opener) + 1
            stops = [*rest[:at], *inside, *rest[at:]]
    return stops


def is_stop(state: FormState, layout: Layout, element: Element) -> bool:
    """Whether Tab stops at an element; in a radio group only at the checked button, if any."""
    if not can_focus(state, layout, element) or (tab_index(element) or 0) < 0:
        return False
    if element.tag == "input" and element.type == "radio" and not state.is_checked(element):
        group = [e for e in state.radio_group(element) if can_focus(state, layout, e)]
        return not any(state.is_checked(e) for e in group) and group[0] is element
    return True


def next_stop(state: FormState, layout: Layout, *, backwards: bool) -> Element | None:
    """The next Tab stop; None is the document itself, between the last stop and the first."""
    stops = order(state, layout)
    if not stops:
        return None
    here = state.focus or state.passed
    if here is None:
        return stops[-1] if backwards else stops[0]
    if state.focus in stops:
        place = stops.index(state.focus) + (-1 if backwards else 1)
        return stops[place] if 0 <= place < len(stops) else None
    around = None if state.focus is not None else stops[-1 if backwards else 0]
    if backwards:
        return next((e for e in reversed(stops) if e.index < here.index), around)
    return next((e for e in stops if e.index > here.index), around)
