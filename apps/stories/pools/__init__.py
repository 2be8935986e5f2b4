"""Pools of short texts, as plain text files beside this module."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """The texts of a pool by section. A line `[section]` begins one; each other line is a text; `#` is a comment."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (files(__package__) / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1], [])
        elif line.strip() and not line.startswith("#"):
            current.append(line.strip())
    return MappingProxyType({section: tuple(texts) for section, texts in found.items()})
