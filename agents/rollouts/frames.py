"""Compression of screenshots for reports."""

import io

from PIL import Image

from gristmill.envs.engines.base import Pixels

WIDTH, QUALITY = 640, 65  # about 28 KB per frame


def encode(pixels: Pixels) -> bytes:
    """Encode a screenshot as JPEG, downscaled to at most 640 pixels wide."""
    image = Image.fromarray(pixels)
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
