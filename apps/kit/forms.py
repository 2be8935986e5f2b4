"""Form validation: field texts become an entry, or one message per invalid field.

A rule takes a field's text and returns an error message, or None. Each field has a list of rules; the first
that fails gives the field its message.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from gristmill.errors import GristmillError

Rule = Callable[[str], str | None]
Rules = Mapping[str, Sequence[Rule]]
E = TypeVar("E")


class FormError(GristmillError):
    """A form with invalid fields.

    Attributes:
        errors: one message per invalid field, by field name.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(errors.values()))


def parse_entry(entry: Callable[..., E], fields: Mapping[str, str], rules: Rules) -> E:
    """Validate a form and build its entry: `entry` is called with the stripped text of each field of `rules`.

    Raises:
        FormError: a rule failed.
    """
    typed = {name: tidy(fields.get(name, "")) for name in rules}
    require(typed, rules)
    return entry(**typed)


def require(values: Mapping[str, str], rules: Rules) -> None:
    """Validate values that were parsed already; a missing field counts as empty.

    Raises:
        FormError: a rule failed.
    """
    found = {name: first_error(values.get(name, ""), rules[name]) for name in rules}
    if errors := {name: message for name, message in found.items() if message is not None}:
        raise FormError(errors)


def first_error(value: str, rules: Sequence[Rule]) -> str | None:
    """The message of the first rule that fails, or None."""
    return next((message for rule in rules if (message := rule(value)) is not None), None)


def required(message: str) -> Rule:
    """The text must not be empty."""
    return lambda value: None if value else message


def at_most(length: int) -> Rule:
    """The text may have at most this many characters."""
    return lambda value: f"Use at most {length} characters." if len(value) > length else None


def matching(pattern: str, message: str) -> Rule:
    """The text must be empty or fully match a regular expression."""
    compiled = re.compile(pattern)
    return lambda value: message if value and not compiled.fullmatch(value) else None


def not_among(taken: Collection[str], message: str) -> Rule:
    """The text must be none of these, ignoring case; `{}` in the message is replaced by the text."""
    keys = {each.casefold() for each in taken}
    return lambda value: message.format(value) if value.casefold() in keys else None


def one_of(known: Collection[str], value: str, default: str) -> str:
    """The value if it is valid, else the default: for values from a URL."""
    return value if value in known else default


def tidy(text: str) -> str:
    """Strip a text and collapse runs of whitespace."""
    return " ".join(text.split())
