"""How much an observation may hold, and how a page that holds more is cut."""

MAX_ARIA_LENGTH = 200_000
CUT = "\n- text: (the page goes on, but is too long to show)"


def bounded(aria: str) -> str:
    """The text, cut at a line's end if it is longer than observations may be."""
    if len(aria) <= MAX_ARIA_LENGTH:
        return aria
    return aria[: max(aria.rfind("\n", 0, MAX_ARIA_LENGTH - len(CUT)), 0)] + CUT
