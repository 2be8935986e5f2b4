"""Screenshots as arrays."""

import base64
import io

import numpy as np
from PIL import Image

from gristmill.caches import Cache, Caches
from gristmill.envs.engines.base import Pixels


class ScreenshotCache:
    """Thread-safe cache of screenshots of pages with a known history, and of what they decode to.

    To take a screenshot costs a page as much as all the rest of a step; to decode it 8 ms for 1024x768,
    to copy that 0.3. Agents who practise one flow from one state see the same pages often.
    """

    def __init__(self, caches: Caches) -> None:
        sizes = caches.sizes
        self._taken: Cache[str] = caches.new("screenshots", sizes.screenshots_bytes, len, same=look_alike)
        self._decoded: Cache[Pixels] = caches.new(
            "screenshots", sizes.pixels_bytes, lambda pixels: pixels.nbytes, same=np.array_equal
        )

    def taken(self, history: bytes | None) -> str | None:
        """The screenshot that may stand for one of a page with this history: a PNG in base64, or None."""
        return None if history is None else self._taken.reuse(history)

    def keep(self, history: bytes | None, shot: str) -> str:
        """Cache a screenshot for pages with the same history."""
        return shot if history is None else self._taken.put(history, shot)

    def decoded(self, shot: str) -> Pixels:
        """What a PNG in base64 shows: an array of the caller's own, (height, width, 3)."""
        return self._decoded.get_or_compute(shot, lambda: decode(shot)).copy()


def decode(shot: str) -> Pixels:
    """The pixels of a PNG in base64."""
    with Image.open(io.BytesIO(base64.b64decode(shot))) as image:
        return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def look_alike(one: str, other: str) -> bool:
    """Whether two PNGs in base64 show the same pixels."""
    return one == other or np.array_equal(decode(one), decode(other))
