"""The light markup of mails: bold, italic, code, links, lists, quotes. All the rest is escaped."""

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

BULLET, NUMBER = re.compile(r"\s*[-*] +(?=\S)"), re.compile(r"\s*(\d{1,3})[.)] +(?=\S)")
HEADING = re.compile(r"# +(?=\S)")
TOKEN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?P<url>https?://[a-z0-9.-]+\.test(?:/[\w/.?=&%+-]*[\w/=&+-])?)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?P<em>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<em2>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
)
TAGS = {"strong": "strong", "em": "em", "em2": "em"}
SYNTAX = (
    ("**bold**", "bold"), ("*italic*", "italic"), ("`code`", "code"), ("- item", "a list"),
    ("1. item", "a numbered list"), ("# Heading", "a heading"), ("> text", "a quote"),
)  # fmt: skip


def to_html(text: str) -> Markup:
    """The HTML of a text: runs of lines of one kind become one block."""
    return Markup("").join(blocks(text))


def blocks(text: str) -> Iterator[Markup]:
    """The blocks of a text."""
    for kind, group in groupby(text.splitlines(), key=kind_of):
        lines = list(group)
        if kind == "quote":
            inner = to_html("\n".join(re.sub(r"^\s*> ?", "", line) for line in lines))
            yield Markup("<blockquote>{}</blockquote>").format(inner)
        elif kind == "heading":
            yield from (
                Markup("<h4>{}</h4>").format(inline(HEADING.sub("", line, count=1))) for line in lines
            )
        elif kind == "bullets":
            yield Markup("<ul>{}</ul>").format(items(BULLET, lines))
        elif kind == "numbers":
            first = NUMBER.match(lines[0])
            start = int(first[1]) if first else 1
            yield Markup('<ol start="{}">{}</ol>').format(start, items(NUMBER, lines))
        elif kind == "text":
            yield Markup("<p>{}</p>").format(Markup("<br>").join(map(inline, lines)))


def kind_of(line: str) -> str:
    """The kind of block that a line belongs to."""
    if not line.strip():
        return "blank"
    if line.lstrip().startswith(">"):
        return "quote"
    kinds = ((HEADING, "heading"), (BULLET, "bullets"), (NUMBER, "numbers"))
    return next((kind for pattern, kind in kinds if pattern.match(line)), "text")


def items(mark: re.Pattern[str], lines: list[str]) -> Markup:
    """The items of a list."""
    return Markup("").join(
        Markup("<li>{}</li>").format(inline(mark.sub("", line, count=1))) for line in lines
    )


def inline(text: str) -> Markup:
    """The HTML of a line."""
    parts, at = [], 0
    for match in TOKEN.finditer(text):
        parts += [escape(text[at : match.start()]), token(match)]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def token(match: re.Match[str]) -> Markup:
    """The HTML of one token."""
    kind = str(match.lastgroup)
    if kind == "code":
        return Markup("<code>{}</code>").format(match["code"])
    if kind == "url":
        return Markup('<a href="{0}">{0}</a>').format(match["url"])
    return Markup("<{0}>{1}</{0}>").format(Markup(TAGS[kind]), inline(match[kind]))
