"""Pages as lines: the text that agents read, with a mark in place of each number of a ref."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gristmill.apps.kit.aria import LINE, Line, parse_line
from gristmill.envs.engines.dom.aria.yaml import quoted

Page = tuple[str, ...]
"""Lines of a page; those of elements that can be used end in `MARK`, or in it and a text."""

MARK = " [ref=e]"
STATES = ("checked", "selected", "pressed", "expanded", "disabled", "active")  # in the order of writing
parsed = lru_cache(maxsize=65536)(parse_line)


class Element(NamedTuple):
    """A line with what stands above it.

    Attributes:
        place: number of the line.
        group: name of the nearest named ancestor; or empty.
        block: number of the line of the outermost landmark that it lies in; or -1.
    """

    place: int
    line: Line
    group: str
    block: int


LANDMARKS = frozenset({"banner", "navigation", "contentinfo"})


def page_of(aria: str) -> Page:
    """The lines of a page."""
    return tuple(marked(line) for line in aria.split("\n"))


@lru_cache(maxsize=65536)
def marked(line: str) -> str:
    """A line without the number of its ref."""
    found = LINE.fullmatch(line)
    begin, end = found.span("attributes") if found else (0, 0)
    head, is_used, rest = line[begin:end].rpartition(" [ref=")
    return line if not is_used else f"{line[:begin]}{head}{MARK}{rest.partition(']')[2]}{line[end:]}"


@lru_cache(maxsize=1024)
def shown(page: Page) -> str:
    """The text of a page; the refs are numbered from 1 in reading order."""
    number, lines = 0, []
    for line in page:
        if MARK in line and (read := parsed(line)) is not None and read.ref:
            number += 1
            head, _, tail = line.rpartition(MARK) if not read.text else line.partition(MARK)
            line = f"{head} [ref=e{number}]{tail}"
        lines.append(line)
    return "\n".join(lines)


@lru_cache(maxsize=1024)
def refs_of(page: Page) -> dict[str, int]:
    """The line of each ref that `shown` writes."""
    used = [place for place, line in enumerate(page) if (read := parsed(line)) is not None and read.ref]
    return {f"e{number + 1}": place for number, place in enumerate(used)}


@lru_cache(maxsize=1024)
def elements(page: Page) -> tuple[Element, ...]:
    """The elements of a page in reading order."""
    return tuple(walk(page))


def walk(page: Page) -> Iterator[Element]:
    """See `elements`."""
    above: list[tuple[int, str, int]] = []
    for place, text in enumerate(page):
        line = parsed(text)
        if line is None or line.role[0] == "/":
            continue
        while above and above[-1][0] >= line.indent:
            above.pop()
        group, block = above[-1][1:] if above else ("", -1)
        yield Element(place, line, group, block)
        if block < 0 and line.role in LANDMARKS:
            block = place
        above.append((line.indent, line.name or group, block))


def link_of(page: Page, place: int) -> str | None:
    """The address that the element in this line leads to; None if it has none."""
    if place + 1 < len(page):
        below, own = parsed(page[place + 1]), parsed(page[place])
        if below is not None and own is not None and below.role == "/url" and below.indent > own.indent:
            return below.text
    return None


def with_state(line: str, state: str, *, is_on: bool) -> str:
    """A line whose element has a state, or has it no longer."""
    read = parsed(line)
    if read is None or ((state, "") in read.attributes) == is_on:
        return line
    if not is_on:
        return line.replace(f" [{state}]", "", 1)
    if not read.ref:
        return f"{line} [{state}]" if not line.endswith(":") else f"{line[:-1]} [{state}]:"
    later = [f" [{each}]" for each in STATES[STATES.index(state) :] if f" [{each}]" in line]
    before = later[0] if later else MARK
    return line.replace(before, f" [{state}]{before}", 1)


def with_text(line: str, text: str) -> str:
    """The line of a text box that holds a text."""
    head = line.partition(MARK)[0] + MARK
    return f"{head}: {quoted(text)}" if text else head
