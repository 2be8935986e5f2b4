"""The mutable state of a page: values, checked boxes, open widgets, focus."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.input_values import number_value, sanitized

FORM_CONTROLS = frozenset({"button", "input", "select", "textarea", "optgroup", "option", "fieldset"})
CHOICES = frozenset({"checkbox", "radio"})
LINES = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class ListRange:
    """The range over which keys extend the selection of a list box.

    Attributes:
        anchor: where it begins.
        end: where it ends, and keys go on.
        base: the options that were selected when it began.
        is_loose: whether Space selects the end, because Control and an arrow led to it.
    """

    anchor: "Element | None"
    end: "Element | None"
    base: "tuple[Element, ...]"
    is_loose: bool = False


@dataclass(slots=True)
class FormState:
    """The mutable state of a document. States of one document are independent.

    Attributes:
        document: the page.
        focus: the focused element; None is the document itself.
        passed: where Tab continues from while nothing has the focus; None is the document's start.
        selection: anchor and caret of the selection in the focused text box.
        version: number of visible changes, for cache invalidation.
    """

    document: Document
    focus: Element | None = None
    passed: Element | None = None
    selection: tuple[int, int] = (0, 0)
    carets: dict[Element, tuple[int, int]] = field(default_factory=dict)
    is_left: bool = False  # Tab left the page; until something is focused again
    version: int = 0
    values: dict[Element, str] = field(default_factory=dict)
    checked: dict[Element, bool] = field(default_factory=dict)
    selected: dict[Element, list[Element]] = field(default_factory=dict)
    ranges: dict[Element, ListRange] = field(default_factory=dict)
    opened: dict[Element, bool] = field(default_factory=dict)
    popovers: dict[Element, Element | None] = field(default_factory=dict)  # with the previous focus
    modals: dict[Element, Element | None] = field(default_factory=dict)  # with the previous focus
    dirty: dict[Element, None] = field(default_factory=dict)

    def content(self) -> Hashable:
        """A key that is equal for two states of a document that look the same."""
        return self.focus, self.is_left, frozenset(self.values.items()), self.parts(with_choices=True)

    def parts(self, *, with_choices: bool = False) -> Hashable:
        """A key that is equal for two states with the same open widgets (and the same choices)."""
        parts = frozenset(self.opened.items()), frozenset(self.popovers)
        if not with_choices:
            return parts
        selected = frozenset((select, tuple(options)) for select, options in self.selected.items())
        return parts, frozenset(self.checked.items()), selected

    def copy(self) -> "FormState":
        """An independent copy."""
        return replace(
            self,
            values=dict(self.values),
            checked=dict(self.checked),
            selected=dict(self.selected),
            ranges=dict(self.ranges),
            opened=dict(self.opened),
            popovers=dict(self.popovers),
            dirty=dict(self.dirty),
            carets=dict(self.carets),
            modals=dict(self.modals),
        )

    def attribute(self, element: Element, name: str) -> str | None:
        """The current value of an attribute; only `open` ever changes."""
        if name == "open" and element in self.opened:
            return "" if self.opened[element] else None
        return element.attributes.get(name)

    def is_open(self, element: Element) -> bool:
        """Whether a `<details>` or `<dialog>` is open."""
        return self.attribute(element, "open") is not None

    def set_open(self, element: Element, *, on: bool) -> None:
        """Open or close a `<details>` or `<dialog>`; closes the others of a `<details>` group."""
        self.opened[element] = on
        self.version += 1
        group = element.attributes.get("name")
        if on and group and element.tag == "details":
            for other in self.document.all("details"):
                if other is not element and other.attributes.get("name") == group:
                    self.opened[other] = False

    def set_popover(self, element: Element, *, on: bool) -> None:
        """Show or hide a popover; hides other automatic ones."""
        if on:
            if element.attributes.get("popover") in {"", "auto"}:
                around = set(element.up())
                for other in [p for p in self.popovers if p not in around]:
                    if other.attributes.get("popover") in {"", "auto"}:
                        self.popovers.pop(other)
            self.popovers[element] = self.focus
        else:
            self.popovers.pop(element, None)
        self.version += 1

    def set_focus(self, element: Element | None) -> None:
        """Move the focus. The caret goes to the end of an input, or to its last position in a text area."""
        if element is not self.focus or self.is_left:
            if self.focus is not None:
                self.carets[self.focus] = self.selection
            self.focus, self.is_left = element, False
            self.version += 1
        self.passed = None
        if element is not None and element.tag == "textarea":
            self.selection = self.carets.get(element, (0, 0))
        elif element is not None:
            end = len(self.text(element)) if element.tag == "input" else 0
            self.selection = (end, end)

    def leave(self) -> None:
        """Move the focus out of the page, until Tab or a click returns it."""
        self.is_left = True
        self.version += 1

    def restore_focus(self, element: Element) -> None:
        """Focus an element as scripts do, which restores its selection."""
        if element is not self.focus:
            self.set_focus(element)
            self.selection = self.carets.get(element, (0, 0))

    def value(self, element: Element) -> str:
        """A control's value; empty for invalid input in a number box."""
        text = self.text(element)
        return number_value(text) if element.type == "number" else text

    def text(self, element: Element) -> str:
        """A control's displayed text."""
        if element in self.values:
            return self.values[element]
        if element.tag == "textarea":
            return LINES.sub("\n", element.text())
        if element.tag == "select":
            chosen = self.options(element)[0]
            return option_value(chosen[0]) if chosen else ""
        return sanitized(element, element.attributes.get("value", DEFAULT_VALUES.get(element.type, "")))

    def set_value(self, element: Element, value: str) -> None:
        """Set the value of a text box."""
        self.values[element] = value
        self.dirty[element] = None
        self.version += 1

    def is_checked(self, element: Element) -> bool:
        """Whether a checkbox or radio button is checked."""
        if element.tag != "input" or element.type not in CHOICES:
            return False
        if element in self.checked:
            return self.checked[element]
        if "checked" not in element.attributes:
            return False
        rivals = self.radio_group(element) if element.type == "radio" else [element]
        return [rival for rival in rivals if "checked" in rival.attributes][-1] is element

    def set_checked(self, element: Element, *, on: bool) -> None:
        """Check or uncheck a checkbox or radio button; unchecks the rest of a radio group."""
        if element.type == "radio":
            for rival in self.radio_group(element):
                self.checked[rival] = False
        self.checked[element] = on
        self.version += 1

    def radio_group(self, radio: Element) -> list[Element]:
        """The radio group of a radio button, itself included."""
        return self.document.radio_groups.get(radio) or [radio]

    def options(self, select: Element) -> tuple[list[Element], list[Element]]:
        """The selected options of a drop-down list, and all its options."""
        known = self.document.choices.get(select)
        if known is None:
            known = self.document.choices[select] = self._first_options(select)
        return (self.selected[select], known[1]) if select in self.selected else known

    def _first_options(self, select: Element) -> tuple[list[Element], list[Element]]:
        """The initially selected options, and all options."""
        options = [element for element in select.walk() if element.tag == "option"]
        chosen = [option for option in options if "selected" in option.attributes]
        if is_list(select):
            return (chosen if "multiple" in select.attributes else chosen[-1:]), options
        usable = [option for option in options if not self.is_disabled(option)]
        return (chosen or usable or [])[-1:] if chosen else usable[:1], options

    def is_selected(self, option: Element) -> bool:
        """Whether an option is selected."""
        select = option.closest("select") if option.tag == "option" else None
        if select is None:
            return option.tag == "option" and "selected" in option.attributes
        return option in self.options(select)[0]

    def set_selected(self, select: Element, option: Element) -> None:
        """Select an option, in addition to others if the list is `multiple`."""
        chosen = self.options(select)[0] if "multiple" in select.attributes else []
        first = chosen[0] if chosen else option
        span = self.ranges.get(select) if chosen else None
        self.choose(select, [*chosen, option], span or ListRange(first, first, (first,)))

    def choose_only(self, select: Element, option: Element) -> None:
        """Select an option and no other."""
        self.choose(select, [option], ListRange(option, option, (option,)))

    def choose(self, select: Element, chosen: list[Element], span: ListRange) -> None:
        """Select exactly these options, by keys or clicks that lead to this range."""
        self.selected[select] = [option for option in self.options(select)[1] if option in chosen]
        self.ranges[select] = span
        self.version += 1

    def is_disabled(self, element: Element) -> bool:
        """Whether a control is disabled, by itself or by a fieldset."""
        if element.tag not in FORM_CONTROLS:
            return False
        if "disabled" in element.attributes:
            return True
        if element.tag == "option":
            group = element.parent
            return group is not None and group.tag == "optgroup" and "disabled" in group.attributes
        may_be = element.tag != "optgroup" and self.document.has_disabled_fieldset
        return may_be and is_in_disabled_fieldset(element)

    def reset(self, form: Element) -> None:
        """Reset a form's controls to their initial values."""
        for element in self.document.controls.get(form, []):
            for changes in (self.values, self.checked, self.selected, self.ranges, self.dirty):
                changes.pop(element, None)
        self.version += 1


