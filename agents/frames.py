"""Screenshots made small enough to keep many of them."""

import io

from PIL import Image

from gristmill.envs.base import Pixels

WIDTH, QUALITY = 768, 60
SPEED = 1  # of 0..6; 6 makes files a tenth smaller in three times the time


def encode(pixels: Pixels) -> bytes:
    """A WebP file of a screenshot, at most 768 pixels wide."""
    image = Image.fromarray(pixels)
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=SPEED)
    return file.getvalue()
