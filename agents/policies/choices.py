"""Choices of a policy, and the actions in the grammar that they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gristmill.agents.policies.features import Features
from gristmill.agents.policies.texts import Pieces, pieces_of, text_of
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse, write


@dataclass(frozen=True, slots=True)
class Choice:
    """A token, and for those that take a text its pieces; without any the text is empty."""

    token: int
    pieces: Pieces = ()


def action_of(features: Features, choice: Choice) -> str:
    """The action that a choice stands for, as a line of the grammar."""
    token = features.tokens[choice.token]
    assert token.action is not None, "a token that cannot be used was chosen"
    if isinstance(token.action, do.Fill | do.Answer):
        return write(replace(token.action, text=text_of(features, choice.pieces)))
    return write(token.action)


def is_one_of(features: Features, choice: Choice, label: Iterable[Choice]) -> bool:
    """Whether a choice does what those of a label do: the same text may be made of other pieces."""
    return action_of(features, choice) in {action_of(features, each) for each in label}


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
        pieces = pieces_of(features, action.text) if rows else None
        return [] if pieces is None else [Choice(row, pieces) for row in rows]
    if isinstance(action, do.Click):
        same = (action, do.Check(action.ref), do.Uncheck(action.ref))  # a click on a box does the same
        return [Choice(row) for row, token in enumerate(features.tokens) if token.action in same]
    return [Choice(row) for row, token in enumerate(features.tokens) if token.action == action]
