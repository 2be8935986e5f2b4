"""The calls of Playwright MCP's tools as actions of the environments.

Arguments are those of Playwright MCP 0.0.79, and the older `ref` for `target`. What lets an agent around the
verifier (scripts, the network, files) does not exist.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gristmill.envs.actions import types as act
from gristmill.envs.actions.parameters import MAX_MINUTES
from gristmill.envs.actions.types import Action
from gristmill.errors import ActionError, excerpt

Arguments = Mapping[str, Any]

REF = re.compile(r"\[?(?:(?:aria-)?ref=)?(e[1-9][0-9]*)\]?")
TARGETS = ("target", "ref")
LEFT = "left"


def ref_of(given: Arguments, *names: str) -> str:
    """The ref of an element argument, under any of its names.

    Raises:
        ActionError: there is none, or it is a selector.
    """
    names = names or TARGETS
    value = next((given[name] for name in names if given.get(name) is not None), None)
    if value is None:
        raise ActionError(f"{names[0]!r} is missing: a ref of the snapshot, such as e12.")
    found = REF.fullmatch(str(value).strip())
    if found is None:
        raise ActionError(
            f"{excerpt(str(value))} is no ref of the snapshot, such as e12; selectors are not supported."
        )
    return found[1]


def text_of(given: Arguments, name: str) -> str:
    """A text argument; numbers are written out.

    Raises:
        ActionError: it is missing or neither text nor a number.
    """
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ActionError(f"{name!r} is missing, or no text.")
    return str(value)


def number_of(given: Arguments, name: str) -> int:
    """A number argument, rounded.

    Raises:
        ActionError: it is missing or no finite number.
    """
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ActionError(f"{name!r} is missing, or no number.")
    return round(value)


def require_plain(given: Arguments, **plain: Sequence[Any]) -> None:
    """Refuse values that a real browser would act on and this one does not.

    Raises:
        ActionError: an argument has a value other than these.
    """
    for name, allowed in plain.items():
        value = given.get(name)
        if value is not None and value not in allowed:
            raise ActionError(f"{name}={value!r} is not supported; leave it out.")


def click(given: Arguments) -> list[Action]:
    """Click an element of the page."""
    require_plain(given, doubleClick=[False], button=[LEFT], modifiers=[[]])
    return [act.Click(ref_of(given))]


def type_text(given: Arguments) -> list[Action]:
    """Replace what a text box holds; or type into it key by key."""
    ref, text = ref_of(given), text_of(given, "text")
    typed: list[Action] = (
        [act.Click(ref), act.TypeText(text)] if given.get("slowly") else [act.Fill(ref, text)]
    )
    return [*typed, act.Press("Enter")] if given.get("submit") else typed


def fill_form(given: Arguments) -> list[Action]:
    """Fill several fields of a form."""
    fields = given.get("fields")
    if not isinstance(fields, list) or not fields or not all(isinstance(each, Mapping) for each in fields):
        raise ActionError("'fields' is missing: a list of objects with target, name, type and value.")
    return [fill_field(field) for field in fields]


def fill_field(field: Arguments) -> Action:
    """Fill one field of a form, by its type."""
    ref, value = ref_of(field), field.get("value")
    match field.get("type"):
        case "textbox" | "slider":
            return act.Fill(ref, text_of(field, "value"))
        case "combobox":
            return act.Select(ref, text_of(field, "value"))
        case "checkbox" | "radio":
            if str(value).lower() not in {"true", "false"}:
                raise ActionError(f"The value of {ref} is true or false, not {excerpt(repr(value))}.")
            return act.Check(ref) if str(value).lower() == "true" else act.Uncheck(ref)
        case other:
            raise ActionError(
                f"{excerpt(repr(other))} is no type of a field: textbox, checkbox, radio, combobox, slider."
            )


def select_option(given: Arguments) -> list[Action]:
    """Select an option of a drop-down list by its text."""
    values = given.get("values")
    if not isinstance(values, list) or len(values) != 1:
        raise ActionError("'values' is a list with the text of one option.")
    return [act.Select(ref_of(given), str(values[0]))]


def press_key(given: Arguments) -> list[Action]:
    """Press a key at the focus."""
    key = text_of(given, "key").replace("ControlOrMeta+", "Control+")
    return [act.Press("Space" if key == " " else key)]


def navigate(given: Arguments) -> list[Action]:
    """Open an address of the task's apps."""
    return [act.Goto(text_of(given, "url"))]


def wait_for_time(given: Arguments) -> list[Action]:
    """Let the world's clock run, in whole minutes."""
    minutes = max(1, math.ceil(number_of(given, "time") / 60))
    if minutes > MAX_MINUTES:
        raise ActionError(f"'time' may be at most {MAX_MINUTES * 60} seconds.")
    return [act.Wait(minutes)]


def mouse_click(given: Arguments) -> list[Action]:
    """Click or double-click a point."""
    require_plain(given, button=[LEFT], clickCount=[1, 2])
    kind = act.MouseDoubleClick if given.get("clickCount") == 2 else act.MouseClick
    return [kind(number_of(given, "x"), number_of(given, "y"))]


def mouse_drag(given: Arguments) -> list[Action]:
    """Press the button at one point and release it at another."""
    return [act.MouseDrag(*(number_of(given, name) for name in ("startX", "startY", "endX", "endY")))]


Translation = Callable[[Arguments], list[Action]]

TRANSLATIONS: Mapping[str, Translation] = {
    "browser_click": click,
    "browser_type": type_text,
    "browser_fill_form": fill_form,
    "browser_select_option": select_option,
    "browser_press_key": press_key,
    "browser_hover": lambda given: [act.Hover(ref_of(given))],
    "browser_navigate": navigate,
    "browser_navigate_back": lambda _: [act.Back()],
    "browser_mouse_click_xy": mouse_click,
    "browser_mouse_move_xy": lambda given: [act.MouseMove(number_of(given, "x"), number_of(given, "y"))],
    "browser_mouse_drag_xy": mouse_drag,
    "wait_for_news": lambda given: [act.WaitForNews(number_of(given, "minutes"))],
    "submit_answer": lambda given: [act.Answer(text_of(given, "answer"))],
    "give_up": lambda given: [act.GiveUp(text_of(given, "reason"))],
    "finish_task": lambda _: [act.Done()],
}
"""The actions of a tool call, for the tools that need nothing but their arguments."""
