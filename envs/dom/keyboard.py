"""What keys and typed text do where the focus is."""

from typing import Protocol

from gristmill.envs import refusals
from gristmill.envs.dom import forms
from gristmill.envs.dom.focus import can_focus, next_stop
from gristmill.envs.dom.state import is_list
from gristmill.envs.dom.tab import Tab
from gristmill.envs.dom.tree import Element

WRITTEN = forms.WRITTEN | {"number"}
IN_NUMBERS = frozenset("0123456789+-.eE")
NAMES = {"Space": " "}
STEPS = {"ArrowUp": -1, "ArrowLeft": -1, "ArrowDown": 1, "ArrowRight": 1}


class Hands(Protocol):
    """What a key can set off besides typing."""

    def activate(self, element: Element) -> None:
        """Do what clicking an element is for."""

    def submit(self, form: Element, submitter: Element | None) -> None:
        """Send a form."""


class Keyboard:
    """The keyboard of one tab."""

    def __init__(self, tab: Tab, hands: Hands) -> None:
        self._tab, self._hands = tab, hands

    def press(self, key: str) -> None:
        """Press a key, with modifiers before it, joined by `+`."""
        *modifiers, last = (
            [key] if key == "+" else key.rsplit("+", 1) if not key.endswith("++") else [key[:-2], "+"]
        )
        held = {name for part in modifiers for name in part.split("+")}
        focus = self._tab.state.focus
        if held & {"Alt", "Meta"}:
            return
        if last == "Tab":
            self._tab.state.set_focus(next_stop(self._tab.state, self._tab.layout, backwards="Shift" in held))
        elif last == "Escape":
            self._escape()
        elif focus is not None:
            self._press_on(focus, last, held)

    def _press_on(self, focus: Element, key: str, held: set[str]) -> None:
        if self._takes_text(focus):
            if self._edit(focus, key, held):
                return
        elif "Control" not in held and self._use(focus, key):
            return
        if key == "Enter" and focus.tag == "input" and focus.type not in forms.BUTTONS:
            self._submit_implicitly(focus)

    def _takes_text(self, element: Element) -> bool:
        return element.tag in {"input", "textarea"} and element.type in WRITTEN

    def _use(self, focus: Element, key: str) -> bool:
        """What a key does to a control without text; whether it did anything."""
        state = self._tab.state
        if (
            (focus.tag in {"a", "area"} and key == "Enter")
            or (focus.tag in {"button", "summary"} and key in {"Enter", "Space"})
            or (
                focus.tag == "input"
                and key in ({"Space", "Enter"} if focus.type in forms.BUTTONS else {"Space"})
            )
        ):
            self._hands.activate(focus)
        elif focus.tag == "select" and (key in STEPS or key in {"Home", "End"}):
            self._choose(focus, key)
        elif focus.tag == "input" and focus.type == "radio" and key in STEPS:
            group = [e for e in state.radio_group(focus) if can_focus(state, self._tab.layout, e)]
            other = group[(group.index(focus) + STEPS[key]) % len(group)]
            state.set_focus(other)
            state.set_checked(other, on=True)
        else:
            return False
        return True

    def _choose(self, select: Element, key: str) -> None:
        """Move through a drop-down list."""
        state = self._tab.state
        chosen, every = state.options(select)
        usable = [option for option in every if not state.is_disabled(option)]
        if not usable or is_list(select):
            return
        place = usable.index(chosen[0]) if chosen and chosen[0] in usable else -1
        target = {"Home": 0, "End": len(usable) - 1}.get(key, place + STEPS.get(key, 0))
        state.set_selected(select, usable[min(max(target, 0), len(usable) - 1)])

    def _submit_implicitly(self, control: Element) -> None:
        """Enter in a form presses its first button; without one it sends the form if it has one text box."""
        state = self._tab.state
        form = state.document.form_of(control)
        if form is None:
            return
        button = forms.default_button(state, form)
        if button is not None:
            self._hands.activate(button)
        elif (
            sum(e.tag == "input" and e.type in forms.SINGLE_LINE for e in state.document.controls[form]) == 1
        ):
            self._hands.submit(form, None)

    def _escape(self) -> None:
        """Close what lies on top."""
        state = self._tab.state
        if state.popovers:
            state.set_popover(list(state.popovers)[-1], on=False)

    def type_text(self, text: str) -> None:
        """Insert text where the focus is.

        Raises:
            ActionError: nothing that takes text has the focus.
        """
        if not self._is_writing():
            raise refusals.nothing_to_type_into()
        self.type(text)

    def _is_writing(self) -> bool:
        focus = self._tab.state.focus
        return focus is not None and self._takes_text(focus) and "readonly" not in focus.attributes

    def type(self, text: str) -> None:
        """Insert text where the focus is, in place of what is selected."""
        state = self._tab.state
        focus = state.focus
        if focus is None or not self._is_writing():
            return
        if focus.tag == "input":
            text = text.rstrip("\r\n").replace("\n", " ")
        if focus.type == "number":
            text = "".join(c for c in text if c in IN_NUMBERS)
        start, end = state.selection
        value = state.value(focus)
        text = fitting(focus, text, value[:start] + value[end:])
        if text or start != end:
            state.set_value(focus, value[:start] + text + value[end:])
            state.selection = (start + len(text), start + len(text))

    def _edit(self, focus: Element, key: str, held: set[str]) -> bool:
        """What a key does in a text box; whether it did anything."""
        state = self._tab.state
        value, (start, end) = state.value(focus), state.selection
        if "Control" in held:
            if key in {"a", "A"}:
                state.selection = (0, len(value))
            return True
        if key in {"Backspace", "Delete"}:
            if start == end:
                start, end = (
                    (max(start - 1, 0), end) if key == "Backspace" else (start, min(end + 1, len(value)))
                )
            if start != end and "readonly" not in focus.attributes:
                state.set_value(focus, value[:start] + value[end:])
                state.selection = (start, start)
        elif key in {"Home", "End", "ArrowLeft", "ArrowRight"}:
            self._move(key, held, len(value))
        elif key in {"ArrowUp", "ArrowDown"} and focus.type == "number":
            self._step(focus, 1 if key == "ArrowUp" else -1)
        elif key == "Enter" and focus.tag == "textarea":
            self.type("\n")
        elif len(key) == 1 or key in NAMES:
            typed = NAMES.get(key, key)
            self.type(typed.upper() if "Shift" in held else typed)
        else:
            return key != "Enter"
        return True

    def _move(self, key: str, held: set[str], size: int) -> None:
        """Move the caret, or with Shift the end of the selection."""
        state = self._tab.state
        start, end = state.selection
        if "Shift" in held:
            moved = {"Home": 0, "End": size, "ArrowLeft": end - 1, "ArrowRight": end + 1}[key]
            state.selection = (
                (min(start, moved), max(start, min(moved, size))) if moved >= 0 else (start, end)
            )
            return
        left = start if start != end else max(start - 1, 0)
        right = end if start != end else min(end + 1, size)
        place = {"Home": 0, "End": size, "ArrowLeft": left, "ArrowRight": right}[key]
        state.selection = (place, place)

    def _step(self, focus: Element, direction: int) -> None:
        """An arrow key in a number box."""
        state, attributes = self._tab.state, focus.attributes
        if "readonly" in attributes:
            return
        step = forms.as_number(attributes.get("step")) or 1.0
        low, high = forms.as_number(attributes.get("min")), forms.as_number(attributes.get("max"))
        number = (forms.as_number(state.value(focus)) or 0.0) + direction * step
        number = number if low is None else max(number, low)
        number = number if high is None else min(number, high)
        state.set_value(focus, f"{number:g}")
        end = len(state.value(focus))
        state.selection = (end, end)


def fitting(control: Element, text: str, rest: str) -> str:
    """As much of a text as a control has room for beside the rest."""
    longest = forms.length(control, "maxlength")
    if longest is None or control.type not in forms.WRITTEN:
        return text
    room = max(longest - len(rest.encode("utf-16-le")) // 2, 0)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore")
