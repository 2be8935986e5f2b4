"""What happened to a page since it was opened: values typed, boxes checked, parts opened, the focus."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.input_values import number_value, sanitized

FORM_CONTROLS = frozenset({"button", "input", "select", "textarea", "optgroup", "option", "fieldset"})
CHOICES = frozenset({"checkbox", "radio"})
LINES = re.compile(r"\r\n?")


@dataclass(slots=True)
class FormState:
    """The live state of a document. Two states of one document do not know of each other.

    Attributes:
        document: the page.
        focus: where the keyboard goes; None is the page itself.
        passed: where Tab goes on from while the focus is on the page itself; None is its beginning.
        selection: anchor and caret of what is selected in the focused text box.
        version: counts the changes that can be seen, so that readers know when to look again.
    """

    document: Document
    focus: Element | None = None
    passed: Element | None = None
    selection: tuple[int, int] = (0, 0)
    carets: dict[Element, tuple[int, int]] = field(default_factory=dict)
    is_left: bool = False  # by Tab beyond the last stop, until something has the focus again
    version: int = 0
    values: dict[Element, str] = field(default_factory=dict)
    checked: dict[Element, bool] = field(default_factory=dict)
    selected: dict[Element, list[Element]] = field(default_factory=dict)
    opened: dict[Element, bool] = field(default_factory=dict)
    popovers: dict[Element, Element | None] = field(default_factory=dict)  # and what had the focus before
    modals: dict[Element, Element | None] = field(default_factory=dict)  # and what had the focus before
    dirty: dict[Element, None] = field(default_factory=dict)

    def content(self) -> Hashable:
        """Equal for two states of a document that show the same."""
        return self.focus, self.is_left, frozenset(self.values.items()), self.parts(with_choices=True)

    def parts(self, *, with_choices: bool = False) -> Hashable:
        """Equal for two states in which the same is open, and with choices also the same chosen."""
        parts = frozenset(self.opened.items()), frozenset(self.popovers)
        if not with_choices:
            return parts
        selected = frozenset((select, tuple(options)) for select, options in self.selected.items())
        return parts, frozenset(self.checked.items()), selected

    def copy(self) -> "FormState":
        """The state as it is now, untouched by what happens to this one."""
        return replace(
            self,
            values=dict(self.values),
            checked=dict(self.checked),
            selected=dict(self.selected),
            opened=dict(self.opened),
            popovers=dict(self.popovers),
            dirty=dict(self.dirty),
            carets=dict(self.carets),
            modals=dict(self.modals),
        )

    def attribute(self, element: Element, name: str) -> str | None:
        """The value of an attribute as it is now; only `open` ever changes."""
        if name == "open" and element in self.opened:
            return "" if self.opened[element] else None
        return element.attributes.get(name)

    def is_open(self, element: Element) -> bool:
        """Whether a `<details>` or `<dialog>` is open."""
        return self.attribute(element, "open") is not None

    def set_open(self, element: Element, *, on: bool) -> None:
        """Open or close a `<details>` or `<dialog>`; the others of a `<details>` group close."""
        self.opened[element] = on
        self.version += 1
        group = element.attributes.get("name")
        if on and group and element.tag == "details":
            for other in self.document.all("details"):
                if other is not element and other.attributes.get("name") == group:
                    self.opened[other] = False

    def set_popover(self, element: Element, *, on: bool) -> None:
        """Show or hide a popover; another automatic one hides."""
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
        """Move the focus; a text box is entered at its end, one of several lines where it was left."""
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
        """The focus is outside of the page from now on, until Tab or a click brings it back."""
        self.is_left = True
        self.version += 1

    def restore_focus(self, element: Element) -> None:
        """Give an element the focus as a page does by itself: what was selected in it is again."""
        if element is not self.focus:
            self.set_focus(element)
            self.selection = self.carets.get(element, (0, 0))

    def value(self, element: Element) -> str:
        """What a control holds; of a text in a number box that is no number, nothing."""
        text = self.text(element)
        return number_value(text) if element.type == "number" else text

    def text(self, element: Element) -> str:
        """What a control shows."""
        if element in self.values:
            return self.values[element]
        if element.tag == "textarea":
            return LINES.sub("\n", element.text())
        if element.tag == "select":
            chosen = self.options(element)[0]
            return option_value(chosen[0]) if chosen else ""
        return sanitized(element, element.attributes.get("value", DEFAULT_VALUES.get(element.type, "")))

    def set_value(self, element: Element, value: str) -> None:
        """Make a text box hold this."""
        self.values[element] = value
        self.dirty[element] = None
        self.version += 1

    def is_checked(self, element: Element) -> bool:
        """Whether a checkbox or radio button is on."""
        if element.tag != "input" or element.type not in CHOICES:
            return False
        if element in self.checked:
            return self.checked[element]
        if "checked" not in element.attributes:
            return False
        rivals = self.radio_group(element) if element.type == "radio" else [element]
        return [rival for rival in rivals if "checked" in rival.attributes][-1] is element

    def set_checked(self, element: Element, *, on: bool) -> None:
        """Switch a checkbox or radio button; the others of a radio group go off."""
        if element.type == "radio":
            for rival in self.radio_group(element):
                self.checked[rival] = False
        self.checked[element] = on
        self.version += 1

    def radio_group(self, radio: Element) -> list[Element]:
        """The radio buttons of which only one is on, itself included."""
        name = radio.attributes.get("name")
        if not name:
            return [radio]
        return [
            other
            for other in self.document.controls[self.document.form_of(radio)]
            if other.type == "radio" and other.attributes.get("name") == name
        ]

    def options(self, select: Element) -> tuple[list[Element], list[Element]]:
        """The chosen options of a drop-down list, and all of them."""
        known = self.document.choices.get(select)
        if known is None:
            known = self.document.choices[select] = self._first_options(select)
        return (self.selected[select], known[1]) if select in self.selected else known

    def _first_options(self, select: Element) -> tuple[list[Element], list[Element]]:
        """The options that are chosen before anyone chose, and all of them."""
        every = [element for element in select.walk() if element.tag == "option"]
        chosen = [option for option in every if "selected" in option.attributes]
        if is_list(select):
            return (chosen if "multiple" in select.attributes else chosen[-1:]), every
        usable = [option for option in every if not self.is_disabled(option)]
        return (chosen or usable or [])[-1:] if chosen else usable[:1], every

    def is_selected(self, option: Element) -> bool:
        """Whether an option is a chosen one of its list."""
        select = option.closest("select") if option.tag == "option" else None
        if select is None:
            return option.tag == "option" and "selected" in option.attributes
        return option in self.options(select)[0]

    def set_selected(self, select: Element, option: Element) -> None:
        """Choose an option, besides the others where several can be."""
        chosen = self.options(select)[0] if "multiple" in select.attributes else []
        every = self.options(select)[1]
        self.selected[select] = [each for each in every if each in chosen or each is option]
        self.version += 1

    def choose_only(self, select: Element, option: Element) -> None:
        """Choose an option and none besides it."""
        self.selected[select] = [option]
        self.version += 1

    def is_disabled(self, element: Element) -> bool:
        """Whether a control takes no input, by itself or by the fieldset around it."""
        if element.tag not in FORM_CONTROLS:
            return False
        if "disabled" in element.attributes:
            return True
        if element.tag == "option":
            group = element.parent
            return group is not None and group.tag == "optgroup" and "disabled" in group.attributes
        return element.tag != "optgroup" and is_in_disabled_fieldset(element)

    def reset(self, form: Element) -> None:
        """Give a form's controls what they had when the page was opened."""
        for element in self.document.controls.get(form, []):
            for kept in (self.values, self.checked, self.selected, self.dirty):
                kept.pop(element, None)
        self.version += 1


