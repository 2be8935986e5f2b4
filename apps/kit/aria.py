"""A page as its accessibility outline: the text agents read, parsed into a tree.

The text is Playwright's accessibility snapshot (`page.aria_snapshot(mode="ai")`): one node a line,
nested by two spaces, `- role "name" [attribute] [ref=e1]: text`. A key with special characters is
wrapped in single quotes as YAML asks.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

LINE = re.compile(
    r"(?P<indent> *)- (?P<quote>'?)(?P<role>/?[\w-]+)"
    r"(?: (?P<name>\"(?:[^\"\\]|\\.)*\"))?"
    r"(?P<attributes>(?: \[[^\]\"]*\])*)"
    r"(?P=quote)(?P<colon>:?)(?: (?P<text>.*))?"
)
YAML_ESCAPE = re.compile(r"(\\\\)|\\x([0-9a-f]{2})")
SHORT = 300  # lines up to this length are parsed once
ATTRIBUTE = re.compile(r" \[([\w-]+)(?:=([^\]]*))?\]")


@dataclass(slots=True)
class AriaNode:
    """One element of the page, or a run of text (role `text`)."""

    role: str
    name: str = ""
    text: str = ""
    ref: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    children: list["AriaNode"] = field(default_factory=list)

    def __contains__(self, attribute: str) -> bool:
        """Whether the element is in a state such as `checked`, `disabled` or `selected`."""
        return attribute in self.attributes

    def walk(self) -> Iterator["AriaNode"]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, role: str, name: str | re.Pattern[str] | None = None) -> list["AriaNode"]:
        """The nodes of this role below, whose name is (or, for a pattern, fully matches) `name`."""
        return [node for node in self.walk() if node.role == role and matches(node.name, name)]

    def find(self, role: str, name: str | re.Pattern[str] | None = None) -> "AriaNode | None":
        """The first of `all`, or None."""
        return next(iter(self.all(role, name)), None)

    @property
    def value(self) -> str:
        """What a text box holds, or all the text below another element, joined by spaces."""
        words = [self.text] if self.text else []
        words += [child.name or child.value for child in self.children]
        return " ".join(word for word in words if word)


AriaSnapshot = AriaNode


class LazyOutline(AriaNode):
    """A page whose text is parsed when somebody first looks below its root. It is not to be changed."""

    __slots__ = ("_parsed", "_source")

    def __init__(self, source: str) -> None:
        self.role, self.name, self.text, self.ref = "document", "", "", ""
        self.attributes, self.properties = {}, {}
        self._source = source
        self._parsed: list[AriaNode] | None = None

    @property
    def children(self) -> list[AriaNode]:  # type: ignore[override]
        """The page's outermost nodes."""
        if self._parsed is None:
            self._parsed = parse_aria_snapshot(self._source).children
        return self._parsed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AriaNode) and (self.role, self.children) == (other.role, other.children)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type["LazyOutline"], tuple[str]]:
        """The text alone is copied and pickled."""
        return type(self), (self._source,)


def matches(name: str, wanted: str | re.Pattern[str] | None) -> bool:
    """Whether a name is the wanted one."""
    if wanted is None:
        return True
    return bool(wanted.fullmatch(name)) if isinstance(wanted, re.Pattern) else name == wanted


class Line(NamedTuple):
    """What one line of an outline says: of an element, or with a role such as `/url`, of the one above."""

    indent: int
    role: str
    name: str
    text: str
    ref: str
    attributes: tuple[tuple[str, str], ...]


def parse_aria_snapshot(text: str) -> AriaSnapshot:
    """The tree of an `aria` observation; its root is a node of role `document`."""
    root = AriaNode("document")
    path: list[tuple[int, AriaNode]] = [(-1, root)]
    for line in text.split("\n"):  # not splitlines: a page's text may hold other line separators
        found = (parse_short_line if len(line) <= SHORT else parse_line)(line)
        if found is None:
            continue
        indent, role, name, written, ref, attributes = found
        while path[-1][0] >= indent:
            path.pop()
        parent = path[-1][1]
        if role[0] == "/":
            parent.properties[role[1:]] = written
            continue
        node = AriaNode(role, name, written, ref, dict(attributes))
        parent.children.append(node)
        path.append((indent, node))
    return root


def parse_line(line: str) -> Line | None:
    """What a line says; None if it is none of an outline's."""
    found = LINE.fullmatch(line)
    if found is None:
        return None
    attributes = {key: value or "" for key, value in ATTRIBUTE.findall(found["attributes"] or "")}
    return Line(
        indent=len(found["indent"]),
        role=found["role"],
        name=read_name(found["name"], is_quoted=bool(found["quote"])),
        text=scalar(found["text"] or ""),
        ref=attributes.pop("ref", ""),
        attributes=tuple(attributes.items()),
    )


parse_short_line = lru_cache(maxsize=8192)(parse_line)


def read_name(quoted: str | None, *, is_quoted: bool) -> str:
    """An accessible name without its quotes and escapes."""
    if not quoted:
        return ""
    return unquoted(quoted.replace("''", "'") if is_quoted else quoted)


def scalar(text: str) -> str:
    """A YAML scalar as the outline writes it: plain, or in double quotes with JSON's and hex escapes."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return unquoted(YAML_ESCAPE.sub(lambda found: found[1] or f"\\u00{found[2]}", text))
    return text


def unquoted(text: str) -> str:
    """What stands in double quotes; as it stands if its escapes are none of JSON's."""
    try:
        value: str = json.loads(text, strict=False)
    except ValueError:
        return text[1:-1]
    return value
