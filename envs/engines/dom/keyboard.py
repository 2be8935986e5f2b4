"""Keyboard input at the focused element."""

import unicodedata
from typing import Protocol

from gristmill.envs.actions import errors as refusals
from gristmill.envs.engines.dom.css.boxes import can_focus
from gristmill.envs.engines.dom.html import forms, list_boxes, steppers
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.focus import next_stop
from gristmill.envs.engines.dom.html.form_state import is_list, option_label
from gristmill.envs.engines.dom.html.text_editing import BACKSPACE, PASTE, TYPING, Editor, takes_text
from gristmill.envs.engines.dom.tab import Tab

NAMES = {"Space": " "}
STEPS = {"ArrowUp": -1, "ArrowLeft": -1, "ArrowDown": 1, "ArrowRight": 1, "PageUp": -3, "PageDown": 3}
KEYS_OUTSIDE_PAGE = frozenset({"Tab", "z", "Z", "y", "Y"})  # handled while the focus is outside the page
ARROWS = frozenset({"ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"})
STROKED = str.maketrans("øđłħ", "odlh")  # these accents are no combining characters
MOVES = ARROWS | {"Home", "End", "PageUp", "PageDown"}


class PageActions(Protocol):
    """Page operations that keys can trigger."""

    def activate(self, element: Element) -> None:
        """Run an element's activation behavior."""

    def submit(self, form: Element, submitter: Element | None) -> None:
        """Submit a form."""

    def close_dialog(self, dialog: Element) -> None:
        """Close a dialog."""


