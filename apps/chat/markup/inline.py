"""Markup within a line: bold, italic, strike, code, links, mentions, channels, emoji."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from gristmill.apps.chat.emoji import EMOJI, OTHERS, name_of
from gristmill.apps.chat.filters import picture
from gristmill.apps.chat.services.mentioning import AT, find_mentions
from gristmill.apps.chat.services.people import Card

CHARACTERS = sorted(
    {*EMOJI.values(), *(each for each in OTHERS if not each.isascii())}, key=len, reverse=True
)
TOKEN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?P<url>https?://[^\s<>\"'`]+)"
    r"|\*\*(?P<bold2>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~{1,2}(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~{1,2}(?![\w~])"
    rf"|(?P<at>{AT.pattern})"
    r"|(?<![\w#&/])#(?P<channel>[a-z0-9][a-z0-9-]*)"
    r"|:(?P<short>[a-z0-9_+-]+):"
    rf"|(?P<emoji>(?:{'|'.join(map(re.escape, CHARACTERS))})\ufe0f?)"
)
STYLES = {"bold2": "strong", "bold": "strong", "italic": "em", "strike": "s"}
TRAILING = ".,;:!?)]}"


@dataclass(frozen=True, kw_only=True)
class Names:
    """What texts can refer to, for one viewer.

    Attributes:
        people: members by handle and name; called when a text names one.
        channels: ids of the channels that the viewer may see, by name; called when a text names one.
        hosts: host names that links may lead to; other addresses are shown as text.
        viewer_id: whose mentions are marked.
    """

    people: Callable[[], Mapping[str, Card]] = dict
    channels: Callable[[], Mapping[str, int]] = dict
    hosts: frozenset[str] = frozenset()
    viewer_id: int = 0


def inline(text: str, names: Names) -> Markup:
    """The HTML of a line of text."""
    parts: list[Markup] = []
    at = 0
    while (match := TOKEN.search(text, at)) is not None:
        parts.append(escape(text[at : match.start()]))
        html, at = token(match, names)
        parts.append(html)
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


def token(match: re.Match[str], names: Names) -> tuple[Markup, int]:
    """The HTML of one token, and where the text goes on."""
    kind = next(name for name, value in match.groupdict().items() if value is not None)
    if kind in STYLES:
        tag = STYLES[kind]
        inner = inline(match[kind], names)
        return Markup("<{0}>{1}</{0}>").format(Markup(tag), inner), match.end()
    return TOKENS[kind](match, names)


def code(match: re.Match[str], _: Names) -> tuple[Markup, int]:
    """Text in the font of code."""
    return Markup("<code>{}</code>").format(match["code"]), match.end()


def link(match: re.Match[str], names: Names) -> tuple[Markup, int]:
    """A link, if it leads to a host of this world; punctuation after it is not part of it."""
    url = match["url"].rstrip(TRAILING)
    end = match.start() + len(url)
    if host_of(url) in names.hosts:
        return Markup('<a href="{0}">{0}</a>').format(url), end
    return Markup('<span class="outside">{}</span>').format(url), end


def host_of(url: str) -> str | None:
    """The host of an address; None if it cannot be read."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def mention(match: re.Match[str], names: Names) -> tuple[Markup, int]:
    """A mention of a person, a channel's members, or those who are active."""
    found = next(find_mentions(match[0], names.people()), None)
    if found is None:
        return escape("@"), match.start() + 1
    end = match.start() + found.end
    if found.card is None:
        return Markup('<span class="mention mention-me">{}</span>').format(match[0][: found.end]), end
    own = " mention-me" if found.card.id == names.viewer_id else ""
    html = Markup('<a class="mention{}" href="/people/{}">@{}</a>')
    return html.format(own, found.card.id, found.card.name), end


def channel(match: re.Match[str], names: Names) -> tuple[Markup, int]:
    """A link to a channel that the viewer may see."""
    found = names.channels().get(match["channel"])
    if found is None:
        return escape(match[0]), match.end()
    return Markup('<a class="mention" href="/c/{}">#{}</a>').format(found, match["channel"]), match.end()


def emoji(match: re.Match[str], _: Names) -> tuple[Markup, int]:
    """The picture of an emoji; text if there is none of that name."""
    name = name_of(match[0])
    return (picture(name) if name else escape(match[0])), match.end()


TOKENS: Mapping[str, Callable[[re.Match[str], Names], tuple[Markup, int]]] = {
    "code": code,
    "url": link,
    "at": mention,
    "channel": channel,
    "short": emoji,
    "emoji": emoji,
}
