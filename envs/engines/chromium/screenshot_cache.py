"""The screenshot cache."""

import base64
import io

import numpy as np
from PIL import Image

from gristmill.caches import Cache, Caches
from gristmill.envs.engines.base import Pixels


class ScreenshotCache:
    """Thread-safe cache of screenshots by trajectory hash, and of their decoded pixels.

    Taking a screenshot costs as much as the rest of a step; decoding one costs 8 ms at 1024x768, copying
    it 0.3 ms. Agents that share a start state often reach the same pages.
    """

    def __init__(self, caches: Caches) -> None:
        sizes = caches.sizes
        self._taken: Cache[str] = caches.new("screenshots", sizes.screenshots_bytes, len, same=equal_pixels)
        self._decoded: Cache[Pixels] = caches.new(
            "pixels", sizes.pixels_bytes, lambda pixels: pixels.nbytes, same=np.array_equal
        )

    def taken(self, history: bytes | None) -> str | None:
        """The cached screenshot for a trajectory hash: a PNG in base64, or None."""
        return None if history is None else self._taken.reuse(history)

    def keep(self, history: bytes | None, shot: str) -> str:
        """Cache a screenshot under a trajectory hash."""
        return shot if history is None else self._taken.put(history, shot)

    def known_pixels(self, shot: str) -> Pixels | None:
        """A copy of the cached pixels of a PNG in base64, or None."""
        pixels = self._decoded.reuse(shot)
        return None if pixels is None else pixels.copy()

    def decoded(self, shot: str) -> Pixels:
        """Decode a PNG in base64 to a new array owned by the caller, (height, width, 3)."""
        return self._decoded.get_or_compute(shot, lambda: decode(shot)).copy()


def decode(shot: str) -> Pixels:
    """The pixels of a PNG in base64."""
    with Image.open(io.BytesIO(base64.b64decode(shot))) as image:
        return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def equal_pixels(one: str, other: str) -> bool:
    """Whether two PNGs in base64 have equal pixels."""
    return one == other or np.array_equal(decode(one), decode(other))
