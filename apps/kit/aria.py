"""Accessibility snapshots, the text that agents read, parsed into a tree.

The format is Playwright's accessibility snapshot (`page.aria_snapshot(mode="ai")`): one node per line, nested
by two spaces, `- role "name" [attribute] [ref=e1]: text`. A key with special characters is wrapped in single
quotes, as YAML requires.
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
SHORT = 300  # longest line, in characters, whose parse is cached
REF = " [ref=e"
ATTRIBUTE = re.compile(r" \[([\w-]+)(?:=([^\]]*))?\]")


@dataclass(slots=True)
class AriaNode:
    """An element of the page, or a run of text (role `text`)."""

    role: str
    name: str = ""
    text: str = ""
    ref: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    children: list["AriaNode"] = field(default_factory=list)

    def __contains__(self, attribute: str) -> bool:
        """Whether the element has a state such as `checked`, `disabled` or `selected`."""
        return attribute in self.attributes

    def walk(self) -> Iterator["AriaNode"]:
        """This node and its descendants, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, role: str, name: str | re.Pattern[str] | None = None) -> list["AriaNode"]:
        """The descendants of this role whose name equals `name` or, for a pattern, fully matches it."""
        return [node for node in self.walk() if node.role == role and matches(node.name, name)]

    def find(self, role: str, name: str | re.Pattern[str] | None = None) -> "AriaNode | None":
        """The first result of `all`, or None."""
        return next(iter(self.all(role, name)), None)

    @property
    def value(self) -> str:
        """The value of a text box; for other elements all text below them, joined by spaces."""
        words = [self.text] if self.text else []
        words += [child.name or child.value for child in self.children]
        return " ".join(word for word in words if word)


AriaSnapshot = AriaNode


class LazyOutline(AriaNode):
    """A page that is parsed on first access to its children. Read-only."""

    __slots__ = ("_parsed", "_source")

    def __init__(self, source: str) -> None:
        self.role, self.name, self.text, self.ref = "document", "", "", ""
        self.attributes, self.properties = {}, {}
        self._source = source
        self._parsed: list[AriaNode] | None = None

    @property
    def children(self) -> list[AriaNode]:  # type: ignore[override]
        """The page's top-level nodes."""
        if self._parsed is None:
            self._parsed = parse_aria_snapshot(self._source).children
        return self._parsed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AriaNode) and (self.role, self.children) == (other.role, other.children)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type["LazyOutline"], tuple[str]]:
        """Copies and pickles carry the source text only."""
        return type(self), (self._source,)


def matches(name: str, wanted: str | re.Pattern[str] | None) -> bool:
    """Whether a name equals a string or fully matches a pattern; None accepts every name."""
    if wanted is None:
        return True
    return bool(wanted.fullmatch(name)) if isinstance(wanted, re.Pattern) else name == wanted


class Line(NamedTuple):
    """A parsed line: an element, or a property such as `/url` of the element above."""

    indent: int
    role: str
    name: str
    text: str
    ref: str
    attributes: tuple[tuple[str, str], ...]


def parse_aria_snapshot(text: str) -> AriaSnapshot:
    """Parse an `aria` observation; the root has the role `document`."""
    root = AriaNode("document")
    path: list[tuple[int, AriaNode]] = [(-1, root)]
    for line in text.split("\n"):  # not splitlines: text may contain other line separators
        found = parse_cached(line) if len(line) <= SHORT else parse_line(line)
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
    """Parse a line; None if it is not in the snapshot format."""
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


def parse_cached(line: str) -> Line | None:
    """Parse a line, or take it from the cache, where lines that differ only in their ref are one."""
    head, _, rest = line.partition(REF)
    number, is_closed, tail = rest.partition("]")
    if is_closed and number.isdecimal() and REF not in tail:
        found = parse_short_line(f"{head}{REF}]{tail}")
        if found is not None and found.ref == "e":  # else the mark is part of a text
            return found._replace(ref=f"e{number}")
    return parse_short_line(line)


def read_name(quoted: str | None, *, is_quoted: bool) -> str:
    """Decode an accessible name: remove quotes and escapes."""
    if not quoted:
        return ""
    return unquoted(quoted.replace("''", "'") if is_quoted else quoted)


def scalar(text: str) -> str:
    """Decode a YAML scalar: plain, or double-quoted with JSON's and hexadecimal escapes."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return unquoted(YAML_ESCAPE.sub(lambda found: found[1] or f"\\u00{found[2]}", text))
    return text


def unquoted(text: str) -> str:
    """Decode a double-quoted string; returned unchanged if its escapes are not valid JSON."""
    try:
        value: str = json.loads(text, strict=False)
    except ValueError:
        return text[1:-1]
    return value
