"""Heap limits of pages."""

# Scripts and DOM nodes; a page by itself takes 3 to 6 MB. The limit shrinks with the number of pages:
# all pages of one browser together may hold 1 GB.
MAX_PAGE_BYTES, MIN_PAGE_BYTES, BROWSER_BYTES = 40_000_000, 5_500_000, 1_000_000_000


def heap_limit_bytes(pages: int) -> int:
    """Bytes a page may hold before its garbage is collected, given the number of pages in its browser."""
    return min(MAX_PAGE_BYTES, max(MIN_PAGE_BYTES, BROWSER_BYTES // max(pages, 1)))
