"""Whom a text mentions: `@ada.park`, `@Ada Park`, `@Ada` if only one has that name, `@channel`, `@here`."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from gristmill.apps.chat.services.people import Card

AT = re.compile(r"(?<![\w@./])@([^\W\d_][\w.'-]*(?: [^\W\d_][\w'-]*)?)")
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
EVERYBODY = {"channel": "channel", "everyone": "channel", "all": "channel", "here": "here"}
STRENGTH = ("name", "channel", "here")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A mention in a text: of a person, or (`how`) of the channel or of those who are active."""

    start: int
    end: int
    how: str
    card: Card | None = None


def find_mentions(text: str, people: Mapping[str, Card]) -> Iterator[Found]:
    """The mentions in a text, in order; `people` are members by handle and name."""
    for match in AT.finditer(text):
        for name in candidates(match[1]):
            how = EVERYBODY.get(name.casefold())
            card = people.get(name.casefold())
            if how or card:
                end = match.start() + 1 + len(name)
                yield Found(start=match.start(), end=end, how=how or "name", card=None if how else card)
                break


def candidates(typed: str) -> Iterator[str]:
    """What a text after an `@` may name: two words before one, each also without its ending."""
    for whole in dict.fromkeys((typed, typed.partition(" ")[0])):
        yield whole
        bare = whole.rstrip(".'-")
        yield bare
        yield bare.removesuffix("'s")


def mentioned(
    text: str,
    people: Mapping[str, Card],
    *,
    author_id: int,
    members: Collection[int],
    active: Collection[int],
) -> dict[int, str]:
    """Who is mentioned by a text, and how: only members, and never its author; by name beats the others."""
    found: dict[int, str] = {}
    for each in find_mentions(CODE.sub(" ", text), people):
        for person_id in reached(each, members, active):
            known = found.get(person_id, STRENGTH[-1])
            found[person_id] = min(known, each.how, key=STRENGTH.index)
    found.pop(author_id, None)
    return found


def reached(mention: Found, members: Collection[int], active: Collection[int]) -> list[int]:
    """The members whom one mention reaches."""
    if mention.card is not None:
        return [mention.card.id] if mention.card.id in members else []
    return [each for each in members if mention.how == "channel" or each in active]
