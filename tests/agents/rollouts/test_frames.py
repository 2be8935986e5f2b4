import io

import numpy as np
import pytest
from PIL import Image

from gristmill.agents.rollouts.frames import encode


@pytest.mark.parametrize(("given", "kept"), [((768, 1024), (640, 480)), ((300, 400), (400, 300))])
def test_a_frame_is_no_wider_than_640_pixels(given: tuple[int, int], kept: tuple[int, int]) -> None:
    pixels = np.full((*given, 3), (200, 30, 30), np.uint8)
    with Image.open(io.BytesIO(encode(pixels))) as image:
        assert image.format == "JPEG"
        assert image.size == kept
        assert np.abs(np.asarray(image)[9, 9].astype(int) - (200, 30, 30)).max() < 10
