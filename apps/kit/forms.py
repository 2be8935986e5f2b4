"""Forms: what was typed becomes an entry, or one message for each field at fault.

A rule takes the text of one field and returns what is wrong with it, as a sentence, or None. A form's
rules go by field; the first rule that objects gives the field its message.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from gristmill.errors import GristmillError

Rule = Callable[[str], str | None]
Rules = Mapping[str, Sequence[Rule]]
E = TypeVar("E")


class FormError(GristmillError):
    """A form with fields that cannot be accepted.

    Attributes:
        errors: one message for each field at fault, by the field's name.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(errors.values()))


def parse_entry(entry: Callable[..., E], fields: Mapping[str, str], rules: Rules) -> E:
    """The entry that a form holds: `entry` is called with the tidied text of each field of `rules`.

    Raises:
        FormError: a rule objects to a field.
    """
    typed = {name: tidy(fields.get(name, "")) for name in rules}
    require(typed, rules)
    return entry(**typed)


def require(values: Mapping[str, str], rules: Rules) -> None:
    """Check values that have been read already; a field that is missing counts as empty.

    Raises:
        FormError: a rule objects to a value.
    """
    found = {name: first_objection(values.get(name, ""), rules[name]) for name in rules}
    if errors := {name: message for name, message in found.items() if message is not None}:
        raise FormError(errors)


def first_objection(value: str, rules: Sequence[Rule]) -> str | None:
    """The message of the first rule that objects to a value."""
    return next((message for rule in rules if (message := rule(value)) is not None), None)


def required(message: str) -> Rule:
    """Something must be there."""
    return lambda value: None if value else message


def at_most(length: int) -> Rule:
    """So many characters at most."""
    return lambda value: f"Use at most {length} characters." if len(value) > length else None


def matching(pattern: str, message: str) -> Rule:
    """The whole text must match a regular expression, unless it is empty."""
    compiled = re.compile(pattern)
    return lambda value: message if value and not compiled.fullmatch(value) else None


def not_among(taken: Collection[str], message: str) -> Rule:
    """The text must be none of these, whatever the case; the message may name it as `{}`."""
    keys = {each.casefold() for each in taken}
    return lambda value: message.format(value) if value.casefold() in keys else None


def one_of(known: Collection[str], value: str, default: str) -> str:
    """The value if it is known, else the default: for what comes from an address."""
    return value if value in known else default


def tidy(text: str) -> str:
    """Text without blanks around it, and with single ones inside."""
    return " ".join(text.split())
