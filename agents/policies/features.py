"""A page as arrays: what the network reads, and the words that it can point at."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gristmill.agents.base import Observation
from gristmill.agents.policies.matching import NO_MATCH, Match, bag, is_word, matched, places_of_words
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.tokens import STATES, Kind, Token, tokens_of
from gristmill.agents.policies.words import Ids, Numbers, Text, bucket, read

BAGS = (("name", 12), ("value", 10), ("context", 6), ("group", 14))
"""The texts of a token and how many of their words are read."""

PAIRS = 6
"""How many pairs of neighbouring words of a name are read. They tell `low to high` from `high to low`."""

BAG_WORDS = sum(size for _, size in BAGS) + PAIRS
MAX_GOAL = 160  # words of the goal that are read
NUMBERS = len(STATES) + 8 + 3 * len(BAGS)
CHANNELS = len(BAGS) + 1
"""Matches of each bag with the goal, and of the names with the notes."""

COVERED = 4
"""Where a word of the goal stands as well: on the page, in what its boxes hold, in past actions, in notes."""

GOAL_OWNER = -1  # of words that stand in the goal or the notes

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """One observation as the network reads it: T tokens, L words of goal and notes, W words to point at.

    Attributes:
        kinds, roles, landmarks: (T,).
        bags: (T, `BAG_WORDS`) buckets of words, and last of pairs of words in the name; 0 for none.
        numbers: (T, `NUMBERS`) in about -1..1.
        matches: (n, 3) channel, token and word of goal or notes that are equal; see `CHANNELS`.
        goal: (L,) buckets; `goal_shapes` (L, `SHAPES`); of them the first `goal_size` are the goal's.
        covered: (L, `COVERED`) 1 where a word of the goal stands elsewhere too: of several things that a goal
            names, those that are dealt with.
        words: (W,) buckets; `word_shapes` (W, `SHAPES`).
        owners: (W,) the token of each word, or `GOAL_OWNER` - and then the first L words are those of goal
            and notes; `segments` (W,) numbers of the texts that they stand in.
        usable, takes_text: (T,) whether a token can be chosen, and then needs a text.
        tokens, sources: what the arrays were made of.
    """

    kinds: NDArray[np.int64]
    roles: NDArray[np.int64]
    landmarks: NDArray[np.int64]
    bags: Ids
    numbers: Numbers
    matches: Ids
    goal: Ids
    goal_shapes: Numbers
    goal_size: int
    covered: Numbers
    words: Ids
    word_shapes: Numbers
    owners: Ids
    segments: Ids
    usable: NDArray[np.bool_]
    takes_text: NDArray[np.bool_]
    tokens: tuple[Token, ...]
    sources: tuple[Text, ...]


def features_of(observation: Observation, memory: Memory) -> Features:
    """The features of an observation; 2 to 4 ms, with the length of the page."""
    tokens = tokens_of(observation, memory)
    goal, notes = read(observation["goal"]), [read(note) for note in memory.notes]
    brief = [goal, *notes]
    goal_ids = np.concatenate([text.ids for text in brief])[:MAX_GOAL]
    goal_shapes = np.concatenate([text.shapes for text in brief])[:MAX_GOAL]
    words_in_brief = [word for text in brief for word in text.words][:MAX_GOAL]
    goal_size = min(len(goal.words), MAX_GOAL)
    goal_places = places_of_words(words_in_brief[:goal_size])
    note_places = places_of_words(words_in_brief[goal_size:], goal_size)
    bags, numbers, matches = token_arrays(tokens, goal_places, note_places)
    words, word_shapes, owners, segments, sources = words_to_point_at(tokens, brief)
    return Features(
        kinds=np.array([token.kind for token in tokens], np.int64),
        roles=np.array([role_number(token) for token in tokens], np.int64),
        landmarks=np.array([token.landmark for token in tokens], np.int64),
        bags=bags,
        numbers=numbers,
        matches=matches,
        goal=goal_ids,
        goal_shapes=goal_shapes,
        goal_size=goal_size,
        covered=covered(tokens, matches, words_in_brief, goal_size),
        words=words,
        word_shapes=word_shapes,
        owners=owners,
        segments=segments,
        usable=np.array([token.action is not None for token in tokens]),
        takes_text=np.array([token.takes_text for token in tokens]),
        tokens=tuple(tokens),
        sources=sources,
    )


def role_number(token: Token) -> int:
    """The role of a token, hashed."""
    return bucket(token.role) % 64


def token_arrays(
    tokens: list[Token], goal_places: dict[str, list[int]], note_places: dict[str, list[int]]
) -> tuple[Ids, Numbers, Ids]:
    """Bags, numbers and matches of all tokens."""
    bags = np.zeros((len(tokens), BAG_WORDS), np.int16)
    numbers: list[tuple[float, ...]] = []
    matches: list[tuple[int, int, int]] = []
    twins: dict[tuple[str, str], int] = {}
    in_goal: dict[tuple[str, ...], Match] = {}
    for row, token in enumerate(tokens):
        first, shares = 0, list[float]()
        texts = (token.name, token.value, token.context, token.group)  # in the order of `BAGS`
        for number, (text, (_, size)) in enumerate(zip(texts, BAGS, strict=True)):
            if text:
                ids, words = bag(text, size)
                bags[row, first : first + len(ids)] = ids
                found = in_goal.get(words)
                if found is None:
                    found = in_goal[words] = matched(words, goal_places)
                matches += [(number, row, place) for place in found.places]
                shares += found.numbers
                if number == 0 and note_places:
                    noted = matched(words, note_places).places
                    matches += [(len(BAGS), row, place) for place in noted]
            else:
                shares += NO_MATCH.numbers
            first += size
        pairs = pairs_of(token.name)
        bags[row, first : first + len(pairs)] = pairs
        ordinal = twins.get((token.role, token.name), 0)
        twins[token.role, token.name] = ordinal + 1
        numbers.append((
            *token.states, token.depth / 10, row / 100, min(ordinal, 10) / 10, bool(token.value),
            token.takes_text, bool(token.name), min(token.position, 10) / 10, token.position == 1, *shares,
        ))  # fmt: skip
    return bags, np.array(numbers, np.float32), np.array(matches, np.int16).reshape(len(matches), 3)


@lru_cache(maxsize=32768)
def pairs_of(name: str) -> list[int]:
    """The buckets of the pairs of neighbouring words of a name; cached, not to be changed."""
    return [bucket(f"{one} {two}") for one, two in pairwise(bag(name, BAGS[0][1]).words)][:PAIRS]


def covered(tokens: list[Token], matches: Ids, brief: Sequence[str], goal_size: int) -> Numbers:
    """Which words of the goal stand elsewhere, by `COVERED`; zeros for those of notes."""
    found = np.zeros((len(brief), COVERED), np.float32)
    channel, row, place = matches.T
    kinds = np.array([token.kind for token in tokens])[row]
    on_page = kinds <= Kind.TEXT
    for number, those in enumerate(
        ((channel == 0) & on_page, (channel == 1) & on_page, (channel == 0) & (kinds == Kind.PAST))
    ):
        found[place[those], number] = 1.0
    noted = set(brief[goal_size:])
    found[:goal_size, -1] = [is_word(word) and word in noted for word in brief[:goal_size]]
    return found


def words_to_point_at(
    tokens: list[Token], brief: list[Text]
) -> tuple[Ids, Numbers, Ids, Ids, tuple[Text, ...]]:
    """Words of goal and notes, cut as the network reads them, and of the page; and their texts."""
    sources, rows = list(brief), [GOAL_OWNER] * len(brief)
    for row, token in enumerate(tokens):
        if token.kind > Kind.TEXT:
            continue
        for written in (token.name, token.value):
            if written and (text := read(written)).words:
                sources.append(text)
                rows.append(row)
    sizes = [len(text.ids) for text in sources]
    kept = np.ones(sum(sizes), bool)
    kept[MAX_GOAL : sum(sizes[: len(brief)])] = False
    return (
        np.concatenate([text.ids for text in sources])[kept],
        np.concatenate([text.shapes for text in sources])[kept],
        np.repeat(np.array(rows, np.int16), sizes)[kept],
        np.repeat(np.arange(len(sources), dtype=np.int16), sizes)[kept],
        tuple(sources),
    )
