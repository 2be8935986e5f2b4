from gristmill.envs.chromium.garbage import LITTLE_BYTES, MUCH_BYTES, TOGETHER_BYTES, bearable


def test_pages_share_what_memory_they_may_leave_untidied_within_bounds() -> None:
    assert bearable(0) == bearable(25) == MUCH_BYTES > bearable(150) > bearable(200) == LITTLE_BYTES
    assert bearable(150) * 150 <= TOGETHER_BYTES
