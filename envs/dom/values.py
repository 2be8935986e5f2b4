"""What a control of a type can hold."""

import re

from gristmill.envs.dom.tree import Element

NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?")
SHAPES = {
    "date": re.compile(r"\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "month": re.compile(r"\d{4,}-(0[1-9]|1[0-2])"),
    "week": re.compile(r"\d{4,}-W(0[1-9]|[1-4]\d|5[0-3])"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"),
    "datetime-local": re.compile(
        r"\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"
    ),
    "color": re.compile(r"#[0-9a-fA-F]{6}"),
    "number": NUMBER,
    "range": NUMBER,
}
EMPTY_VALUES = {"color": "#000000", "range": "50"}
NO_LINES = {ord("\n"): None, ord("\r"): None}


def sanitized(element: Element, value: str) -> str:
    """A value as a control of its type keeps it."""
    kind = element.type
    if kind in SHAPES and not SHAPES[kind].fullmatch(value):
        return EMPTY_VALUES.get(kind, "")
    if kind in {"text", "search", "tel", "url", "email", "password"}:
        value = value.translate(NO_LINES)
        return value.strip(" \t\n\f\r") if kind in {"url", "email"} else value
    return value
