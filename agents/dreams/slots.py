"""Slots: the values of a page that vary, by an address that says where they stand."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl

from gristmill.agents.dreams.addresses import split
from gristmill.agents.dreams.outlines import Page, elements
from gristmill.envs.wrappers.candidates import TYPED

Slots = dict[str, str]
ADDITION = re.compile(r"(?:\s+(?:\([^()]*\)|[$€£]\S+))+$")  # a count or a price behind a label
DIGITS = re.compile(r"\d+")
QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"")


@lru_cache(maxsize=1024)
def slots_of(page: Page, url: str) -> Slots:
    """What boxes hold (`bar` in landmarks), what is chosen, main heading, path and query of the address."""
    found: Slots = {}
    options, box, indent = "", "", 0  # the text of a box with a placeholder stands below it
    for each in elements(page):
        line = each.line
        if line.role == "combobox":
            options = line.name
        if line.role in TYPED or (line.role == "combobox" and line.text):
            box, indent = f"{'box' if each.block < 0 else 'bar'} {line.name}", line.indent
            found.setdefault(box, line.text)
        elif line.role == "text" and box and line.indent > indent and not found[box]:
            found[box] = line.text
        elif line.role == "option" and ("selected", "") in line.attributes:
            found.setdefault(f"choice {options}", line.name)
        elif line.role == "radio" and ("checked", "") in line.attributes:
            found.setdefault(f"choice {each.group}", line.name)
        elif line.role == "heading" and ("level", "1") in line.attributes:
            found.setdefault("heading", line.name)
        if line.indent <= indent and line.role not in TYPED:
            box = ""
    return found | address_slots(url)


def address_slots(url: str) -> Slots:
    """The parts of an address that may be copied elsewhere."""
    parts = split(url)
    path = parts.path.strip("/").split("/")
    found = {f"path {number}": segment for number, segment in enumerate(path) if segment}
    return found | {f"query {key}": value for key, value in parse_qsl(parts.query)}


@lru_cache(maxsize=4096)
def alternatives(page: Page) -> dict[str, tuple[str, ...]]:
    """The names of all radio buttons by the address of the slot that holds the chosen one."""
    found: dict[str, list[str]] = {}
    for each in elements(page):
        if each.line.role == "radio":
            found.setdefault(f"choice {each.group}", []).append(each.line.name)
    return {address: tuple(names) for address, names in found.items()}


def label_of(value: str) -> str:
    """A name without the counts and prices behind it."""
    return ADDITION.sub("", value)


def slug_of(value: str) -> str:
    """A name as it usually stands in an address."""
    return "-".join(re.findall(r"\w+", value.lower()))


@lru_cache(maxsize=16384)
def name_pattern(name: str, page: Page) -> str:
    """A name without quotations, numbers, and the names of links and headings of the page within it."""
    name = QUOTATION.sub("…", name)
    for other in long_names(page):
        if other != name and other in name:
            name = name.replace(other, "…")
    return DIGITS.sub("#", name)


@lru_cache(maxsize=1024)
def long_names(page: Page) -> tuple[str, ...]:
    """The names of links and headings of two words or more, longest first."""
    names = {each.line.name for each in elements(page) if each.line.role in {"link", "heading"}}
    return tuple(sorted((name for name in names if " " in name), key=lambda name: (-len(name), name)))
