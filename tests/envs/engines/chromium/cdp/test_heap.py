from gristmill.envs.engines.chromium.cdp.heap import (
    BROWSER_BYTES,
    MAX_PAGE_BYTES,
    MIN_PAGE_BYTES,
    heap_limit_bytes,
)


def test_pages_share_what_memory_they_may_leave_untidied_within_bounds() -> None:
    assert (
        heap_limit_bytes(0)
        == heap_limit_bytes(25)
        == MAX_PAGE_BYTES
        > heap_limit_bytes(150)
        > heap_limit_bytes(200)
        == MIN_PAGE_BYTES
    )
    assert heap_limit_bytes(150) * 150 <= BROWSER_BYTES