DEFAULT_VALUES = {"checkbox": "on", "radio": "on"}


def is_list(select: Element) -> bool:
    """Whether a `<select>` is rendered as a list box."""
    size = select.attributes.get("size", "")
    return "multiple" in select.attributes or (size.isdecimal() and int(size) > 1)


def is_in_disabled_fieldset(element: Element) -> bool:
    """Whether a disabled fieldset contains it outside its first legend."""
    below = element
    for around in list(element.tree_up())[1:]:
        if around.tag == "fieldset" and "disabled" in around.attributes:
            legend = next((child for child in around.elements() if child.tag == "legend"), None)
            if legend is None or legend is not below:
                return True
        below = around
    return False


def option_value(option: Element) -> str:
    """The value that an option submits."""
    return option.attributes.get("value", option_text(option))


def option_text(option: Element) -> str:
    """The text of an option, white space collapsed."""
    return collapsed(option.text())


def collapsed(text: str) -> str:
    """Collapse white space to single spaces and trim."""
    return " ".join(text.split())


def option_label(option: Element) -> str:
    """The text that a drop-down list displays for an option."""
    return collapsed(option.attributes.get("label", "")) or option_text(option)


def shown_text(option: Element) -> str:
    """The aria text of an option; its label if it has no text."""
    label = collapsed(option.attributes.get("aria-label", "")) or option_text(option)
    return label or collapsed(option.attributes.get("title", "")) or option_label(option)
