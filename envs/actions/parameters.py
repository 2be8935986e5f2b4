"""The kinds of argument that actions take: how each is read, written and described to a model."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from gristmill.errors import ActionError

Value = str | int

KEYS = frozenset(
    {"Enter", "Tab", "Escape", "Backspace", "Delete", "Space", "Home", "End", "PageUp", "PageDown"}
    | {"ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"}
)
MODIFIERS = frozenset({"Control", "Shift", "Alt", "Meta"})
DIRECTIONS = ("down", "up", "top", "bottom")
MAX_PIXEL = 100_000
MAX_TEXT_LENGTH = 4_000
MAX_SHOWN_LENGTH = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One kind of argument.

    Attributes:
        expected: what it must be, as error texts say it.
        schema: its JSON schema.
        check: raises ValueError or returns the value, given a string or a whole number.
        is_quoted: whether the grammar writes it in double quotes.
    """

    expected: str
    schema: MappingProxyType[str, Value | list[str]]
    check: Callable[[object], Value]
    is_quoted: bool = False

    def read(self, token: str) -> Value:
        """The value of a token of the grammar.

        Raises:
            ActionError: it is not of this kind.
        """
        quoted = token.startswith('"')
        if quoted != self.is_quoted:
            raise ActionError(f"{shown(token)} is not {self.expected}.")
        try:
            return self.accept(json.loads(token, strict=False) if quoted else token)
        except ValueError as error:
            raise ActionError(f"{shown(token)} is not {self.expected}.") from error

    def accept(self, value: object) -> Value:
        """The value of a JSON argument.

        Raises:
            ActionError: it is not of this kind.
        """
        if isinstance(value, str) and len(value) > MAX_TEXT_LENGTH:
            raise ActionError(f"A text has at most {MAX_TEXT_LENGTH} characters; this has {len(value)}.")
        try:
            return self.check(value)
        except (ValueError, TypeError) as error:
            raise ActionError(f"{shown(represented(value))} is not {self.expected}.") from error

    def write(self, value: Value) -> str:
        """The value as a token of the grammar."""
        return json.dumps(value, ensure_ascii=False) if self.is_quoted else str(value)


def shown(said: str) -> str:
    """What was said, as error texts quote it: short, and in characters that can be written out."""
    text = said if len(said) <= MAX_SHOWN_LENGTH else f"{said[:MAX_SHOWN_LENGTH]}..."
    return text.encode(errors="backslashreplace").decode()


def represented(value: object) -> str:
    """The `repr` of a value; also of whole numbers that Python refuses to write out."""
    try:
        return repr(value)
    except ValueError:
        return "A number of thousands of digits"


def matching(pattern: str) -> Callable[[object], str]:
    """A check for strings that match a pattern in full."""
    compiled = re.compile(pattern)

    def check(value: object) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(value)
        return value

    return check


def whole_number(low: int, high: int) -> Callable[[object], int]:
    """A check for whole numbers in low..high, also as digits or as a float such as 640.0."""

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
    """A key name or one printable character, after modifiers joined by `+`."""
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    *modifiers, key = [value] if value == "+" else re.split(r"\+(?=.)", value)
    is_key = key in KEYS or (len(key) == 1 and "!" <= key <= "~")  # what the browser has keys for
    if not is_key or not MODIFIERS.issuperset(modifiers) or len(set(modifiers)) < len(modifiers):
        raise ValueError(value)
    return value


def plain_text(value: object) -> str:
    """Text without lone surrogates or control characters other than tab and line feed."""
    if not isinstance(value, str):
        raise ValueError(value)
    value.encode()
    if any(ord(c) < 32 and c not in "\t\n" for c in value):
        raise ValueError(value)
    return value


def schema(**properties: Value | list[str]) -> MappingProxyType[str, Value | list[str]]:
    """A read-only JSON schema."""
    return MappingProxyType(properties)


REF = Parameter(
    expected="a ref such as e12",
    schema=schema(type="string", pattern="^e[1-9][0-9]*$", description="Ref of an element, e.g. e12"),
    check=matching(r"e[1-9][0-9]{0,5}"),
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
