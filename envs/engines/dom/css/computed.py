"""Computed style, limited to properties that affect the accessibility tree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import tinycss2

from gristmill.envs.engines.dom.css.stylesheet import Variables
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState


@dataclass(frozen=True, slots=True)
class Style:
    """Computed style of an element.

    Attributes:
        display: outer and inner display type, as `getComputedStyle` spells it.
        is_visible: from the `visibility` property.
        takes_pointer: from the `pointer-events` property.
        before: content of `::before`; None if not generated.
        after: content of `::after`; None if not generated.
        is_in_flow: whether it contributes to its parent's size.
        serial: unique among the styles of its page's style sheets.
        variables: values of custom properties.
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
    """Properties of an element that are rarely needed.

    Attributes:
        cursor: the declared value.
        has_width: whether the declared width is nonzero; None if the content determines it.
        has_height: the same for the height.
        is_padded: whether padding or a border makes it wider.
    """

    cursor: str
    has_width: bool | None
    has_height: bool | None
    is_padded: bool

    @classmethod
    def of(cls, declared: Mapping[str, str]) -> "Looks":
        """Build from declarations."""
        is_padded = extends(declared, ("left", "right", "inline"))
        is_high = extends(declared, ("top", "bottom", "block"))
        return cls(
            cursor=declared.get("cursor", "inherit"),
            has_width=is_padded or size(declared, "width"),
            has_height=is_high or size(declared, "height"),
            is_padded=is_padded,
        )


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a pseudo-element: literal strings and names of attributes."""

    parts: tuple[tuple[str, str], ...]
    is_inline: bool

    def text(self, element: Element) -> str:
        """The text for an element, surrounded by spaces if it is a block."""
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
    """The display type from the user agent's style sheet."""
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
    display: str, parent: Style, declared: Mapping[str, str], *, is_dialog: bool
) -> tuple[str, bool, bool, bool]:
    """Display, visibility, pointer events and flow from the winning declarations."""
    display_value = declared.get("display", display)
    keywords = {"inherit": parent.display, "initial": "inline", "unset": "inline", "revert": display}
    display_value = keywords.get(display_value, display_value)
    is_out = is_out_of_flow(declared) or (is_dialog and "position" not in declared)
    if (is_out or parent.lays_out_items) and display_value not in KEPT_AS_ITEM:
        display_value = BLOCKIFIED.get(display_value, "block")
    visibility, pointer = declared.get("visibility", "inherit"), declared.get("pointer-events", "inherit")
    is_visible = visibility in {"visible", "initial"} or (visibility in INHERITED and parent.is_visible)
    takes_pointer = parent.takes_pointer if pointer in INHERITED else pointer != "none"
    return display_value, is_visible, takes_pointer, not is_out


def is_out_of_flow(declared: Mapping[str, str]) -> bool:
    """Whether an element is out of flow."""
    return (
        declared.get("position") in {"absolute", "fixed"} or declared.get("float", "none") not in NOT_FLOATING
    )


def extends(declared: Mapping[str, str], sides: tuple[str, ...]) -> bool:
    """Whether padding or a border enlarges an element on any of these sides."""
    named = [f"{kind}-{side}" for kind in ("padding", "border") for side in sides]
    shorthands = [
        declared.get("padding", "0"),
        declared.get("border", "0"),
        declared.get("border-width", "0"),
    ]
    return any(is_something(value) for value in [declared.get(name, "0") for name in named] + shorthands)


def is_something(value: str) -> bool:
    """Whether a length, or any of several lengths, is nonzero."""
    return any(re.match(r"[\d.]*[1-9]", part) for part in value.split()) and "none" not in value.split()


def size(declared: Mapping[str, str], side: str) -> bool | None:
    """Whether a side's declared length is nonzero; None if there is none."""
    if is_something(declared.get(f"min-{side}", "0")):
        return True
    value = declared.get(side, "auto")
    if not value[:1].isdecimal() and value[:1] != ".":
        return None
    if "%" in value:
        return True if side == "width" and is_something(value) else None
    return is_something(value)


def content_of(declared: Mapping[str, str], display: str) -> Content | None:
    """The content of a pseudo-element with this display, if it is rendered and all text."""
    value = declared.get("content", "none")
    if (
        value in {"none", "normal"}
        or declared.get("display") == "none"
        or declared.get("visibility") == "hidden"
    ):
        return None
    parts = content_parts(value)
    if parts is None:
        return None
    is_item = display in {"flex", "grid", "inline-flex", "inline-grid"}
    is_inline = declared.get("display", "inline") == "inline" and not is_out_of_flow(declared) and not is_item
    return Content(parts, is_inline)


@lru_cache(maxsize=1024)
def content_parts(value: str) -> tuple[tuple[str, str], ...] | None:
    """The parts of a `content` value (or its alternative text); None unless all are text."""
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
