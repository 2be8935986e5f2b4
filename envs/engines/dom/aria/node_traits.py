"""What an element contributes to its node: role, name, states and generated text."""

from collections.abc import Sequence

from gristmill.envs.engines.dom.aria.accessible_name import NAMED_BY_CONTENT, NAMING, Names
from gristmill.envs.engines.dom.aria.node import Sources, Traits, collapsed
from gristmill.envs.engines.dom.aria.roles import NO_ROLE, Roles
from gristmill.envs.engines.dom.css.boxes import Layout
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


SWITCHED = frozenset({"input", "option"})
WITH_HIDDEN_TEXT = frozenset({"details", "input", "textarea"})  # whose text is collapsed or not in the markup
# For these only position, visibility and text matter.
SELF_CONTAINED = words(
    "a b code dd del div dt em h1 h2 h3 h4 h5 h6 i ins label legend li mark p s small span strong sub sup "
    "td th time u"
)
SELF_CONTAINED_ATTRIBUTES = frozenset({"class", "datetime", "for", "href", "id", "scope"})
# For these only position and visibility matter, unless they have further attributes.
CONTAINERS = words(
    "article aside body br circle dd div dl dt footer form g header i li main nav ol p path rect section "
    "small span svg tbody thead tr u ul"
)
SIGNIFICANT_ATTRIBUTES = NAMING | STATE_ATTRIBUTES
NO_SOURCES: Sources = ()


class Describer:
    """Computes traits of the elements of a page in one state."""

    def __init__(self, layout: Layout, roles: Roles, state: FormState, numbers: Sequence[int] = ()) -> None:
        self._layout, self._roles, self._state, self._numbers = layout, roles, state, numbers
        self._names, self._states = Names(layout, roles, state), States(state)
        attributes = state.document.attribute_names
        self._has_owned = "aria-owns" in attributes
        is_plain = not self._has_owned and "aria-disabled" not in attributes
        self._may_share = is_plain and not state.document.has_shadows

    def traits(self, element: Element) -> Traits:
        """Traits of a rendered element, shared with equal elements of other pages."""
        number = self._numbers[element.index]
        if number:
            return self._of_subtree(element, number)
        facts = self._deciding_facts(element) if self._may_share else None
        if facts is None:
            return self._compute_traits(element)
        key = *self._layout.position_key(element), self._roles[element], *facts
        found: Traits | None = self._layout.cascade.facts.get(key)
        return found or self._layout.cascade.add_fact(key, self._compute_traits(element))

    def _of_subtree(self, element: Element, number: int) -> Traits:
        """Traits that follow from a subtree and its position."""
        key = *self._layout.position_key(element), self._roles[element], number
        found: Traits | None = self._layout.cascade.facts.get(key)
        return found or self._layout.cascade.add_fact(key, self._compute_traits(element))

    def _deciding_facts(self, element: Element) -> tuple[object, ...] | None:
        """What determines the traits besides role and position; None if that is not a short list."""
        children, attributes, style = element.children, element.attributes, self._layout.styles[element.index]
        if style.before is not None or style.after is not None:
            return None
        if len(children) == 1 and isinstance(children[0], str):
            if element.tag not in SELF_CONTAINED or not attributes.keys() <= SELF_CONTAINED_ATTRIBUTES:
                return None
            return children[0], element.node_count, self._layout.has_box(element)
        if element.tag not in CONTAINERS or not attributes.keys().isdisjoint(SIGNIFICANT_ATTRIBUTES):
            return None
        is_drawn = element.tag == "svg" or element.is_in_svg
        is_titled = is_drawn and any(child.tag == "title" for child in element.elements())
        if is_titled or self._roles[element] in NAMED_BY_CONTENT:
            return None
        has_box = self._layout.has_box(element)
        is_visible = has_box or not self._layout.is_hidden(element)
        return has_box, is_visible, attributes.get("aria-hidden"), not children

    def states(self, element: Element, *, is_active: bool) -> str:
        """The states of an element as rendered in the aria text."""
        return self._states.of(element, self._roles[element], is_active=is_active)

    def name(self, element: Element) -> tuple[str, Sources]:
        """The name of an element and the elements that it was read from."""
        name, sources = self._names.name(element, self._roles[element])
        return collapsed(name), sources

    def _compute_traits(self, element: Element) -> Traits:
        layout, role = self._layout, self._roles[element]
        style, has_box = layout.styles[element.index], layout.has_box(element)
        is_visible = has_box or not layout.is_hidden(element)
        name, sources, is_live = "", NO_SOURCES, False
        has_node = is_visible and role not in NO_ROLE
        if has_node:
            if self._names.may_have(element, role):
                (name, sources), is_live = self.name(element), self._names.is_live
            has_node = not (role in {"", "generic"} and self._is_plain_text(element))
        space = " " if style.display != "inline" or element.tag == "br" else ""
        lead = space + style.before.text(element) if style.before else space
        trail = style.after.text(element) + space if style.after else space
        return Traits(
            is_visible,
            (role or "generic") if has_node else "",
            name,
            None if sources == (element,) else tuple(source.index - element.index for source in sources),
            self._states.of(element, role, is_active=False) if has_node else "",
            has_node and style.takes_pointer and has_box,
            element.attributes.get("aria-hidden", "").lower() == "true",
            is_live,
            has_node and element.tag in SWITCHED,
            lead,
            trail,
            element.tag == "details" and not self._state.is_open(element),
            self._plain_text(element, lead, trail) if has_node and role != "textbox" else None,
        )

    def _plain_text(self, element: Element, lead: str, trail: str) -> str | None:
        """The content of an element if it is plain text in every state."""
        if self._has_owned or element.tag in WITH_HIDDEN_TEXT:
            return None
        children = element.children
        if len(children) > 1 or (children and not isinstance(children[0], str)):
            return None
        text = children[0] if children else ""
        return collapsed(f"{lead}{text}{trail}")

    def _is_plain_text(self, element: Element) -> bool:
        """Whether it is an inline run of text."""
        children = element.tree_children
        return (
            element.node_count == 1
            and isinstance(children[0] if children else None, str)
            and self._layout.is_inline(element)
        )
