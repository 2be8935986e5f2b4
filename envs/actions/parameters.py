"""Parameter types of actions: how values are parsed, written, validated and described to a model."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from gristmill.errors import ActionError, excerpt

Value = str | int

KEYS = frozenset(
    {"Enter", "Tab", "Escape", "Backspace", "Delete", "Space", "Home", "End", "PageUp", "PageDown"}
    | {"ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"}
)
MODIFIERS = frozenset({"Control", "Shift", "Alt", "Meta"})
DIRECTIONS = ("down", "up", "top", "bottom")
MAX_PIXEL = 100_000
MAX_MINUTES = 24 * 60
MAX_TEXT_LENGTH = 4_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A parameter type.

    Attributes:
        expected: describes valid values, for error messages.
        schema: JSON schema.
        check: validates a string or integer; returns the value or raises ValueError.
        is_quoted: whether the grammar writes it in double quotes.
    """

    expected: str
    schema: MappingProxyType[str, Value | list[str]]
    check: Callable[[object], Value]
    is_quoted: bool = False

    def read(self, token: str) -> Value:
        """Parse a token of the grammar.

        Raises:
            ActionError: the value is invalid.
        """
        quoted = token.startswith('"') and token != '"'  # one mark alone is the key of that name
        if self.is_quoted and not quoted:
            text = json.dumps(excerpt(token), ensure_ascii=False)
            raise ActionError(f"{excerpt(token)} is not {self.expected}; write {text}.")
        if quoted and not self.is_quoted:
            raise ActionError(f"{excerpt(token)} is not {self.expected}.")
        try:
            return self.accept(json.loads(token, strict=False) if quoted else token)
        except ValueError as error:
            raise ActionError(f"{excerpt(token)} is not {self.expected}.") from error

    def accept(self, value: object) -> Value:
        """Validate a JSON argument.

        Raises:
            ActionError: the value is invalid.
        """
        if isinstance(value, str) and len(value) > MAX_TEXT_LENGTH:
            raise ActionError(f"A text may have at most {MAX_TEXT_LENGTH} characters, not {len(value)}.")
        try:
            return self.check(value)
        except (ValueError, TypeError) as error:
            raise ActionError(f"{excerpt(safe_repr(value))} is not {self.expected}.") from error

    def write(self, value: Value) -> str:
        """Write a value as a token of the grammar."""
        return json.dumps(value, ensure_ascii=False) if self.is_quoted else str(value)


def safe_repr(value: object) -> str:
    """`repr(value)`, or a description if the integer is too long for Python to convert."""
    try:
        return repr(value)
    except ValueError:
        return "A number of thousands of digits"


CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f]")  # but for tab and line feed


def matching(pattern: str) -> Callable[[object], str]:
    """A validator for strings that fully match a pattern."""
    compiled = re.compile(pattern)

    def check(value: object) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(value)
        return value

    return check


def whole_number(low: int, high: int) -> Callable[[object], int]:
    """A validator for integers in low..high, also given as digits or as an integral float such as 640.0."""

    def check(value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,6}", str(value)):
            raise ValueError(value)
        number = int(str(value))
        if not low <= number <= high:
            raise ValueError(value)
        return number

    return check


def key_combination(value: object) -> str:
    """Validate a key name or one printable character, optionally after modifiers joined by `+`."""
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    *modifiers, key = [value] if value == "+" else re.split(r"\+(?=.)", value)
    is_key = key in KEYS or (len(key) == 1 and "!" <= key <= "~")  # the characters of a US keyboard
    if not is_key or not MODIFIERS.issuperset(modifiers) or len(set(modifiers)) < len(modifiers):
        raise ValueError(value)
    return value


def plain_text(value: object) -> str:
    """Validate text: no lone surrogates, and no control characters except tab and line feed."""
    if not isinstance(value, str):
        raise ValueError(value)
    value.encode()
    if CONTROL_CHARACTER.search(value):
        raise ValueError(value)
    return value


def schema(**properties: Value | list[str]) -> MappingProxyType[str, Value | list[str]]:
    """A read-only JSON schema."""
    return MappingProxyType(properties)


MINUTES = Parameter(
    expected=f"a number of minutes from 1 to {MAX_MINUTES}",
    schema=schema(type="integer", minimum=1, maximum=MAX_MINUTES, description="Minutes of the world's clock"),
    check=whole_number(1, MAX_MINUTES),
)
REF = Parameter(
    expected="a ref such as e12",
    schema=schema(type="string", pattern="^e[1-9][0-9]*$", description="Ref of an element, e.g. e12"),
    check=matching(r"e[1-9][0-9]{0,8}"),
)
QUOTED = Parameter(
    expected="text in double quotes, with JSON's escapes",
    schema=schema(type="string"),
    check=plain_text,
    is_quoted=True,
)
WORD = Parameter(
    expected="one word without quotes or spaces",
    schema=schema(type="string", pattern='^[^\\s"]+$'),
    check=matching(r'[^\s"\x00-\x1f\ud800-\udfff]+'),
)
KEY = Parameter(
    expected=f"a character or one of {', '.join(sorted(KEYS))}, after any of Control+ Shift+ Alt+ Meta+",
    schema=schema(type="string", description="e.g. Enter, Tab, ArrowDown, Control+a"),
    check=key_combination,
)
DIRECTION = Parameter(
    expected=f"one of {', '.join(DIRECTIONS)}",
    schema=schema(type="string", enum=list(DIRECTIONS)),
    check=matching("|".join(DIRECTIONS)),
)
PIXEL = Parameter(
    expected="a whole number of pixels from 0 on",
    schema=schema(type="integer", minimum=0),
    check=whole_number(0, MAX_PIXEL),
)
OFFSET = Parameter(
    expected="a whole number of pixels, negative for left or up",
    schema=schema(type="integer"),
    check=whole_number(-MAX_PIXEL, MAX_PIXEL),
)
