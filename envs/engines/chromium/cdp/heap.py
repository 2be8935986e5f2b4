"""How much garbage pages may keep."""

# Of scripts and nodes; a page of its own takes three to six million. Each of many gets by with less:
# together they have a billion in each browser.
MUCH_BYTES, LITTLE_BYTES, TOGETHER_BYTES = 40_000_000, 5_500_000, 1_000_000_000


def heap_limit_bytes(pages: int) -> int:
    """How many bytes a page may hold before it is tidied, if so many are open in its browser."""
    return min(MUCH_BYTES, max(LITTLE_BYTES, TOGETHER_BYTES // max(pages, 1)))
