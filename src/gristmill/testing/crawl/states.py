"""What a crawler of pages goes by: paths, states and how they differ, and what it has found."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.envs.actions import types as act
from gristmill.envs.actions.grammar import write
from gristmill.envs.engines.base import PageObservation

FOCUS = re.compile(r" \[active\] \[ref=(e\d+)\]")


class Problem(StrEnum):
    """What a problem is about."""

    FAULT = "a page fails or is refused"
    LINK = "a link leads nowhere"
    ORIGIN = "something lies outside the apps"
    NAME = "a control lacks a role or a name"
    DEAD = "a control does nothing"
    ODD = "odd input is not refused in words"
    ENGINES = "engines differ"


@dataclass(slots=True)
class Report:
    """What a crawl has found.

    Attributes:
        pages: how many pages of each kind were visited.
        pressed: how many controls were pressed on each kind of page.
        sent: how many kinds of forms were sent with odd input, by method and endpoint.
        states: how many pages were looked at, in each engine.
        urls: addresses of the pages, in the order in which they were visited.
        problems: what is broken, in words, and what it is about.
    """

    pages: Counter[str] = field(default_factory=Counter)
    pressed: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    states: int = 0
    urls: dict[str, None] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    def add(self, about: Problem, problem: str) -> None:
        """Note a problem once."""
        self.problems.setdefault(problem, about)


@dataclass(frozen=True, slots=True)
class Path:
    """How a page is reached in a fresh session: an address, what is done from there, the last control."""

    url: str
    actions: tuple[act.Action, ...] = ()
    last: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return " > ".join([self.url, *(write(action)[:80] for action in self.actions)])

    def then(self, *actions: act.Action, last: AriaNode) -> "Path":
        """The path with further actions, of which the last uses this control."""
        return Path(self.url, (*self.actions, *actions), (last.role, last.name))


@dataclass(frozen=True, slots=True)
class State:
    """What can be observed after an action; `content` is equal for equal rows."""

    page: PageObservation
    error: str
    content: bytes


def summaries(outline: AriaNode) -> Iterator[AriaNode]:
    """What opens and closes the parts of a page that can be folded; engines give it no role."""
    for group in outline.walk():
        if group.role == "group" and not group.name and group.children:
            first = group.children[0]
            if first.role == "generic" and first.name and first.ref:
                yield first


def refuses(state: State) -> bool:
    """Whether a page says that something is wrong: the same form sent again gets the same answer."""
    nodes = parse_aria_snapshot(state.page.aria).walk()
    return any(node.role == "alert" or "invalid" in node for node in nodes)


def moved(before: State, after: State, pressed: str) -> bool:
    """Whether a page has changed, the focus on the pressed control aside."""
    focus = FOCUS.search(after.page.aria)
    has_moved = focus is not None and focus[1] != pressed and focus[0] not in before.page.aria
    return has_moved or unfocused(before.page.aria) != unfocused(after.page.aria)


def unfocused(aria: str) -> str:
    """A page's text without the mark of the focus."""
    return aria.replace(" [active]", "")
