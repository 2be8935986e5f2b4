from gristmill.envs.engines.chromium.cdp.heap import (
    LITTLE_BYTES,
    MUCH_BYTES,
    TOGETHER_BYTES,
    heap_limit_bytes,
)


def test_pages_share_what_memory_they_may_leave_untidied_within_bounds() -> None:
    assert (
        heap_limit_bytes(0)
        == heap_limit_bytes(25)
        == MUCH_BYTES
        > heap_limit_bytes(150)
        > heap_limit_bytes(200)
        == LITTLE_BYTES
    )
    assert heap_limit_bytes(150) * 150 <= TOGETHER_BYTES
