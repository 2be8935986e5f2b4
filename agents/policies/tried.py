"""Choices that a greedy policy has made on a page, so that it does not repeat them for ever.

An action that leaves the page as it was stays the likeliest one. Not to choose again what was chosen before
is what text generation does with n-grams (Paulus et al. 2018, section 2.5).
"""

from collections import Counter
from collections.abc import Hashable

from gristmill.agents.policies import MAX_REPEATS
from gristmill.agents.policies.choices import Choice
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.texts import single_pieces, text_of
from gristmill.agents.policies.tokens import Kind
from gristmill.envs.actions import types as do


class TriedChoices:
    """Counts the choices of one episode by page. Pages that differ by refs alone are equal.

    Args:
        max_repeats: how often a choice may be made on equal pages.
    """

    def __init__(self, max_repeats: int = MAX_REPEATS) -> None:
        self._max_repeats = max_repeats
        self._counts: dict[Hashable, Counter[tuple[int, str, str]]] = {}

    def add(self, features: Features, choice: Choice) -> None:
        """Count a choice. Waiting is not counted: what it brings may be seen on another page."""
        token = features.tokens[choice.token]
        if not isinstance(token.action, do.Wait):
            tried = choice.token, text_of(features, choice.pieces), text_of(features, choice.pieces[:1])
            self._counts.setdefault(page_of(features), Counter())[tried] += 1

    def exhausted(self, features: Features) -> list[Choice]:
        """The choices that were made as often as may be; of those with a text the first piece."""
        found: list[Choice] = []
        for (token, _, begin), count in self._counts.get(page_of(features), Counter()).items():
            if count >= self._max_repeats:
                found += [Choice(token, pieces) for pieces in single_pieces(features, begin)]
        return found


def page_of(features: Features) -> Hashable:
    """What is read of a page itself, without the actions and notes before it."""
    return tuple(
        (token.role, token.name, token.value, token.group, token.states)
        for token in features.tokens
        if token.kind not in (Kind.PAST, Kind.HINT)
    )
