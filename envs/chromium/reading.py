"""From Playwright's snapshot text to our `aria` observation, and where each ref is to be found."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice

from gristmill.apps.outline import LINE

MAX_ARIA_LENGTH = 200_000
CUT = "\n- text: (the page goes on, but is too long to show)"
REF = re.compile(r" \[ref=([^\]]+)\]")
BOX = re.compile(r" \[box=(-?\d+),(-?\d+),(\d+),(\d+)\]")
CURSOR = " [cursor=pointer]"


@dataclass(frozen=True, slots=True)
class Box:
    """Where an element lies, in CSS pixels of the viewport."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An element that can be acted on.

    Attributes:
        role: its role.
        own_ref: what Playwright calls it.
        box: where it lies.
        is_disabled: whether it takes no input.
    """

    role: str
    own_ref: str
    box: Box
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The outline of a page, and its targets by our refs."""

    aria: str
    targets: dict[str, Target]


def read_snapshot(snapshot: str) -> Reading:
    """Number the refs of a snapshot e1..eN in reading order; drop boxes and cursors from the text.

    Playwright's own refs count up over a page's life, so they would tell of the past. Cursors come
    from style sheets and say nothing that roles do not.
    """
    lines: list[str] = []
    targets: dict[str, Target] = {}
    rows: list[int] = []
    for line in snapshot.split("\n"):
        found = LINE.fullmatch(line)
        if found is None or not found["attributes"]:
            lines.append(line)
            continue
        old = found["attributes"]
        new = BOX.sub("", old).replace(CURSOR, "")
        ref, box = REF.search(old), BOX.search(old)
        if ref and box:
            name = f"e{len(targets) + 1}"
            new = REF.sub(f" [ref={name}]", new)
            rows.append(len(lines))
            targets[name] = Target(
                role=found["role"],
                own_ref=ref[1],
                box=Box(*(int(side) for side in box.groups())),
                is_disabled="[disabled]" in old,
            )
        elif ref:
            new = REF.sub("", new)
        start, end = found.span("attributes")
        lines.append(line[:start] + new + line[end:])
    aria = bounded("\n".join(lines))
    if aria.endswith(CUT):
        shown = bisect_left(rows, aria.count("\n"))
        targets = dict(islice(targets.items(), shown))
    return Reading(aria, targets)


def bounded(aria: str) -> str:
    """The text, cut at a line's end if it is longer than observations may be."""
    if len(aria) <= MAX_ARIA_LENGTH:
        return aria
    return aria[: max(aria.rfind("\n", 0, MAX_ARIA_LENGTH - len(CUT)), 0)] + CUT
