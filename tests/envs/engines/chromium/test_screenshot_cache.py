"""A screenshot becomes an array of its own, decoded once."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gristmill.caches import Caches
from gristmill.envs.engines.chromium import screenshot_cache
from gristmill.envs.engines.chromium.screenshot_cache import ScreenshotCache


def png(pixels: np.ndarray) -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_known_screenshot_is_not_decoded_again_and_each_array_is_its_callers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pixels = np.random.default_rng(1).integers(256, size=(3, 4, 3), dtype=np.uint8)
    shots, decoded = ScreenshotCache(Caches()), []
    assert shots.known_pixels(png(pixels)) is None
    decode = screenshot_cache.decode
    monkeypatch.setattr(screenshot_cache, "decode", lambda shot: decoded.append(shot) or decode(shot))
    first = shots.decoded(png(pixels))
    first[:] = 0
    second = shots.decoded(png(pixels))
    assert np.array_equal(second, pixels)
    assert second.flags.writeable
    assert second.flags.owndata
    known = shots.known_pixels(png(pixels))
    assert known is not None
    known[:] = 0
    assert np.array_equal(shots.decoded(png(pixels)), pixels)
    assert len(decoded) == 1


def test_transparent_pictures_lose_their_fourth_channel() -> None:
    shown = ScreenshotCache(Caches()).decoded(png(np.full((2, 2, 4), 255, dtype=np.uint8)))
    assert (shown.shape, shown.dtype) == ((2, 2, 3), np.uint8)


def test_a_known_screenshot_stands_for_the_next_one_unless_the_cache_is_off() -> None:
    shots = ScreenshotCache(Caches())
    assert shots.keep(b"history", "first") == "first"
    assert shots.keep(b"history", "second") == shots.taken(b"history") == "first"
    shots = ScreenshotCache(Caches(mode="off"))
    assert shots.keep(b"history", "first") == "first"
    assert shots.taken(b"history") is None
    assert shots.keep(b"history", "second") == "second"
