"""How a page is presented to an agent: a long text in parts, a screenshot at a scale."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.envs.actions.types import Action, Scroll
from gristmill.envs.spaces import scaled_side

if TYPE_CHECKING:
    from gristmill.envs.engines.base import Pixels

NOTE = "- text: (part {number} of {count}; scroll down shows the next part, scroll up the one before)"
NOTE_LENGTH = 120
MIN_PIECE = 200  # characters of a line that stay together


class TextParts:
    """Shows aria texts of more than `limit` characters in parts, which the agent turns with `scroll`.

    Another page begins with its first part. Refs of all parts can be used.

    Attributes:
        at: number of the part that is shown, from 0.
    """

    def __init__(self, limit: int, *, at: int = 0) -> None:
        self.at, self._limit = at, limit
        self._last: tuple[str, list[str]] = "", [""]

    def turn(self, action: Action | None, before: str, after: str) -> None:
        """Follow an action that led from one address to another."""
        if before.partition("#")[0] != after.partition("#")[0]:
            self.at = 0
        elif isinstance(action, Scroll):
            last = len(self._last[1]) - 1
            turned = {"down": self.at + 1, "up": self.at - 1, "top": 0, "bottom": last}[action.direction]
            self.at = min(max(turned, 0), last)

    def shown(self, aria: str) -> str:
        """The current part of a text; all of it if it is short enough."""
        if self._last[0] != aria:
            self._last = aria, parts_of(aria, self._limit)
        parts = self._last[1]
        self.at = min(self.at, len(parts) - 1)
        return parts[self.at]


def parts_of(aria: str, limit: int) -> list[str]:
    """Divide a text between lines; later parts begin with the lines around their first one."""
    if len(aria) <= limit:
        return [aria]
    room, parts, part, size = limit - NOTE_LENGTH, list[list[str]](), list[str](), 0
    path: list[str] = []  # the lines around the current one
    for line in pieces(aria, room):
        path = [each for each in path if indent(each) < indent(line)]
        if part and size + len(line) + 1 > room:
            parts.append(part)
            part = context(path, room - len(line))
            size = sum(len(each) + 1 for each in part)
        part.append(line)
        size += len(line) + 1
        path.append(line)
    parts.append(part)
    notes = (NOTE.format(number=number, count=len(parts)) for number in range(1, len(parts) + 1))
    return ["\n".join([*each, note]) for each, note in zip(parts, notes, strict=True)]


def context(path: list[str], room: int) -> list[str]:
    """The outermost lines of a path that take at most half of the room."""
    kept, size = list[str](), 0
    for line in path:
        size += len(line) + 1
        if size > room // 2:
            break
        kept.append(line)
    return kept


def pieces(aria: str, room: int) -> Iterator[str]:
    """The lines of a text; one that takes more than half a part goes on in lines of its own."""
    longest = max(room // 2, MIN_PIECE)
    for line in aria.split("\n"):
        yield line[:longest]
        head = " " * indent(line) + "- text: "
        for start in range(longest, len(line), longest // 2):
            yield head + json.dumps(line[start : start + longest // 2], ensure_ascii=False)


def indent(line: str) -> int:
    """The number of spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))


def scaled(pixels: "Pixels", scale: float) -> "Pixels":
    """A screenshot at a scale below 1, as a new array."""
    import numpy as np
    from PIL import Image

    height, width = pixels.shape[:2]
    size = scaled_side(width, scale), scaled_side(height, scale)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)).copy()
