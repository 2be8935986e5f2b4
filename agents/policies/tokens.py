"""A page as a list of tokens: elements, options, texts, moves, recent actions."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, fields
from enum import IntEnum
from itertools import count
from urllib.parse import urlsplit

from gristmill.agents.base import Observation
from gristmill.agents.policies.memory import Memory, outline_of
from gristmill.apps.kit.aria import AriaNode
from gristmill.envs.actions import types as do
from gristmill.envs.wrappers.candidates import TYPED, USED

REASON = "It cannot be done."
MOVES: tuple[do.Action, ...] = (
    do.Done(), do.Back(), do.GiveUp(REASON), do.Answer(""), do.Press("Enter"), do.Press("Escape"),
    do.Press("Tab"), do.Goto("/"), do.Wait(), do.Wait(30), do.Wait(1440), do.SwitchApp("shop"),
    do.SwitchApp("mail"), do.SwitchApp("chat"),
)  # fmt: skip
"""Actions that name no element; the answer's text is chosen like that of a text box."""

MAX_TOKENS = 160  # of elements and texts; usable elements come first if a page has more
LANDMARKS = ("banner", "navigation", "main", "contentinfo", "dialog", "form", "search", "complementary")
GROUPS = frozenset({"listitem", "row", "article"})
CELLS = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
STATES = ("checked", "selected", "pressed", "expanded", "active", "disabled")
NO_STATES = (False,) * len(STATES)
MAX_TEXT = 200  # characters of a token that are read


class Kind(IntEnum):
    """What a token stands for."""

    ELEMENT = 0
    OPTION = 1
    TEXT = 2
    MOVE = 3
    PLACE = 4
    PAST = 5
    HINT = 6  # read by a teacher alone, or notes of earlier episodes


@dataclass(slots=True)
class Token:
    """One thing that a policy sees.

    Attributes:
        action: what choosing it does, with an empty text if it takes one; None if it cannot be chosen.
        context: what it is about: a definition's term, a cell's column, or the name of the nearest named
            ancestor, or the last heading.
        group: text of the list item, row or article that it lies in.
        position: of that one among its siblings, from 1, as `aria-posinset`; 0 outside of any.
    """

    kind: Kind
    role: str
    name: str = ""
    value: str = ""
    context: str = ""
    group: str = ""
    position: int = 0
    landmark: int = 0
    depth: int = 0
    states: tuple[bool, ...] = NO_STATES
    action: do.Action | None = None

    @property
    def takes_text(self) -> bool:
        """Whether a text belongs to its action."""
        return isinstance(self.action, do.Fill | do.Answer)


@dataclass(slots=True)
class Surroundings:
    """What the ancestors of a node say about it; `heading` changes while the page is read."""

    context: str = ""
    group: str = ""
    position: int = 0
    landmark: int = 0
    depth: int = 0
    columns: tuple[str, ...] = ()
    heading: list[str] = field(default_factory=lambda: [""])

    def inside(self, node: AriaNode) -> "Surroundings":
        """Those of a node's children."""
        is_landmark = node.role in LANDMARKS
        return Surroundings(
            context=node.name or self.context,
            group=group_text(node) if node.role in GROUPS else self.group,
            position=self.position,
            landmark=LANDMARKS.index(node.role) + 1 if is_landmark else self.landmark,
            depth=self.depth + 1,
            columns=columns_of(node) if node.role == "table" else self.columns,
            heading=self.heading,
        )


def tokens_of(observation: Observation, memory: Memory) -> list[Token]:
    """All tokens of an observation: its elements and texts in reading order, then the others."""
    page = page_tokens(outline_of(observation["aria"]), Surroundings(), [])
    moves = [
        Token(Kind.MOVE, move.verb, name=" ".join([move.verb, *map(str, values_of(move))]), action=move)
        for move in MOVES
    ]
    address = urlsplit(observation["url"])
    where = Token(
        Kind.PLACE, "page", observation["title"], observation["error"][:MAX_TEXT],
        f"{address.netloc} {address.path} {address.query}".replace("/", " ").replace("-", " ")[:MAX_TEXT],
    )  # fmt: skip
    past = [Token(Kind.PAST, f"past{age}", text) for age, text in enumerate(memory.actions)]
    return [*within_limit(page), *moves, where, *past]


def values_of(move: do.Action) -> list[object]:
    """The arguments of a move without its free text."""
    fixed = isinstance(move, do.GiveUp | do.Answer)
    return [] if fixed else [value for value in (getattr(move, each.name) for each in fields(move)) if value]


