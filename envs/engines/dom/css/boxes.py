"""Which elements are rendered, hidden from the accessibility tree, of zero size, or focusable."""

from gristmill.envs.engines.dom.css.cascade import OWN_CURSOR, Cascade, Path
from gristmill.envs.engines.dom.css.computed import Looks
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState, is_list

FOLDING = frozenset({"details", "select"})
REPLACED = frozenset(
    {"audio", "button", "canvas", "embed", "iframe", "input", "meter", "object", "progress", "select"}
    | {"textarea", "video", "hr"}
)
CONTROLS = frozenset({"button", "input", "select", "textarea"})
IGNORED = frozenset({"noscript", "script", "style", "template"})
BLANKS = " \t\n\f\r"  # a no-break space is visible content
ALWAYS_SEEN = REPLACED | {"fieldset", "td", "th"}
UNDRAWN = frozenset({"clippath", "defs", "desc", "mask", "symbol", "title"})


class Layout:
    """Visibility and boxes of a document in one state. Lists are indexed by `Element.index`."""

    def __init__(self, document: Document, state: FormState, cascade: Cascade) -> None:
        self.document, self.state, self.cascade = document, state, cascade
        self.styles, self._paths = cascade.style(document, state)
        self._is_rendered, self._is_left_out = list[bool](), list[bool]()
        self._extents: list[bool | None] = [None] * len(document.elements)
        self._boxes: list[bool | None] = [None] * len(document.elements)
        self._hidden: list[bool | None] = [None] * len(document.elements)
        self._pointer_cursors: dict[Element, bool] = {}
        self._find_rendered()

    def _find_rendered(self) -> None:
        """Determine what is rendered; parents precede children."""
        rendered, left_out = self._is_rendered, self._is_left_out
        for element, style in zip(self.document.elements, self.styles, strict=True):
            parent, is_none = element.parent, style.display == "none"
            is_out = is_none or element.attributes.get("aria-hidden", "").lower() == "true"
            if parent is None:
                rendered.append(not is_none)
                left_out.append(is_out)
                continue
            is_collapsed = parent.tag in FOLDING and self._is_collapsed(element)
            rendered.append(rendered[parent.index] and not is_none and not is_collapsed)
            left_out.append(is_out or left_out[parent.index])

    def _is_collapsed(self, element: Element) -> bool:
        """Whether it is inside a closed `<details>` but not its summary, or an optgroup of a closed list."""
        parent = element.parent
        if parent is not None and parent.tag == "details" and not self.state.is_open(parent):
            return element is not summary_of(parent)
        if element.tag != "optgroup":
            return False
        select = element.closest("select")
        return select is not None and not is_list(select)

    def position_key(self, element: Element) -> tuple[Path, int, bool, bool]:
        """A key of an element's position and visibility, comparable across pages."""
        at = element.index
        return self._paths[at], self.styles[at].serial, self._is_rendered[at], self._is_left_out[at]

    def is_decided(self, element: Element) -> bool:
        """Whether its content and style decide the styles of its children."""
        at = element.index
        is_box = self.styles[at].display != "contents"
        return is_box and self.cascade.is_decided(element, self._paths[at], self.state)

    def is_styled_visible(self, element: Element) -> bool:
        """Whether it is rendered and not hidden by `visibility`."""
        style = self.styles[element.index]
        return self._is_rendered[element.index] and style.is_visible and style.display != "contents"

    def is_hidden(self, element: Element) -> bool:
        """Whether it is excluded from the accessibility tree."""
        found = self._hidden[element.index]
        if found is None:
            found = self._hidden[element.index] = self._hides(element)
        return found

    def _hides(self, element: Element) -> bool:
        if element.tag in IGNORED:
            return True
        if element.tag == "slot":
            return self._is_left_out[element.index]
        if self.styles[element.index].display == "contents":
            return not self._has_shown_child(element, hidden_ones=False)
        is_option = element.tag == "option" and element.closest("select") is not None
        return self._is_left_out[element.index] or not (is_option or self.is_styled_visible(element))

    def _has_shown_child(self, element: Element, *, hidden_ones: bool) -> bool:
        return self._is_rendered[element.index] and any(
            bool(child.strip(BLANKS))
            if isinstance(child, str)
            else (self.has_box(child) if hidden_ones else not self.is_hidden(child))
            for child in element.tree_children
        )

    def has_box(self, element: Element) -> bool:
        """Whether it has a visible box."""
        found = self._boxes[element.index]
        if found is None:
            found = self._boxes[element.index] = self._takes_room(element)
        return found

    def _takes_room(self, element: Element) -> bool:
        style = self.styles[element.index]
        if style.display == "contents":
            return self._has_shown_child(element, hidden_ones=True)
        return self._is_rendered[element.index] and style.is_visible and self.has_extent(element)

    def is_inline(self, element: Element) -> bool:
        """Whether it is laid out inline."""
        style = self.styles[element.index]
        if style.display == "contents":
            first = next((child for child in element.tree_children if self._counts(child)), None)
            return isinstance(first, str)
        return style.display == "inline" and self.is_styled_visible(element)

    def _counts(self, child: Element | str) -> bool:
        return bool(child.strip(BLANKS)) if isinstance(child, str) else self.has_box(child)

    def has_extent(self, element: Element) -> bool:
        """Whether its width and height are greater than zero."""
        found = self._extents[element.index]
        if found is None:
            found = self._extents[element.index] = self._measure(element)
        return found

    def _measure(self, element: Element) -> bool:
        style, tag = self.styles[element.index], element.tag
        if not self._is_rendered[element.index]:
            return False
        if tag in {"option", "optgroup"}:
            select = element.closest("select")
            return select is None or is_list(select)
        is_sized = style.display != "inline" or tag in {"img", "svg"}
        if is_sized and self._has_zero_size(element):
            return False
        if tag in ALWAYS_SEEN:
            return True
        if tag in {"img", "svg"}:
            return element.attributes.get("width") != "0" and element.attributes.get("height") != "0"
        if element.is_in_svg:
            return tag not in UNDRAWN
        return self._holds_something(element) or self._has_declared_extent(element)

    def _has_zero_size(self, element: Element) -> bool:
        """Whether its sizes are declared zero."""
        if not self.cascade.may_shrink(element, self._paths[element.index], self.state):
            return False
        looks = self._looks(element)
        return looks.has_width is False or looks.has_height is False

    def _has_declared_extent(self, element: Element) -> bool:
        """Whether its declared sizes give it an extent although it is empty."""
        style, looks = self.styles[element.index], self._looks(element)
        if style.display == "inline":
            return looks.is_padded
        fills = style.is_in_flow and style.display in {"block", "flex", "grid", "list-item", "table"}
        return looks.has_height is True and (fills or looks.has_width is True)

    def _looks(self, element: Element) -> Looks:
        at = element.index
        return self.cascade.looks(element, self._paths[at], self.state, self.styles[at])

    def has_pointer_cursor(self, element: Element) -> bool:
        """Whether the cursor over it is `pointer`."""
        found = self._pointer_cursors.get(element)
        if found is None:
            path = self._paths[element.index]
            declares_cursor = self.cascade.declares_cursor(element, path, self.state)
            cursor = self._looks(element).cursor if declares_cursor else "inherit"
            if cursor != "inherit":
                found = "pointer" in cursor
            elif element.tag in {"a", "area"} and "href" in element.attributes:
                found = True
            else:
                inherits = element.parent is not None and element.tag not in OWN_CURSOR
                found = inherits and element.parent is not None and self.has_pointer_cursor(element.parent)
            self._pointer_cursors[element] = found
        return found

    def _holds_something(self, element: Element) -> bool:
        """Whether in-flow content gives it an extent."""
        for child in element.children:
            if isinstance(child, str):
                if child.strip(BLANKS):
                    return True
            elif self.styles[child.index].is_in_flow and self._child_extent(child):
                return True
        style = self.styles[element.index]
        return any(
            part is not None and part.is_inline and part.text(element) != ""
            for part in (style.before, style.after)
        )

    def _child_extent(self, child: Element) -> bool:
        if self.styles[child.index].display == "contents":
            return self._holds_something(child)
        return self.has_extent(child)


def summary_of(details: Element) -> Element | None:
    """The summary of a `<details>`, which is always rendered."""
    return next((child for child in details.elements() if child.tag == "summary"), None)


def can_focus(state: FormState, layout: Layout, element: Element) -> bool:
    """Whether a click on an element focuses it."""
    if not layout.is_styled_visible(element) or state.is_disabled(element):
        return False
    if state.modals and not list(state.modals)[-1].contains(element):
        return False
    return tab_index(element) is not None or is_natively_focusable(element)


def is_natively_focusable(element: Element) -> bool:
    """Whether its tag makes an element focusable."""
    tag, attributes = element.tag, element.attributes
    if tag in CONTROLS:
        return element.type != "hidden"
    if tag in {"a", "area"}:
        return "href" in attributes
    if tag == "summary":
        parent = element.parent
        return parent is not None and parent.tag == "details" and summary_of(parent) is element
    return tag == "iframe" or (tag in {"audio", "video"} and "controls" in attributes)


def tab_index(element: Element) -> int | None:
    """The element's explicit tab index."""
    value = element.attributes.get("tabindex", "").strip()
    return int(value) if value.lstrip("-").isdecimal() and value.count("-") <= 1 else None
