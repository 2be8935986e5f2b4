"""Markup of whole lines: paragraphs, code blocks, quotes, lists and tables."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from gristmill.apps.chat.markup.inline import Names, inline

REFERS = re.compile(r"[@#]|://")
FENCE = re.compile(r"```[^\S\n]*\n?(.*?)(?:\n?```|\Z)", re.DOTALL)
BULLET = re.compile(r"\s*[-*•] +(?=\S)")
NUMBER = re.compile(r"\s*\d{1,3}[.)] +(?=\S)")
RULE = re.compile(r"[\s:|-]+")


def to_html(text: str, names: Names) -> Markup:
    """The HTML of a message; cached for texts that refer to nothing."""
    return rendered(text, names) if REFERS.search(text) else rendered_alike(text)


@lru_cache(maxsize=8192)
def rendered_alike(text: str) -> Markup:
    """The HTML of a message that looks the same to everybody."""
    return rendered(text, Names())


def rendered(text: str, names: Names) -> Markup:
    """The HTML of a message."""
    parts: list[Markup] = []
    at = 0
    for match in FENCE.finditer(text):
        parts += paragraphs(text[at : match.start()], names)
        parts.append(Markup("<pre><code>{}</code></pre>").format(match[1]))
        at = match.end()
    parts += paragraphs(text[at:], names)
    return Markup("").join(parts)


def paragraphs(text: str, names: Names) -> Iterator[Markup]:
    """The HTML of a text without code blocks: runs of lines of one kind become one block."""
    for kind, lines in groupby(text.strip("\n").split("\n"), key=kind_of):
        if kind != "blank":
            yield BLOCKS[kind](list(lines), names)


def kind_of(line: str) -> str:
    """The kind of block that a line belongs to."""
    stripped = line.strip()
    if not stripped:
        return "blank"
    if stripped.startswith(">"):
        return "quote"
    if len(stripped) > 2 and stripped.startswith("|") and stripped.endswith("|"):
        return "table"
    if BULLET.match(line):
        return "bullets"
    return "numbers" if NUMBER.match(line) else "text"


def paragraph(lines: Sequence[str], names: Names) -> Markup:
    """Lines of text, with their breaks."""
    return Markup("<p>{}</p>").format(Markup("<br>").join(inline(line, names) for line in lines))


def quote(lines: Sequence[str], names: Names) -> Markup:
    """Lines that begin with `>`."""
    inner = [inline(line.strip().lstrip(">").strip(), names) for line in lines]
    return Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(inner))


def bullets(lines: Sequence[str], names: Names) -> Markup:
    """Lines that begin with `-`, `*` or a dot."""
    return Markup("<ul>{}</ul>").format(items([BULLET.sub("", line, count=1) for line in lines], names))


def numbers(lines: Sequence[str], names: Names) -> Markup:
    """Lines that begin with a number; the list counts from the first one."""
    first = re.findall(r"\d+", lines[0])[0]
    inner = items([NUMBER.sub("", line, count=1) for line in lines], names)
    return Markup('<ol start="{}">{}</ol>').format(int(first), inner)


def items(texts: Sequence[str], names: Names) -> Markup:
    """List items."""
    return Markup("").join(Markup("<li>{}</li>").format(inline(text, names)) for text in texts)


def table(lines: Sequence[str], names: Names) -> Markup:
    """Lines between bars; the first is the head, a line of dashes below it is left out."""
    rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in lines]
    head, *body = [
        row for row, line in zip(rows, lines, strict=True) if not RULE.fullmatch(line.strip())
    ] or rows
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(
        cells(head, "th", names), Markup("").join(cells(row, "td", names) for row in body)
    )


def cells(texts: Sequence[str], tag: str, names: Names) -> Markup:
    """One row of a table."""
    html = Markup("<{0}>{1}</{0}>")
    inner = Markup("").join(html.format(Markup(tag), inline(text, names)) for text in texts)
    return Markup("<tr>{}</tr>").format(inner)


BLOCKS: dict[str, Callable[[Sequence[str], Names], Markup]] = {
    "text": paragraph,
    "quote": quote,
    "bullets": bullets,
    "numbers": numbers,
    "table": table,
}