def within_limit(page: list[Token]) -> list[Token]:
    """The tokens of a page in reading order, without the last texts and then elements of long ones."""
    if len(page) <= MAX_TOKENS:
        return page
    ranked = sorted(range(len(page)), key=lambda i: (page[i].action is None, i))
    return [page[i] for i in sorted(ranked[:MAX_TOKENS])]


def page_tokens(node: AriaNode, around: Surroundings, found: list[Token]) -> list[Token]:
    """Add the tokens of a node and its descendants to those that were found, in reading order."""
    if node.role == "heading":
        around.heading[0] = node.name
    action = default_action(node)
    if action is not None or (own := node.text or (node.name if is_readable(node) else "")):
        is_element = action is not None
        found.append(
            Token(
                Kind.ELEMENT if is_element else Kind.TEXT,
                node.role,
                name=(node.name if is_element else own)[:MAX_TEXT],
                value=(value_of(node) if is_element else "")[:MAX_TEXT],
                context=(around.context or around.heading[0])[:MAX_TEXT],
                group=around.group,
                position=around.position,
                landmark=around.landmark,
                depth=around.depth,
                states=states_of(node),
                action=None if "disabled" in node or is_chosen(node) else action,
            )
        )
    if not node.children:
        return found
    inner = around.inside(node)
    if node.role == "combobox":
        found += option_tokens(node, inner)
        return found
    position = 0
    for child, label in zip(node.children, labels_of(node, inner.columns), strict=True):
        is_grouped = child.role in GROUPS
        position += is_grouped
        of_child = inner
        if label or is_grouped:
            of_child = copy(inner)
            of_child.context = label or inner.context
            of_child.position = position if is_grouped else inner.position
        page_tokens(child, of_child, found)
    return found


def states_of(node: AriaNode) -> tuple[bool, ...]:
    """Which of `STATES` an element has."""
    return tuple(state in node.attributes for state in STATES) if node.attributes else NO_STATES


def labels_of(node: AriaNode, columns: tuple[str, ...]) -> Iterator[str]:
    """What each child is about: a definition's term, a cell's column; empty for others."""
    term, place = "", count()
    for child in node.children:
        if child.role == "term":
            term = text_below(child)
        if child.role in CELLS:
            column = next(place)
            yield columns[column] if column < len(columns) else ""
        else:
            yield term if child.role == "definition" else ""


def columns_of(table: AriaNode) -> tuple[str, ...]:
    """The headers of a table's columns; none if it has none."""
    rows = (row for row in table.all("row") if any(cell.role == "columnheader" for cell in row.children))
    return tuple(text_below(cell) for cell in next(rows, AriaNode("row")).children if cell.role in CELLS)


def text_below(node: AriaNode) -> str:
    """The name of a node, or all the text in it."""
    return node.name or node.value


def is_readable(node: AriaNode) -> bool:
    """Whether the name of an element that cannot be used is text to be read."""
    return node.role not in LANDMARKS and node.role not in GROUPS and node.role not in {"list", "document"}


def option_tokens(box: AriaNode, around: Surroundings) -> Iterator[Token]:
    """The options of a drop-down list, each chosen by itself."""
    for option in box.children:
        if option.role == "option":
            yield Token(
                Kind.OPTION, "option", option.name[:MAX_TEXT], "", box.name[:MAX_TEXT],
                landmark=around.landmark, depth=around.depth,
                states=states_of(option),
                action=None if "selected" in option else do.Select(box.ref, option.name),
            )  # fmt: skip


def is_chosen(node: AriaNode) -> bool:
    """Whether a node is a radio button that is on: choosing it once more would change nothing, for ever."""
    return node.role == "radio" and "checked" in node


def default_action(node: AriaNode) -> do.Action | None:
    """What can be done with an element; None if nothing."""
    if not node.ref:
        return None
    if node.role in TYPED or (node.role == "combobox" and not node.all("option")):
        return do.Fill(node.ref, "")
    if node.role == "combobox":
        return None
    if node.role == "checkbox":
        return do.Uncheck(node.ref) if "checked" in node else do.Check(node.ref)
    if node.role == "radio":
        return do.Check(node.ref)
    is_summary = node.role == "generic" and bool(node.name)
    return do.Click(node.ref) if node.role in USED or is_summary else None


def value_of(node: AriaNode) -> str:
    """What a box holds, or what stands below an element beyond its name."""
    value = node.value
    return "" if value == node.name else value


def group_text(group: AriaNode) -> str:
    """The text of a list item, row or article."""
    return text_below(group)[:MAX_TEXT]
