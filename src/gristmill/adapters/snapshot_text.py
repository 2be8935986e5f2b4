"""What tools say about a page: a part of its snapshot, the lines that were searched for, a whole turn."""

import re
from itertools import groupby
from typing import Any

import regex

from gristmill.adapters.sessions import Turn
from gristmill.errors import ActionError, excerpt

CONTEXT_LINES = 2
MAX_MATCHES = 20
SEARCH_TIMEOUT_S = 0.1
MAX_PATTERN_LENGTH = 500


def part_of(aria: str, *, ref: str | None = None, depth: int | None = None) -> str:
    """A snapshot, or the element with a ref alone, down to some levels.

    Raises:
        ActionError: there is no such element.
    """
    lines = aria.splitlines()
    if ref is not None:
        lines = subtree(lines, ref)
    if depth is not None and lines:
        deepest = indent(lines[0]) + 2 * depth
        lines = [line for line in lines if indent(line) <= deepest]
    return "\n".join(lines)


def subtree(lines: list[str], ref: str) -> list[str]:
    """The line of an element and those below it."""
    first = next((number for number, line in enumerate(lines) if f"[ref={ref}]" in line), None)
    if first is None:
        raise ActionError(f"There is no element {ref} on this page.")
    last = first + 1
    while last < len(lines) and indent(lines[last]) > indent(lines[first]):
        last += 1
    return lines[first:last]


def indent(line: str) -> int:
    """The number of spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))


def found_in(aria: str, *, text: str | None = None, pattern: str | None = None) -> str:
    """The lines with a text or pattern, each with the lines around it.

    Raises:
        ActionError: neither or both are given, or the pattern is invalid or takes too long.
    """
    if (text is None) == (pattern is None):
        raise ActionError("Give either 'text' or 'regex'.")
    lines = aria.splitlines()
    if text is not None:
        hits = [number for number, line in enumerate(lines) if text.lower() in line.lower()]
    else:
        hits = matches(lines, str(pattern))
    shown = sorted({near for hit in hits[:MAX_MATCHES] for near in around(hit, len(lines))})
    blocks = [
        [lines[n] for _, n in run] for _, run in groupby(enumerate(shown), lambda pair: pair[1] - pair[0])
    ]
    head = f"{len(hits)} lines match" + (f"; the first {MAX_MATCHES}:" if len(hits) > MAX_MATCHES else ":")
    return (
        "\n".join([head, "\n...\n".join("\n".join(block) for block in blocks)])
        if hits
        else "Nothing matches."
    )


def around(hit: int, count: int) -> range:
    """The numbers of the lines near one."""
    return range(max(0, hit - CONTEXT_LINES), min(count, hit + CONTEXT_LINES + 1))


def matches(lines: list[str], pattern: str) -> list[int]:
    """The numbers of the lines that a pattern such as `total` or `/total/i` matches."""
    slashed = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    source, flags = slashed.groups() if slashed else (pattern, "")
    if len(source) > MAX_PATTERN_LENGTH:
        raise ActionError(f"A regular expression may have at most {MAX_PATTERN_LENGTH} characters.")
    text, hits, end = "\n".join(lines), [], -1
    try:
        compiled = regex.compile(source, regex.MULTILINE | (regex.IGNORECASE if "i" in flags else 0))
        for found in compiled.finditer(text, timeout=SEARCH_TIMEOUT_S, concurrent=True):
            if found.start() > end:  # the first match of its line
                hits.append(text.count("\n", 0, found.start()))
                end = text.find("\n", found.start()) % (len(text) + 1)
        return hits
    except regex.error as error:
        raise ActionError(f"{excerpt(source)} is no regular expression: {error}.") from error
    except TimeoutError:
        raise ActionError(f"{excerpt(source)} takes too long to search for: simplify it.") from None


def turn_text(turn: Turn, *, max_steps: int) -> str:
    """A turn as a model reads it: what was refused, whether it is over, and the page."""
    page, parts = turn.observation, []
    if turn.error:
        parts.append(f"### Error\n{turn.error}{undone(turn)}")
    elif undone(turn):
        parts.append(f"### Note\nAnother page opened.{undone(turn)}")
    if turn.is_over:
        return "\n\n".join([*parts, ending(turn)])
    return "\n\n".join([*parts, page_text(page, page["aria"]), f"Step {turn.steps_taken} of {max_steps}."])


def undone(turn: Turn) -> str:
    """How much of a call was done, if it was not all of it."""
    if turn.performed == turn.asked or turn.asked == 1:
        return ""
    done = turn.performed - (1 if turn.error and turn.performed else 0)
    return f" {done} of {turn.asked} actions were done, the others not."


def page_text(page: dict[str, Any], snapshot: str) -> str:
    """An observed page with a snapshot, or a part of one, in Playwright MCP's form."""
    head = f"### Page\n- Page URL: {page['url']}\n- Page Title: {page['title']}"
    return f"{head}\n### Snapshot\n```yaml\n{snapshot}\n```"


def ending(turn: Turn) -> str:
    """How an episode ended."""
    if turn.infra_error is not None:
        return f"### Infrastructure failure\nThe episode was ended and is not scored: {turn.infra_error}"
    return f"### The episode is over\nReward: {turn.reward:g}"
