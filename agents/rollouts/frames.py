"""Compression of screenshots for reports."""

import io

from PIL import Image

from gristmill.envs.engines.base import Pixels

WIDTH, QUALITY = 640, 65  # about 28 KB per frame


def encode(pixels: Pixels, *, width: int = WIDTH) -> bytes:
    """Encode a screenshot as JPEG, downscaled to at most this many pixels wide."""
    image = Image.fromarray(pixels)
    if image.width > width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
