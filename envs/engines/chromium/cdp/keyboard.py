"""Key events of a US keyboard for every key an action can name."""

import re
import string
from dataclasses import dataclass
from typing import Any

MODIFIER_BITS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
MODIFIER_CODES = {"Alt": 18, "Control": 17, "Meta": 91, "Shift": 16}
LEFT = 1
NAMED_CODES = {
    "Backspace": 8, "Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "PageUp": 33, "PageDown": 34, "End": 35,
    "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Delete": 46,
}  # fmt: skip
TYPED = {"Enter": "\r", "Space": " "}
DIGITS = tuple(zip("1234567890", "!@#$%^&*()", strict=True))
# Characters that share a key, without and with Shift: key name and code.
MARKS = {
    ";:": ("Semicolon", 186), "=+": ("Equal", 187), ",<": ("Comma", 188), "-_": ("Minus", 189),
    ".>": ("Period", 190), "/?": ("Slash", 191), "`~": ("Backquote", 192), "[{": ("BracketLeft", 219),
    "\\|": ("Backslash", 220), "]}": ("BracketRight", 221), "'\"": ("Quote", 222),
}  # fmt: skip
PAIRS = {
    **MARKS,
    **{f"{low}{low.upper()}": (f"Key{low.upper()}", ord(low.upper())) for low in string.ascii_lowercase},
    **{f"{digit}{mark}": (f"Digit{digit}", ord(digit)) for digit, mark in DIGITS},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A key in CDP's terms: key code, location, meaning and the text it inserts."""

    code: str
    number: int
    key: str
    text: str

    def event(self, kind: str, modifiers: int, *, location: int = 0) -> dict[str, Any]:
        """The parameters of `Input.dispatchKeyEvent` for this key."""
        event_parameters: dict[str, Any] = {
            "type": kind,
            "modifiers": modifiers,
            "windowsVirtualKeyCode": self.number,
            "code": self.code,
            "key": self.key,
            "location": location,
        }
        if kind == "keyDown":
            event_parameters |= {"text": self.text, "unmodifiedText": self.text}
        return event_parameters


def key_of(name: str, *, is_shifted: bool) -> Key:
    """Look up a key by name or character; with Shift, a character means its key's shifted character."""
    if name in NAMED_CODES:
        typed = TYPED.get(name, "")
        return Key(name, NAMED_CODES[name], " " if name == "Space" else name, typed)
    pair, (code, number) = next((pair, place) for pair, place in PAIRS.items() if name in pair)
    typed = pair[1] if is_shifted else name
    return Key(code, number, typed, typed)


def strokes(combination: str) -> list[dict[str, Any]]:
    """Key events of a combination such as `Control+a`: pressed in order, released in reverse."""
    *held, name = [combination] if combination == "+" else re.split(r"\+(?=.)", combination)
    downs: list[dict[str, Any]] = []
    ups: list[dict[str, Any]] = []
    bits = 0
    for modifier in held:
        key = Key(f"{modifier}Left", MODIFIER_CODES[modifier], modifier, "")
        ups.insert(0, key.event("keyUp", bits, location=LEFT))
        bits |= MODIFIER_BITS[modifier]
        downs.append(key.event("rawKeyDown", bits, location=LEFT))
    key = key_of(name, is_shifted="Shift" in held)
    types = key.text and not set(held) - {"Shift"}
    return [*downs, key.event("keyDown" if types else "rawKeyDown", bits), key.event("keyUp", bits), *ups]
