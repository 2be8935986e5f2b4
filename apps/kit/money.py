"""US dollars: integer cents internally, text for people."""

import re

EXAMPLE = "Enter an amount in dollars, such as 25 or 19.99."


def money(cents: int) -> str:
    """Format cents as US dollars, such as `$1,234.50`; negative amounts as `-$5.00`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) / 100:,.2f}"


def as_typed(cents: int | None) -> str:
    """Format cents as people type them: `25` or `19.99`; empty for None."""
    if cents is None:
        return ""
    return str(cents // 100) if cents % 100 == 0 else f"{cents / 100:.2f}"


def parse_cents(typed: str) -> int | None:
    """Parse a typed amount of dollars to cents; None if the text is empty.

    Raises:
        ValueError: not an amount, or a million dollars or more; the message is shown to users.
    """
    text = typed.strip().removeprefix("$").replace(",", "").strip()
    if not text:
        return None
    match = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?", text)
    if match is None:
        raise ValueError(EXAMPLE)
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
