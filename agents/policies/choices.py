"""Choices of a policy, and the actions in the grammar that they stand for."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gristmill.agents.policies.features import Features
from gristmill.agents.policies.words import spans
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse, write

MAX_SPAN = 48  # words
MAX_PLACES = 8  # equal texts in different places that a label may name

CASES: tuple[Callable[[str], str], ...] = (str, lambda text: text[:1].upper() + text[1:])
"""How a text is copied: as it stands, or with its first letter large."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A token, and for those that take a text its first and last word and how it is copied."""

    token: int
    first: int = 0
    last: int = 0
    case: int = 0


def action_of(features: Features, choice: Choice) -> str:
    """The action that a choice stands for, as a line of the grammar."""
    token = features.tokens[choice.token]
    assert token.action is not None, "a token that cannot be used was chosen"
    if isinstance(token.action, do.Fill | do.Answer):
        return write(replace(token.action, text=text_of(features, choice)))
    return write(token.action)


def text_of(features: Features, choice: Choice) -> str:
    """The text between two words of one source."""
    segment = features.segments[choice.first]
    source = features.sources[segment]
    begin = int((features.segments[: choice.first] == segment).sum())
    end = begin + choice.last - choice.first
    return CASES[choice.case](source.text[source.starts[begin] : source.ends[end]])


def choices_of(features: Features, line: str) -> list[Choice]:
    """All choices that stand for an action; empty if the policy cannot express it."""
    action = parse(line)
    if isinstance(action, do.GiveUp):
        action = next(
            token.action for token in features.tokens if isinstance(token.action, do.GiveUp)
        )  # which reason is given does not count
    if isinstance(action, do.Fill | do.Answer):
        plain = replace(action, text="")
        rows = [row for row, token in enumerate(features.tokens) if token.action == plain]
        return [replace(place, token=row) for row in rows for place in places_of(features, action.text)]
    if isinstance(action, do.Click):
        same = (action, do.Check(action.ref), do.Uncheck(action.ref))  # a click on a box does the same
        return [Choice(row) for row, token in enumerate(features.tokens) if token.action in same]
    return [Choice(row) for row, token in enumerate(features.tokens) if token.action == action]


def places_of(features: Features, text: str) -> list[Choice]:
    """Where a text can be copied from, in goal, notes and page; the choices' token is to be set."""
    found: list[Choice] = []
    starts = segment_starts(features)
    for segment, source in enumerate(features.sources):
        if segment not in starts:
            continue
        begin, size = starts[segment]
        for first, last in spans(source, text, MAX_PLACES):
            if last >= size or last - first >= MAX_SPAN:
                continue
            place = Choice(0, begin + first, begin + last)
            cases = [
                case for case in range(len(CASES)) if text_of(features, replace(place, case=case)) == text
            ]
            found += [replace(place, case=cases[0])] if cases else []
            if len(found) == MAX_PLACES:
                return found
    return found


def segment_starts(features: Features) -> dict[int, tuple[int, int]]:
    """Place of the first word and number of words of each source that can be pointed at."""
    starts: dict[int, tuple[int, int]] = {}
    for place, segment in enumerate(features.segments.tolist()):
        begin, size = starts.get(segment, (place, 0))
        starts[segment] = begin, size + 1
    return starts