class Keyboard:
    """The keyboard of one tab."""

    def __init__(self, tab: Tab, actions: PageActions) -> None:
        self._tab, self._actions = tab, actions

    def press(self, key: str) -> None:
        """Press a key, with modifiers before it, joined by `+`."""
        *modifiers, last = (
            [key] if key == "+" else key.rsplit("+", 1) if not key.endswith("++") else [key[:-2], "+"]
        )
        held = {name for part in modifiers for name in part.split("+")}
        focus = self._tab.state.focus
        takes_alt = focus is not None and focus.tag == "select" and is_list(focus) and last in list_boxes.KEYS
        if held & ({"Meta"} if takes_alt else {"Alt", "Meta"}):
            return
        if self._tab.state.is_left and last not in KEYS_OUTSIDE_PAGE:
            return
        if last == "Tab":
            self._focus_next(backwards="Shift" in held)
        elif last == "Escape":
            self._escape()
        elif "Control" in held and last.lower() in {"z", "y"}:
            self._undo(is_back=last.lower() == "z" and "Shift" not in held)
        elif focus is not None and not self._tab.state.is_left:
            self._press_at(focus, last, held)

    def _undo(self, *, is_back: bool) -> None:
        """Undo or redo the last edit of the page; never returns the focus to the page."""
        state, was_left = self._tab.state, self._tab.state.is_left
        (self._tab.editor.undo if is_back else self._tab.editor.redo)()
        if was_left:
            state.leave()

    def _focus_next(self, *, backwards: bool) -> None:
        """Move the focus to the next Tab stop and select an input's text."""
        state = self._tab.state
        state.set_focus(next_stop(state, self._tab.layout, backwards=backwards))
        if state.focus is None:
            state.leave()
        if state.focus is not None and state.focus.tag == "input":
            state.selection = (0, len(state.text(state.focus)))

    def _press_at(self, focus: Element, key: str, held: set[str]) -> None:
        if takes_text(focus):
            if self._edit(focus, key, held):
                return
        elif "Control" not in held or (focus.tag == "select" and is_list(focus)):
            if self._use(focus, key, held):
                return
        elif focus.tag in {"a", "area"} and key == "Enter":
            raise refusals.opens_another_window()
        if key == "Enter" and sends_form(focus):
            self._submit_implicitly(focus)

    def _use(self, focus: Element, key: str, held: set[str]) -> bool:
        """Handle a key in a control without text; returns whether it was handled."""
        if is_activated(focus, key):
            if focus.tag in {"a", "area"} and "Shift" in held:
                raise refusals.opens_another_window()
            self._actions.activate(focus)
        elif focus.tag == "select":
            return self._use_list(focus, key, held)
        elif focus.tag == "input" and focus.type == "radio" and key in ARROWS:
            self._choose_radio(focus, STEPS[key])
        elif focus.tag == "input" and focus.type == "range" and key in MOVES:
            self._tab.state.set_value(focus, steppers.slider_value(focus, self._tab.state.value(focus), key))
        else:
            return False
        return True

    def _choose_radio(self, focus: Element, step: int) -> None:
        """Move to another radio button of the group."""
        state = self._tab.state
        group = [e for e in state.radio_group(focus) if can_focus(state, self._tab.layout, e)]
        other = group[(group.index(focus) + step) % len(group)]
        state.set_focus(other)
        state.set_checked(other, on=True)

    def _use_list(self, select: Element, key: str, held: set[str]) -> bool:
        """Handle a key in a drop-down list; returns whether it was handled."""
        if key in MOVES and is_list(select):
            if key in list_boxes.KEYS:
                list_boxes.move(self._tab.state, select, key, held)
        elif key in MOVES:
            if not held:
                self._choose(select, key)
        elif key == "Space" and is_list(select):
            list_boxes.toggle(self._tab.state, select)
        elif "Control" in held:
            if key.lower() == "a" and is_list(select):
                list_boxes.select_all(self._tab.state, select)
        elif len(key) == 1:
            self._type_ahead(select, key)
        else:
            return False
        return True

    def _choose(self, select: Element, key: str) -> None:
        state = self._tab.state
        chosen, every = state.options(select)
        usable = [option for option in every if not state.is_disabled(option)]
        if not usable:
            return
        at = every.index(chosen[0]) if chosen else -1
        if key in {"Home", "End"}:
            target: Element | None = usable[0 if key == "Home" else -1]
        else:
            step = STEPS[key]
            beyond = every[at + 1 :] if step > 0 else every[: max(at, 0)][::-1]
            target = option_at_distance(beyond, usable, abs(step))
        if target is not None:
            state.set_selected(select, target)

    def _type_ahead(self, select: Element, letter: str) -> None:
        """Type-ahead: select the next option that starts with this letter. Each key starts anew."""
        state = self._tab.state
        chosen, every = state.options(select)
        start = every.index(chosen[0]) + 1 if chosen else 0
        for option in every[start:] + every[:start]:
            if not state.is_disabled(option) and begins(option_label(option), letter):
                list_boxes.jump(state, select, option)
                return

    def _submit_implicitly(self, control: Element) -> None:
        """Implicit submission: press the default button, or submit a form whose only text box this is."""
        state = self._tab.state
        form = state.document.form_of(control)
        if form is None:
            return
        button = forms.default_button(state, form)
        if button is not None:
            self._actions.activate(button)
            return
        boxes = [e for e in state.document.controls[form] if e.tag == "input" and e.type in forms.SINGLE_LINE]
        if boxes == [control]:
            self._actions.submit(form, None)

    def _escape(self) -> None:
        """Clear a search box, or close the topmost layer."""
        state, focus = self._tab.state, self._tab.state.focus
        is_search = focus is not None and focus.tag == "input" and focus.type == "search"
        if focus is not None and is_search and "readonly" not in focus.attributes and state.value(focus):
            state.set_value(focus, "")
            state.selection = (0, 0)
        elif state.popovers:
            self._hide(list(state.popovers)[-1])
        elif state.modals:
            self._actions.close_dialog(list(state.modals)[-1])

    def _hide(self, popover: Element) -> None:
        """Hide a popover and return a focus inside it to the previously focused element."""
        state = self._tab.state
        before = state.popovers[popover]
        state.set_popover(popover, on=False)
        if before is not None and state.focus is not None and popover.contains(state.focus):
            state.restore_focus(before)

    def type(self, text: str) -> None:
        """Insert text at the caret, replacing the selection.

        Raises:
            ActionError: no text box has the focus.
        """
        focus = self._tab.state.focus
        if focus is None or not takes_text(focus) or "readonly" in focus.attributes:
            raise refusals.nothing_to_type_into()
        self._tab.editor.insert(text, PASTE)

    def _edit(self, focus: Element, key: str, held: set[str]) -> bool:
        """Handle a key in a text box; returns whether it was handled."""
        editor, by_word, extends = self._tab.editor, "Control" in held, "Shift" in held
        if key in {"ArrowUp", "ArrowDown"} and focus.type == "number":
            self._step(focus, key)
        elif key in MOVES:
            editor.move(key, by_word=by_word, extends=extends)
        elif key in {"Backspace", "Delete"}:
            self._delete(editor, key, by_word=by_word, with_shift=extends)
        elif "Control" in held:
            self._command(editor, key.lower(), with_shift=extends)
        elif key == "Enter" and focus.tag == "textarea":
            editor.insert("\n", TYPING)
        elif len(key) == 1 or key in NAMES:
            typed = NAMES.get(key, key)
            editor.insert(typed.upper() if extends else typed, TYPING)
        else:
            return key != "Enter"
        return True

    def _delete(self, editor: Editor, key: str, *, by_word: bool, with_shift: bool) -> None:
        """Delete by character, by word or to the start of the line; Shift+Delete cuts."""
        if key == "Delete" and with_shift:
            if not by_word:
                self._command(editor, "x")
            return
        caret = self._tab.state.selection[1]
        if key == "Delete":
            other = editor.place("ArrowRight", by_word=by_word)
        elif by_word and with_shift:
            other = editor.place("Home", by_word=False)
        else:
            other = editor.place("ArrowLeft", by_word=by_word)
        if key == "Backspace" and other == caret:
            other = max(caret - 1, 0)
        is_plain = not by_word
        editor.delete(other, (BACKSPACE if key == "Backspace" else TYPING) if is_plain else PASTE)

    def _command(self, editor: Editor, letter: str, *, with_shift: bool = False) -> None:
        """Select all, copy, cut and paste."""
        if with_shift and letter != "v":
            return
        if letter == "a":
            self._tab.state.selection = (0, len(editor.text))
        elif letter in {"c", "x"} and editor.selected and (letter == "c" or editor.is_editable):
            self._tab.clipboard = editor.selected
            if letter == "x":
                editor.delete(0, PASTE)
        elif letter == "v" and self._tab.clipboard:
            editor.insert(self._tab.clipboard, PASTE)

    def _step(self, focus: Element, key: str) -> None:
        """Step a number box with an arrow key."""
        state = self._tab.state
        if "readonly" in focus.attributes:
            return
        value = steppers.stepped(focus, state.value(focus), 1 if key == "ArrowUp" else -1)
        if value != state.value(focus):
            state.set_value(focus, value)
            state.selection = (len(value), len(value))


def is_activated(element: Element, key: str) -> bool:
    """Whether a key activates an element like a click."""
    if element.tag in {"a", "area"}:
        return key == "Enter"
    if element.tag in {"button", "summary"}:
        return key in {"Enter", "Space"}
    keys = {"Space", "Enter"} if element.type in forms.BUTTONS else {"Space"}
    return element.tag == "input" and key in keys


def sends_form(element: Element) -> bool:
    """Whether Enter in it sends its form."""
    if element.tag == "select":
        return is_list(element)
    return element.tag == "input" and element.type not in forms.BUTTONS


def begins(text: str, letter: str) -> bool:
    """Whether a text's first character is this letter, whatever its case and accents (not ligatures)."""
    first = unicodedata.normalize("NFKD", text[:1].lower().translate(STROKED))
    base = "".join(each for each in first if not unicodedata.combining(each))
    return base == letter.lower()


def option_at_distance(beyond: list[Element], usable: list[Element], count: int) -> Element | None:
    """The option `count` further on, or the next enabled one, or else the last enabled one."""
    target = None
    for number, option in enumerate(beyond, 1):
        if option in usable:
            target = option
            if number >= count:
                break
    return target
