"""Screenshots as arrays."""

import base64
import io

import numpy as np
from PIL import Image

from gristmill.envs.base import Pixels
from gristmill.lately import Lately

MAX_TAKEN_BYTES = 64_000_000  # some five hundred of 1024x768
MAX_DECODED_BYTES = 64_000_000  # some thirty


class Photographs:
    """Screenshots of pages with a known history, and what screenshots decode to. Threads may share it.

    To take one costs a page as much as all the rest of a step; to decode it 8 ms for 1024x768, to copy
    that 0.3. Agents who practise one flow from one state see the same pages often.

    Attributes:
        are_known: whether one that was taken or decoded may stand for the next like it; turned off where
            it is measured what that costs.
    """

    def __init__(self) -> None:
        self.are_known = True
        self._taken = Lately[str](MAX_TAKEN_BYTES, len)
        self._decoded = Lately[Pixels](MAX_DECODED_BYTES, lambda pixels: pixels.nbytes)

    def taken(self, history: bytes | None) -> str | None:
        """The screenshot of a page with this history, a PNG in base64, if one was taken."""
        return self._taken.get(history) if history is not None and self.are_known else None

    def keep(self, history: bytes | None, shot: str) -> str:
        """Remember a screenshot for pages with the same history; the first that was taken is the answer."""
        return self._taken.keep(history, shot) if history is not None and self.are_known else shot

    def decoded(self, shot: str) -> Pixels:
        """What a PNG in base64 shows: an array of the caller's own, (height, width, 3)."""
        if not self.are_known:
            return decode(shot)
        return self._decoded.find(shot, lambda: decode(shot)).copy()


def decode(shot: str) -> Pixels:
    """The pixels of a PNG in base64."""
    with Image.open(io.BytesIO(base64.b64decode(shot))) as image:
        return np.array(image if image.mode == "RGB" else image.convert("RGB"))
