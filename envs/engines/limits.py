"""Maximum length of an observation's text, and how longer text is truncated."""

MAX_ARIA_LENGTH = 200_000
CUT = "\n- text: (the page goes on, but is too long to show)"


def bounded(aria: str) -> str:
    """Truncate the text at a line break if it exceeds `MAX_ARIA_LENGTH` characters."""
    if len(aria) <= MAX_ARIA_LENGTH:
        return aria
    return aria[: max(aria.rfind("\n", 0, MAX_ARIA_LENGTH - len(CUT)), 0)] + CUT
