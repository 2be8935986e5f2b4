"""The style of an element, as far as it decides which text and elements a reader meets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import tinycss2

from gristmill.envs.engines.dom.css.variables import Variables
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState


@dataclass(frozen=True, slots=True)
class Style:
    """What was computed for an element.

    Attributes:
        display: outer and inner display type, as `getComputedStyle` names it.
        is_visible: the `visibility` property.
        takes_pointer: whether the mouse can reach it.
        before: the text of its `::before`; None if there is none.
        after: the same of `::after`.
        is_in_flow: whether its parent's size depends on it.
        serial: tells it from all other styles of its page's sheets.
        variables: the values of custom properties.
    """

    display: str = "inline"
    is_visible: bool = True
    takes_pointer: bool = True
    before: "Content | None" = None
    after: "Content | None" = None
    is_in_flow: bool = True
    serial: int = 0
    variables: Variables = field(default_factory=dict)

    @property
    def lays_out_items(self) -> bool:
        """Whether its children are flex or grid items, which are never inline."""
        return self.display in {"flex", "grid", "inline-flex", "inline-grid"}


@dataclass(frozen=True, slots=True)
class Looks:
    """How an element looks, as far as that ever matters.

    Attributes:
        cursor: what was declared.
        has_width: whether its width is said to be something, or nothing; None leaves it to its content.
        has_height: the same of its height.
        is_padded: whether padding or a border makes it wider.
    """

    cursor: str
    has_width: bool | None
    has_height: bool | None
    is_padded: bool

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Looks":
        """What these declarations make of an element."""
        is_padded = extends(said, ("left", "right", "inline"))
        is_high = extends(said, ("top", "bottom", "block"))
        return cls(
            cursor=said.get("cursor", "inherit"),
            has_width=is_padded or size(said, "width"),
            has_height=is_high or size(said, "height"),
            is_padded=is_padded,
        )


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a pseudo-element: literal strings, and names of attributes to take it from."""

    parts: tuple[tuple[str, str], ...]
    is_inline: bool

    def text(self, element: Element) -> str:
        """The text for an element, with the spaces that a block puts around it."""
        text = "".join(
            value if kind == "string" else element.attributes.get(value, "") for kind, value in self.parts
        )
        return text if self.is_inline else f" {text} "


ROOT = Style(display="block")
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div"}
    | {"dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hgroup", "hr", "html", "legend", "main", "menu", "nav", "ol", "optgroup", "option", "p"}
    | {"pre", "search", "section", "summary", "ul"}
)
NOT_SHOWN = frozenset(
    {"area", "base", "datalist", "head", "link", "meta", "noembed", "noframes", "noscript", "param", "rp"}
    | {"script", "style", "template", "title"}
)
OTHERS = {
    "button": "inline-block",
    "caption": "table-caption",
    "col": "table-column",
    "colgroup": "table-column-group",
    "input": "inline-block",
    "li": "list-item",
    "meter": "inline-block",
    "progress": "inline-block",
    "select": "inline-block",
    "slot": "contents",
    "table": "table",
    "tbody": "table-row-group",
    "td": "table-cell",
    "textarea": "inline-block",
    "tfoot": "table-footer-group",
    "th": "table-cell",
    "thead": "table-header-group",
    "tr": "table-row",
}
INITIAL_DISPLAY = {**dict.fromkeys(BLOCKS, "block"), **dict.fromkeys(NOT_SHOWN, "none"), **OTHERS}
BLOCKIFIED = {"inline-flex": "flex", "inline-grid": "grid", "inline-table": "table"}
NOT_FLOATING = frozenset({"none", "initial", "unset"})
INHERITED = frozenset({"inherit", "unset"})
KEPT_AS_ITEM = frozenset({"none", "contents", "block", "flex", "grid", "table", "list-item", "flow-root"})