DEFAULT_VALUES = {"checkbox": "on", "radio": "on"}


def is_list(select: Element) -> bool:
    """Whether a `<select>` shows its options as a list rather than dropping down."""
    size = select.attributes.get("size", "")
    return "multiple" in select.attributes or (size.isdecimal() and int(size) > 1)


def is_in_disabled_fieldset(element: Element) -> bool:
    """Whether a disabled fieldset is around, and not by way of its legend."""
    below = element
    for around in list(element.up())[1:]:
        if around.tag == "fieldset" and "disabled" in around.attributes:
            legend = next((child for child in around.elements() if child.tag == "legend"), None)
            if legend is None or legend is not below:
                return True
        below = around
    return False


def option_value(option: Element) -> str:
    """What choosing an option sends."""
    return option.attributes.get("value", option_text(option))


def option_text(option: Element) -> str:
    """The text of an option, white space collapsed."""
    return collapsed(option.text())


def collapsed(text: str) -> str:
    """A text without white space at its ends, and with one space wherever else it has some."""
    return " ".join(text.split())


def option_label(option: Element) -> str:
    """What a drop-down list shows of an option on the screen."""
    return collapsed(option.attributes.get("label", "")) or option_text(option)


def shown_text(option: Element) -> str:
    """What the `aria` text shows of an option; its label where it has nothing else."""
    said = collapsed(option.attributes.get("aria-label", "")) or option_text(option)
    return said or collapsed(option.attributes.get("title", "")) or option_label(option)
