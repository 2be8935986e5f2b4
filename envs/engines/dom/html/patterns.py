"""The `pattern` attribute: translates JavaScript regular expressions (`v` flag) to the `regex` module."""

from functools import lru_cache

import regex

SYNTAX = frozenset("^$\\.*+?()[]{}|/")
SETS = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[a-zA-Z0-9_]",
    "W": "[^a-zA-Z0-9_]",
    "s": r"[\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]",
    "S": r"[^\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]",
}
CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}
ANY = r"[^\n\r\u2028\u2029]"
RESERVED = frozenset("()[]{}/-|")  # in a class, unless escaped
DOUBLED = frozenset("&!#$%*+,.:;<=>?@^`~")  # reserved in a class when doubled
ESCAPABLE = frozenset("&-!#%,:;<=>@`~")  # in a class, besides SYNTAX
OPERATORS = ("--", "&&")
MAX_ESCAPED = 4  # length of an escape for a single character rather than a set
GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")


class NoPatternError(ValueError):
    """An invalid regular expression; browsers then ignore the attribute."""


def matches(pattern: str, value: str) -> bool:
    """Whether the whole value matches; an invalid pattern matches everything."""
    compiled = compiled_pattern(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str) -> "regex.Pattern[str] | None":
    """Compile a pattern; None if it is invalid."""
    try:
        return regex.compile(Translation(pattern).whole(), regex.VERSION1)
    except (NoPatternError, regex.error, ValueError, OverflowError):
        return None


class Translation:
    """A single-pass translator."""

    def __init__(self, pattern: str) -> None:
        self._text, self._at = pattern, 0

    def whole(self) -> str:
        """Translate the pattern.

        Raises:
            NoPatternError: it violates JavaScript's syntax.
        """
        parts: list[str] = []
        while self._at < len(self._text):
            parts.append(self._term())
        return "".join(parts)

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise NoPatternError(self._text)
        self._at += 1
        return self._text[self._at - 1]

    def _term(self) -> str:
        char = self._take()
        if char == "\\":
            return self._escape(in_class=False)
        if char == "[":
            return self._class()
        if char == "(":
            return self._group()
        if char == "{" or char in "*+?":
            return self._quantifier(char)
        if char in "]}":
            raise NoPatternError(self._text)
        return {".": ANY, "^": r"\A", "$": r"\Z"}.get(char, char if char in "|)" else quoted(char))

    def _group(self) -> str:
        if not self._peek("?"):
            return "("
        for opening in GROUPS:
            if self._text.startswith(opening, self._at - 1):
                self._at += len(opening) - 1
                return opening
        named = regex.compile(r"\?<([^\W\d]\w*)>").match(self._text, self._at)
        switched = regex.compile(r"\?([ims]*(?:-[ims]+)?):").match(self._text, self._at)
        if named is not None:
            self._at = named.end()
            return f"(?P<{named[1]}>"
        if switched is not None and "m" not in switched[1]:
            self._at = switched.end()
            return f"(?{switched[1]}:"
        raise NoPatternError(self._text)

    def _quantifier(self, char: str) -> str:
        if char == "{":
            found = regex.compile(r"\d+(?:,\d*)?\}", regex.ASCII).match(self._text, self._at)
            if found is None:
                raise NoPatternError(self._text)
            self._at, char = found.end(), "{" + found[0]
        if self._peek("?"):
            self._at += 1
            char += "?"
        if self._at < len(self._text) and self._text[self._at] in "*+?{":  # possessive in Python
            raise NoPatternError(self._text)
        return char

    def _escape(self, *, in_class: bool) -> str:
        char = self._take()
        if char in SETS:
            return SETS[char]
        if char in CONTROLS:
            return quoted(CONTROLS[char])
        if char in "pP":
            return self._property(char)
        if char in "ux":
            return quoted(self._code_point(char))
        if char in SYNTAX or (in_class and char in ESCAPABLE):
            return quoted(char)
        if in_class and char == "b":
            return r"\x08"
        if not in_class and (char in "bB" or char.isdigit()):
            return f"\\{char}"
        if not in_class and char == "k":
            return self._named_reference()
        raise NoPatternError(self._text)

    def _until(self, end: str) -> str:
        stop = self._text.find(end, self._at)
        if stop < 0:
            raise NoPatternError(self._text)
        found, self._at = self._text[self._at : stop], stop + 1
        return found

    def _property(self, sign: str) -> str:
        if self._take() != "{":
            raise NoPatternError(self._text)
        return f"\\{sign}{{{self._until('}')}}}"

    def _code_point(self, sign: str) -> str:
        if sign == "u" and self._peek("{"):
            self._at += 1
            return chr(int(self._until("}"), 16))
        size = 4 if sign == "u" else 2
        digits, self._at = self._text[self._at : self._at + size], self._at + size
        if len(digits) < size:
            raise NoPatternError(self._text)
        return chr(int(digits, 16))

    def _named_reference(self) -> str:
        if self._take() != "<":
            raise NoPatternError(self._text)
        return f"(?P={self._until('>')})"

    def _class(self) -> str:
        """A character class, after its `[`."""
        opening = "["
        if self._peek("^"):
            self._at += 1
            opening = "[^"
        parts: list[str] = []
        operators: list[str] = []
        while not self._peek("]"):
            if any(self._peek(operator) for operator in OPERATORS):
                operators.append(self._take() + self._take())
                parts.append(operators[-1])
            else:
                parts.append(self._operand(may_range=not operators))
        self._at += 1
        if operators and not is_chain(parts, operators[0]):
            raise NoPatternError(self._text)
        if not parts:
            return r"(?!)" if opening == "[" else r"(?s:.)"
        return f"{opening}{''.join(parts)}]"

    def _operand(self, *, may_range: bool) -> str:
        char = self._take()
        if char == "[":
            return self._class()
        low = self._class_character(char)
        if not self._peek("-") or self._peek("--"):
            return low
        self._at += 1
        high = self._class_character(self._take())
        if not may_range or len(low) > MAX_ESCAPED or len(high) > MAX_ESCAPED:
            raise NoPatternError(self._text)
        return f"{low}-{high}"

    def _class_character(self, char: str) -> str:
        if char == "\\":
            return self._escape(in_class=True)
        if char in RESERVED or (char in DOUBLED and self._peek(char)):
            raise NoPatternError(self._text)
        return quoted(char)


def quoted(text: str) -> str:
    """A text escaped to match itself."""
    return str(regex.escape(text))


def is_chain(parts: list[str], operator: str) -> bool:
    """Whether operands and this operator alternate, as set operations require."""
    operands = parts[::2]
    return (
        len(parts) % 2 == 1
        and all(part == operator for part in parts[1::2])
        and not any(part in OPERATORS or is_range(part) for part in operands)
    )


def is_range(part: str) -> bool:
    """Whether a part of a class is a range of characters."""
    return "-" in part[1:-1] and part[0] != "["
