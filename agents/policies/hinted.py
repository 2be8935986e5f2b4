"""Hints: privileged texts that a teacher reads beside a page, as tokens behind all others.

What can be chosen, and the words that can be pointed at, stay as they were, so that the distributions of a
network with and without a hint are over the same actions.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from gristmill.agents.policies.choices import Choice
from gristmill.agents.policies.features import (
    BAGS,
    MAX_GOAL,
    Features,
    role_number,
    token_arrays,
)
from gristmill.agents.policies.matching import is_word, matched, places_of_words
from gristmill.agents.policies.texts import text_of
from gristmill.agents.policies.tokens import MAX_TEXT, Kind, Token
from gristmill.agents.policies.words import Ids, read

LINE_WORDS = dict(BAGS)["name"]  # a longer line becomes several tokens
MAX_LINES = 48  # tokens of a hint
NOTES_CHANNEL = len(BAGS)  # of `Features.matches`

Hint = tuple[Token, ...]


def hint_of_texts(lines: Iterable[str]) -> Hint:
    """A hint of any texts: notes, feedback, or what somebody else did. `MAX_LINES` tokens are kept."""
    tokens: list[Token] = []
    for text in map(read, lines):
        for first in range(0, len(text.words), LINE_WORDS):
            last = min(first + LINE_WORDS, len(text.words)) - 1
            part = text.text[text.starts[first] : text.ends[last]]
            tokens.append(Token(Kind.HINT, "hint", name=part[:MAX_TEXT]))
    return tuple(tokens[:MAX_LINES])


def hint_of_choice(features: Features, choice: Choice) -> Hint:
    """A hint at one choice: all that is known of its token, and the text that belongs to it."""
    token = features.tokens[choice.token]
    value = text_of(features, choice.pieces) if token.takes_text else token.value
    return (replace(token, kind=Kind.HINT, value=value[:MAX_TEXT], action=None),)


def with_hint(features: Features, hint: Hint) -> Features:
    """The features of the same state with a hint; about 0.5 ms.

    Its words are read behind the notes, as far as `MAX_GOAL` permits. Names on the page that share words with
    its names are marked as they are for notes; words to be typed mark nothing, for they stand in links too.
    """
    if not hint:
        return features
    texts = [read(token.name) for token in hint]
    begin = len(features.goal)
    words = [word for text in texts for word in text.words][: MAX_GOAL - begin]
    texts += [read(token.value) for token in hint]
    brief = np.concatenate([features.goal, *(text.ids for text in texts)])[:MAX_GOAL]
    shapes = [features.goal_shapes, *(text.shapes for text in texts)]
    goal = places_of_words(features.sources[0].words[: features.goal_size])
    bags, numbers, matches = token_arrays(list(hint), goal, {})
    matches[:, 1] += len(features.tokens)
    named = names_with(features.tokens, places_of_words(words, begin))
    unusable = np.zeros(len(hint), bool)
    return replace(
        features,
        kinds=np.append(features.kinds, [token.kind for token in hint]),
        roles=np.append(features.roles, [role_number(token) for token in hint]),
        landmarks=np.append(features.landmarks, [token.landmark for token in hint]),
        bags=np.concatenate([features.bags, bags]),
        numbers=np.concatenate([features.numbers, numbers]),
        matches=np.concatenate([features.matches, matches, named]),
        goal=brief,
        goal_shapes=np.concatenate(shapes)[:MAX_GOAL],
        covered=np.pad(features.covered, ((0, len(brief) - begin), (0, 0))),
        usable=np.append(features.usable, unusable),
        takes_text=np.append(features.takes_text, unusable),
        tokens=(*features.tokens, *hint),
    )


def names_with(tokens: Iterable[Token], places: dict[str, list[int]]) -> Ids:
    """Channel, token and place, (n, 3), of the words of tokens' names that stand at these places."""
    rows = [
        (NOTES_CHANNEL, row, place)
        for row, token in enumerate(tokens)
        for place in matched(tuple(filter(is_word, read(token.name).words[:LINE_WORDS])), places).places
    ]
    return np.array(rows, np.int16).reshape(len(rows), 3)
