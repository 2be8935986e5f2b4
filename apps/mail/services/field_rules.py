"""Rules for fields of mail's forms, besides the kit's."""

import unicodedata

KEPT_CONTROLS = frozenset("\n\r\t")


def printable(value: str) -> str | None:
    """No control characters such as NUL, and no halves of surrogate pairs; line ends and tabs are fine."""
    odd = any(unicodedata.category(char) in ("Cc", "Cs") and char not in KEPT_CONTROLS for char in value)
    return "This contains characters that cannot be shown. Remove them." if odd else None
