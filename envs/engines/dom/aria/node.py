"""The nodes of an outline, and how each is simplified once all that it holds is known."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gristmill.envs.engines.dom.aria.name_sources import Sources
from gristmill.envs.engines.dom.aria.text import collapsed
from gristmill.envs.engines.dom.html.document import Element


@dataclass(slots=True, eq=False)
class Node:
    """An element as it will be shown."""

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
        """Whether lines of their own tell more of it."""
        return self.url is not None or self.placeholder is not None or self.is_aria_hidden

    @property
    def only_text(self) -> str | None:
        """Its text, if that is all it holds."""
        only = self.children[0] if len(self.children) == 1 else None
        return only if isinstance(only, str) else None


class Target(NamedTuple):
    """What can be pointed at: an element, as whatever it was shown."""

    element: Element
    role: str
    name: str
    states: str


class Targets(Mapping[str, Target]):
    """Targets by ref, numbered as they are added.

    What is told of each lies in a tuple of mere texts, which costs the garbage collector nothing: pages
    are kept by the thousand, and few of their targets are ever asked for.
    """

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self._told: list[tuple[str, str, str]] = []
        self._rows: list[int] = []

    def add(self, node: Node, row: int) -> str:
        """The ref of a node that is shown in this line."""
        self._elements.append(node.element)
        self._told.append((node.role, node.name, node.states))
        self._rows.append(row)
        return f"e{len(self._elements)}"

    def cut(self, rows: int) -> None:
        """Drop what was shown below so many lines."""
        count = bisect_left(self._rows, rows)
        for column in (self._elements, self._told, self._rows):
            del column[count:]

    def __getitem__(self, ref: str) -> Target:
        at = int(ref[1:]) - 1 if ref[:1] == "e" and ref[1:].isdecimal() else -1
        if not 0 <= at < len(self._elements):
            raise KeyError(ref)
        return Target(self._elements[at], *self._told[at])

    def __iter__(self) -> Iterator[str]:
        return (f"e{number}" for number in range(1, len(self._elements) + 1))

    def __len__(self) -> int:
        return len(self._elements)


class Traits(NamedTuple):
    """What an element's node is made of, as far as it is the same in all states of one layout.

    Elements of many pages share those that hold text alone.

    Attributes:
        is_visible: whether it is there for readers.
        role: "" if it has no node of its own.
        name: see `sources`.
        sources: the elements that the name was read from; None if that is the element itself.
        states: those of an element that is not active.
        has_ref: whether it can be pointed at.
        is_aria_hidden: whether readers are told to pass it over.
        is_live: whether the name depends on what was filled in.
        is_switched: whether the states depend on what was chosen.
        lead: what its display or style sheet puts before its content.
        trail: the same behind it.
        is_folded: whether its text is put away.
        text: all that it holds, if that is mere text that does not depend on its state.
    """

    is_visible: bool
    role: str
    name: str
    sources: Sources | None
    states: str
    has_ref: bool
    is_aria_hidden: bool
    is_live: bool
    is_switched: bool
    lead: str
    trail: str
    is_folded: bool
    text: str | None


def add_properties(node: Node, attributes: dict[str, str]) -> None:
    """Tell where a link leads, and what an empty text box asks for."""
    if node.role == "link" and "href" in attributes:
        node.url = short_url(attributes["href"])
    if node.role == "textbox" and attributes.get("placeholder", node.name) != node.name:
        node.placeholder = attributes["placeholder"]


def finish_text(node: Node) -> None:
    """Join neighbouring runs of text; leave out blank ones, and text that only repeats the name."""
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
    """A container around one container of mere text holds that text itself."""
    if node.has_properties or len(node.children) != 1:
        return
    child = node.children[0]
    if isinstance(child, str) or child.role != "generic" or child.name or child.is_active:
        return
    if not child.has_properties and child.only_text is not None:
        node.children = [child.only_text]


def short_url(url: str) -> str:
    """An address; of one that is data, only what kind of data."""
    if not url.startswith("data:") or "," not in url:
        return url
    return url[: url.index(",") + 1] + "\u2026"
