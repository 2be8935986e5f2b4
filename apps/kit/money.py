"""Amounts of US dollars: integer cents inside, text for people outside."""

import re

EXAMPLE = "Enter an amount in dollars, such as 25 or 19.99."


def money(cents: int) -> str:
    """Cents as US dollars, e.g. `$1,234.50`; an amount taken off reads `-$5.00`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) / 100:,.2f}"


def as_typed(cents: int | None) -> str:
    """Cents as people type them: `25` or `19.99`; nothing for None."""
    if cents is None:
        return ""
    return str(cents // 100) if cents % 100 == 0 else f"{cents / 100:.2f}"


def parse_cents(typed: str) -> int | None:
    """A typed amount of dollars as cents; None if nothing was typed.

    Raises:
        ValueError: it is no amount, or one of a million dollars or more; the message is for people.
    """
    text = typed.strip().removeprefix("$").replace(",", "").strip()
    if not text:
        return None
    match = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?", text)
    if match is None:
        raise ValueError(EXAMPLE)
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
