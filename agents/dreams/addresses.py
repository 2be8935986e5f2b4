"""Patterns of addresses, recovered from those of a log: `/p/*` for pages of one kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import SplitResult, urlsplit

from gristmill.agents.dreams.outlines import Page, elements

ANY = "*"
LEAST_VALUES = 3  # different values of a part of the path that may stand for a pattern
LEAST_LIKENESS = 0.6  # of the structure of their pages
NAMED = frozenset({"button", "textbox", "searchbox", "spinbutton", "combobox", "form"})


@dataclass(frozen=True, slots=True)
class Patterns:
    """Which parts of paths vary: pattern of the part's parents -> whether its values are one kind."""

    wild: frozenset[tuple[str, ...]]

    def of(self, url: str) -> str:
        """The pattern of an address: origin and path, without query."""
        parts = split(url)
        found: tuple[str, ...] = (parts.netloc,)
        for segment in parts.path.strip("/").split("/"):
            found = (*found, ANY if found in self.wild else segment)
        return "/".join(found)


def split(url: str) -> SplitResult:
    """The parts of an address; of one that cannot be read, nothing but a path."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")


def patterns_of(pages: Iterable[tuple[str, Page]]) -> Patterns:
    """Recover the patterns of these addresses and pages."""
    structures: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for url, page in pages:
        parts = split(url)
        structures[(parts.netloc, *parts.path.strip("/").split("/"))] |= structure(page)
    wild: set[tuple[str, ...]] = set()
    spread((), list(structures.items()), wild)
    return Patterns(frozenset(wild))


def spread(
    parents: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], set[str]]], wild: set[tuple[str, ...]]
) -> None:
    """Look at the part of these addresses that follows the parents, then at those below."""
    depth = len(parents)
    values: dict[str, list[tuple[tuple[str, ...], set[str]]]] = defaultdict(list)
    for row in rows:
        if len(row[0]) > depth:
            values[row[0][depth]].append(row)
    if depth and len(values) >= LEAST_VALUES and are_alike(values, depth):
        wild.add(parents)
        spread((*parents, ANY), [row for found in values.values() for row in found], wild)
        return
    for value, found in values.items():
        spread((*parents, value), found, wild)


def are_alike(values: Mapping[str, Sequence[tuple[tuple[str, ...], set[str]]]], depth: int) -> bool:
    """Whether the pages of different values have most of their structure in common."""
    leaves = [row[1] for found in values.values() for row in found if len(row[0]) == depth + 1]
    if len(leaves) < LEAST_VALUES:
        return False
    likeness = [len(a & b) / max(len(a | b), 1) for a, b in pairwise(leaves)]
    return sum(likeness) / len(likeness) >= LEAST_LIKENESS


def structure(page: Page) -> set[str]:
    """The roles of a page outside its landmarks, with the names of its boxes and buttons."""
    return {
        f"{each.line.indent} {each.line.role} {each.line.name if each.line.role in NAMED else ''}"
        for each in elements(page)
        if each.block < 0
    }
