"""Changes within a page that follow from the roles of its elements, whatever the app."""

from gristmill.agents.dreams.outlines import Page, elements, parsed, with_state, with_text
from gristmill.envs.actions import types as do
from gristmill.envs.actions.errors import (
    NUMBER,
    not_switchable,
    radio_stays,
    refused,
    takes_a_number,
    takes_no_text,
)
from gristmill.envs.engines.dom.aria.yaml import quoted
from gristmill.envs.wrappers.candidates import TYPED

SWITCHES = frozenset({"checkbox", "radio", "switch"})


def edited(page: Page, place: int, action: do.Action) -> Page | None:
    """The page after an action on the element in this line; None if the action is no edit of the page.

    Raises:
        ActionError: the element does not take it.
    """
    line = parsed(page[place])
    assert line is not None
    if isinstance(action, do.Fill):
        return filled(page, place, action)
    if isinstance(action, do.Select):
        return selected(page, place, action)
    is_switch = line.role in SWITCHES
    if isinstance(action, do.Check | do.Uncheck):
        if not is_switch:
            raise not_switchable(action.ref, line.role)
        if line.role == "radio" and isinstance(action, do.Uncheck):
            raise radio_stays(action.ref)
        return switched(page, place, is_on=isinstance(action, do.Check))
    if isinstance(action, do.Click) and is_switch:
        return switched(page, place, is_on=line.role == "radio" or ("checked", "") not in line.attributes)
    if isinstance(action, do.Click) and is_box(page, place):
        return focused(list(page), place)
    return None


def is_box(page: Page, place: int) -> bool:
    """Whether a text can be typed into the element in this line."""
    line = parsed(page[place])
    assert line is not None
    if line.role != "combobox":
        return line.role in TYPED
    below = parsed(page[place + 1]) if place + 1 < len(page) else None
    return below is None or below.role != "option" or below.indent <= line.indent


def filled(page: Page, place: int, action: do.Fill) -> Page:
    """A box holds a text."""
    line = parsed(page[place])
    assert line is not None
    if not is_box(page, place):
        raise takes_no_text(action.ref, line.role)
    if line.role == "spinbutton" and not NUMBER.fullmatch(action.text):
        raise takes_a_number(action.ref, action.text)
    lines = list(page)
    below = range(place + 1, end_of(page, place))
    if not below:
        lines[place] = with_text(lines[place], action.text)
        return focused(lines, place)
    kept = [lines[each] for each in below if " - text:" not in lines[each]]  # such as a placeholder
    if action.text:
        kept.append(f"{' ' * (line.indent + 2)}- text: {quoted(action.text)}")
    lines[place + 1 : below.stop] = kept
    return focused(lines, place)


def end_of(page: Page, place: int) -> int:
    """The line after all that lies in the element in this line."""
    own = parsed(page[place])
    for below in range(place + 1, len(page)):
        line = parsed(page[below])
        if own is not None and line is not None and line.indent <= own.indent:
            return below
    return len(page)


def selected(page: Page, place: int, action: do.Select) -> Page:
    """An option of a drop-down list is chosen."""
    lines, is_found = list(page), False
    for below in range(place + 1, end_of(page, place)):
        line = parsed(page[below])
        is_wanted = line is not None and line.role == "option" and line.name == action.option
        is_found |= is_wanted
        lines[below] = with_state(lines[below], "selected", is_on=is_wanted)
    if not is_found:
        raise refused(action.ref, f"has no option {action.option!r}")
    return focused(lines, place)


def switched(page: Page, place: int, *, is_on: bool) -> Page:
    """A checkbox or radio button is on or off; the others of a radio button's group are off."""
    lines = list(page)
    found = {each.place: each for each in elements(page)}
    own = found[place]
    if own.line.role == "radio":
        for each in found.values():
            if each.line.role == "radio" and each.group == own.group:
                lines[each.place] = with_state(lines[each.place], "checked", is_on=False)
    lines[place] = with_state(lines[place], "checked", is_on=is_on)
    return focused(lines, place)


def focused(lines: list[str], place: int) -> Page:
    """The focus is on the element in this line and nowhere else."""
    for number, line in enumerate(lines):
        if " [active]" in line:
            lines[number] = with_state(line, "active", is_on=number == place)
    lines[place] = with_state(lines[place], "active", is_on=True)
    return tuple(lines)
