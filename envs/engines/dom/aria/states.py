"""The states in brackets: checked, disabled, expanded, active and so on."""

from gristmill.envs.engines.dom.html.document import Element, words
from gristmill.envs.engines.dom.html.form_state import FormState

CHECKED = words("checkbox menuitemcheckbox menuitemradio option radio switch treeitem")
DISABLED = words(
    "application button checkbox columnheader combobox composite grid gridcell group input link listbox "
    "menu menubar menuitem menuitemcheckbox menuitemradio option radio radiogroup row rowheader scrollbar "
    "searchbox select separator slider spinbutton switch tab tablist textbox toolbar tree treegrid "
    "treeitem"
)
EXPANDED = words(
    "application button checkbox columnheader combobox gridcell link listbox menuitem menuitemcheckbox "
    "menuitemradio row rowheader switch tab treeitem"
)
INVALID = words(
    "application checkbox columnheader combobox gridcell listbox radiogroup rowheader searchbox slider "
    "spinbutton switch textbox tree"
)
LEVELLED = frozenset({"heading", "listitem", "row", "treeitem"})
HEADINGS = words("h1 h2 h3 h4 h5 h6")
SELECTED = words("columnheader gridcell option row rowheader tab treeitem")
STATEFUL = CHECKED | DISABLED | EXPANDED | INVALID | LEVELLED | SELECTED
NATIVELY_DISABLED = frozenset({"button", "input", "select", "textarea", "option", "optgroup"})
TELLING_TAGS = NATIVELY_DISABLED | HEADINGS
STATE_ATTRIBUTES = words("aria-checked aria-expanded aria-invalid aria-level aria-pressed aria-selected")


class States:
    """Reads the states of elements from the form state."""

    def __init__(self, state: FormState) -> None:
        self._state = state

    def of(self, element: Element, role: str, *, is_active: bool) -> str:
        """The states as rendered, each preceded by a space."""
        if role not in STATEFUL or not self._can_have_states(element):
            return " [active]" if is_active else ""
        found = [
            self._checked(element) if role in CHECKED else "",
            "disabled" if role in DISABLED and self.is_disabled(element) else "",
            "expanded" if role in EXPANDED and truth(element, "aria-expanded") == "true" else "",
            "active" if is_active else "",
            invalid(element) if role in INVALID else "",
            level(element) if role in LEVELLED else "",
            pressed(element) if role == "button" else "",
            "selected" if role in SELECTED and self._is_selected(element) else "",
        ]
        return "".join(f" [{state}]" for state in found if state)

    def _can_have_states(self, element: Element) -> bool:
        """Whether its tag, its attributes or its ancestors can give it any state."""
        return (
            element.tag in TELLING_TAGS
            or not element.attributes.keys().isdisjoint(STATE_ATTRIBUTES)
            or "aria-disabled" in self._state.document.attribute_names
        )

    def _checked(self, element: Element) -> str:
        if element.tag == "input" and element.type in {"checkbox", "radio"}:
            return "checked" if self._state.is_checked(element) else ""
        value = truth(element, "aria-checked")
        return {"true": "checked", "mixed": "checked=mixed"}.get(value, "")

    def _is_selected(self, element: Element) -> bool:
        if element.tag == "option":
            return self._state.is_selected(element)
        return truth(element, "aria-selected") == "true"

    def is_disabled(self, element: Element) -> bool:
        """Whether it is disabled, by HTML or ARIA."""
        if element.tag in NATIVELY_DISABLED and self._state.is_disabled(element):
            return True
        if "aria-disabled" not in self._state.document.attribute_names:
            return False
        for around in element.up():
            value = truth(around, "aria-disabled")
            if value in {"true", "false"}:
                return value == "true"
        return False


def truth(element: Element, name: str) -> str:
    """An ARIA attribute's value in lower case."""
    return element.attributes.get(name, "").lower()


def pressed(element: Element) -> str:
    """The `pressed` state of a toggle button."""
    return {"true": "pressed", "mixed": "pressed=mixed"}.get(truth(element, "aria-pressed"), "")


def invalid(element: Element) -> str:
    """The `invalid` state of a control."""
    value = truth(element, "aria-invalid")
    if not value.strip() or value == "false":
        return ""
    return f"invalid={value}" if value in {"grammar", "spelling"} else "invalid"


def level(element: Element) -> str:
    """The level of a heading or tree item."""
    if element.tag in HEADINGS:
        return f"level={element.tag[1]}"
    value = element.attributes.get("aria-level", "").strip()
    return f"level={int(value)}" if value.isdecimal() and int(value) >= 1 else ""
