"""Screenshots as arrays."""

import base64
import io

import numpy as np
from PIL import Image

from gristmill.envs.base import Pixels
from gristmill.lately import Lately

MAX_KEPT_BYTES = 64_000_000  # some thirty of 1024x768


class Photographs:
    """Decodes screenshots; one that was decoded lately is copied instead. Threads may share it.

    To decode takes 8 ms for 1024x768, to copy 0.3. Agents who practise one flow see the same pages often.
    """

    def __init__(self) -> None:
        self._known = Lately[Pixels](MAX_KEPT_BYTES, lambda pixels: pixels.nbytes)

    def decoded(self, shot: str) -> Pixels:
        """What a PNG in base64 shows: an array of the caller's own, (height, width, 3)."""
        return self._known.find(shot, lambda: decode(shot)).copy()


def decode(shot: str) -> Pixels:
    """The pixels of a PNG in base64."""
    with Image.open(io.BytesIO(base64.b64decode(shot))) as image:
        return np.array(image.convert("RGB"))
