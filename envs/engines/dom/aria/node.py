"""Nodes of an aria tree, their texts with source elements, and how each is simplified once complete.

White space is as JavaScript defines it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gristmill.envs.engines.dom.html.document import Element

ODD = re.compile("[\x1c-\x1f\x85\u200b\u00ad\ufeff\u00a0]")
SPACE = re.compile("[\t\n\v\f\r \u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
WIDE_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
INVISIBLE = {0x200B: None, 0xAD: None}
JS_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
BLANK = frozenset({"", " ", "  "})
JS_SPACES += "\u2028\u2029\u202f\u205f\u3000\ufeff"


def collapsed(text: str) -> str:
    """Collapse white space to single spaces and trim, by JavaScript's definition."""
    if text in BLANK:
        return ""
    if (text.isascii() and text.isprintable()) or not ODD.search(text):
        return " ".join(text.split())
    return WIDE_SPACE.sub(" ", text.translate(INVISIBLE).strip(JS_SPACES))


def flat(text: str) -> str:
    """The same for names, which keep no-break spaces."""
    if (text.isascii() and text.isprintable()) or not ODD.search(text):
        return " ".join(text.split())
    chunks = [SPACE.sub(" ", chunk.translate(INVISIBLE)) for chunk in text.split("\xa0")]
    return "\xa0".join(chunks).strip(JS_SPACES)


Sources = tuple[Element, ...]
Text = tuple[str, Sources]
NO_TEXT: Text = ("", ())


@dataclass(frozen=True, slots=True)
class NameSource:
    """How the name computation reached an element.

    Attributes:
        is_target: it is the element being named.
        is_within: it is a descendant of that element.
        by_reference: reached through `aria-labelledby`.
        by_label: reached through a label.
        by_caption: reached through a legend or caption.
        includes_hidden: the referring element is hidden itself, so hidden text counts.
    """

    is_target: bool = False
    is_within: bool = False
    by_reference: bool = False
    by_label: bool = False
    by_caption: bool = False
    includes_hidden: bool = False

    @property
    def leads_to_text(self) -> bool:
        """Whether content counts for any role."""
        return self.by_reference or self.by_label or self.by_caption


TARGET = NameSource(is_target=True)
WITHIN = NameSource(is_within=True)


def text_from(text: str, element: Element) -> Text:
    """A text from an element's own attributes."""
    return (text, (element,)) if text else NO_TEXT


def first_text_from(element: Element, *names: str) -> Text | None:
    """The first of these attributes that is not blank."""
    found = next(
        (element.attributes[n] for n in names if element.attributes.get(n, "").strip(JS_SPACES)), None
    )
    return None if found is None else (found, (element,))


def joined(texts: Iterable[Text]) -> Text:
    """Texts joined by spaces, with all their source elements."""
    found = list(texts)
    return " ".join(text for text, _ in found), tuple(source for _, sources in found for source in sources)


@dataclass(slots=True, eq=False)
class Node:
    """A node of the aria tree, under construction."""

    element: Element
    role: str
    name: str
    has_ref: bool
    states: str
    is_active: bool
    is_aria_hidden: bool
    sources: Sources
    parent: "Node | None"
    url: str | None = None
    placeholder: str | None = None
    has_inner_nodes: bool = False
    children: list["Node | str"] = field(default_factory=list)

    @property
    def has_properties(self) -> bool:
        """Whether it renders property lines (`/url`, `/placeholder`)."""
        return self.url is not None or self.placeholder is not None or self.is_aria_hidden

    @property
    def only_text(self) -> str | None:
        """Its text if it contains nothing else."""
        only = self.children[0] if len(self.children) == 1 else None
        return only if isinstance(only, str) else None


class Target(NamedTuple):
    """A referenced element with its role, name and states."""

    element: Element
    role: str
    name: str
    states: str


REF_MARK = "\0"  # stands for the number of a ref; no page contains it


class Targets(Mapping[str, Target]):
    """Targets by ref, numbered in order of insertion, as on a page that is the first of its episode.

    Details are stored as tuples of strings, which the garbage collector does not track: pages are cached
    by the thousand, and few of their targets are ever looked up.
    """

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self.indexes: list[int] = []  # of the elements in their page
        self._details: list[tuple[str, str, str]] = []

    def add(self, node: Node) -> None:
        """Add a node."""
        self._elements.append(node.element)
        self.indexes.append(node.element.index)
        self._details.append((node.role, node.name, node.states))

    def at(self, element: Element) -> Target | None:
        """The target of an element; None if it is not rendered."""
        if element.index not in self.indexes:
            return None
        return Target(element, *self._details[self.indexes.index(element.index)])

    def __getitem__(self, ref: str) -> Target:
        at = int(ref[1:]) - 1 if ref[:1] == "e" and ref[1:].isdecimal() else -1
        if not 0 <= at < len(self._elements):
            raise KeyError(ref)
        return Target(self._elements[at], *self._details[at])

    def __iter__(self) -> Iterator[str]:
        return (f"e{number}" for number in range(1, len(self._elements) + 1))

    def __len__(self) -> int:
        return len(self._elements)


class Traits(NamedTuple):
    """The part of an element's node that is equal in all states of one layout.

    Elements of many pages share the traits of plain text.

    Attributes:
        is_visible: whether it is in the accessibility tree.
        role: "" if it has no node of its own.
        name: see `sources`.
        sources: the elements that the name was read from, by their distance in document order; None for the
            element itself.
        states: its states when it is not active.
        has_ref: whether it gets a ref.
        is_aria_hidden: whether `aria-hidden` removes it.
        is_live: whether the name depends on form state.
        is_switched: whether the states depend on what is checked or selected.
        lead: text that its display type or `::before` puts before its content.
        trail: the same after its content.
        is_collapsed: whether its text is collapsed.
        text: its whole content, if that is plain text that does not depend on form state.
    """

    is_visible: bool
    role: str
    name: str
    sources: tuple[int, ...] | None
    states: str
    has_ref: bool
    is_aria_hidden: bool
    is_live: bool
    is_switched: bool
    lead: str
    trail: str
    is_collapsed: bool
    text: str | None


def add_properties(node: Node, attributes: dict[str, str]) -> None:
    """Add a link's URL and an empty text box's placeholder."""
    if node.role == "link" and "href" in attributes:
        node.url = short_url(attributes["href"])
    if node.role == "textbox" and attributes.get("placeholder", node.name) != node.name:
        node.placeholder = attributes["placeholder"]


def finish_text(node: Node) -> None:
    """Join adjacent text runs; drop blank ones and text that repeats the name."""
    children: list[Node | str] = []
    run = ""
    for child in node.children:
        if isinstance(child, str):
            run += child
            continue
        if run and (text := collapsed(run)):
            children.append(text)
        run = ""
        children.append(child)
    if run and (text := collapsed(run)):
        children.append(text)
    if len(children) == 1 and children[0] == node.name:
        children = []
    node.children = children


def take_inner_text(node: Node) -> None:
    """Replace a single container child of plain text by its text."""
    if node.has_properties or len(node.children) != 1:
        return
    child = node.children[0]
    if isinstance(child, str) or child.role != "generic" or child.name or child.is_active:
        return
    if not child.has_properties and child.only_text is not None:
        node.children = [child.only_text]


def short_url(url: str) -> str:
    """A URL; of a data URL only its media type."""
    if not url.startswith("data:") or "," not in url:
        return url
    return url[: url.index(",") + 1] + "\u2026"