def initial_display(element: Element, state: FormState) -> str:
    """The display type that the browser gives an element before any style sheet."""
    if "hidden" in element.attributes:
        return "none"
    if element.tag == "input" and element.attributes.get("type", "").lower() == "hidden":
        return "none"
    if element.tag == "dialog" and not state.is_open(element):
        return "none"
    if "popover" in element.attributes:
        return "block" if element in state.popovers else "none"
    if element.tag in {"text", "foreignobject"} and element.is_in_svg:
        return "block"
    if element.tag == "audio" and "controls" not in element.attributes:
        return "none"
    return INITIAL_DISPLAY.get(element.tag, "inline")


def compute(
    display: str, parent: Style, said: Mapping[str, str], *, is_dialog: bool
) -> tuple[str, bool, bool, bool]:
    """Display, visibility, reach of the mouse and place in the flow, from what won the cascade."""
    shown = said.get("display", display)
    keywords = {"inherit": parent.display, "initial": "inline", "unset": "inline", "revert": display}
    shown = keywords.get(shown, shown)
    is_out = is_out_of_flow(said) or (is_dialog and "position" not in said)
    if (is_out or parent.lays_out_items) and shown not in KEPT_AS_ITEM:
        shown = BLOCKIFIED.get(shown, "block")
    visibility, pointer = said.get("visibility", "inherit"), said.get("pointer-events", "inherit")
    is_visible = visibility in {"visible", "initial"} or (visibility in INHERITED and parent.is_visible)
    takes_pointer = parent.takes_pointer if pointer in INHERITED else pointer != "none"
    return shown, is_visible, takes_pointer, not is_out


def is_out_of_flow(said: Mapping[str, str]) -> bool:
    """Whether an element is taken out of its parent's flow."""
    return said.get("position") in {"absolute", "fixed"} or said.get("float", "none") not in NOT_FLOATING


def extends(said: Mapping[str, str], sides: tuple[str, ...]) -> bool:
    """Whether padding or a border makes an element bigger on any of these sides."""
    named = [f"{kind}-{side}" for kind in ("padding", "border") for side in sides]
    shorthands = [said.get("padding", "0"), said.get("border", "0"), said.get("border-width", "0")]
    return any(is_something(value) for value in [said.get(name, "0") for name in named] + shorthands)


def is_something(value: str) -> bool:
    """Whether a length, or any length among several, is not nothing."""
    return any(re.match(r"[\d.]*[1-9]", part) for part in value.split()) and "none" not in value.split()


def size(said: Mapping[str, str], side: str) -> bool | None:
    """Whether a side is given a length, no length, or neither."""
    if is_something(said.get(f"min-{side}", "0")):
        return True
    value = said.get(side, "auto")
    if not value[:1].isdecimal() and value[:1] != ".":
        return None
    if "%" in value:
        return True if side == "width" and is_something(value) else None
    return is_something(value)


def content_of(said: Mapping[str, str], display: str) -> Content | None:
    """The text of a pseudo-element of an element with this display, if it is shown and all text."""
    value = said.get("content", "none")
    if value in {"none", "normal"} or said.get("display") == "none" or said.get("visibility") == "hidden":
        return None
    parts = content_parts(value)
    if parts is None:
        return None
    is_item = display in {"flex", "grid", "inline-flex", "inline-grid"}
    is_inline = said.get("display", "inline") == "inline" and not is_out_of_flow(said) and not is_item
    return Content(parts, is_inline)


@lru_cache(maxsize=1024)
def content_parts(value: str) -> tuple[tuple[str, str], ...] | None:
    """The parts of a `content` value (its alternative text if it has one); None if it is not all text."""
    tokens = [
        t for t in tinycss2.parse_component_value_list(value) if t.type not in {"whitespace", "comment"}
    ]
    slash = next((i for i, token in enumerate(tokens) if token == "/"), None)
    parts: list[tuple[str, str]] = []
    for token in tokens[slash + 1 :] if slash is not None else tokens:
        if token.type == "string":
            parts.append(("string", token.value))
        elif token.type == "function" and token.lower_name == "attr" and len(token.arguments) == 1:
            parts.append(("attribute", token.arguments[0].value))
        else:
            return None
    return tuple(parts)
