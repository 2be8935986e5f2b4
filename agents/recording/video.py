"""Episodes as videos: each page with the action that was taken on it."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.errors import MissingExtraError

FRAMES_PER_S = 1.25
CODEC = "vp09"  # VP9: royalty-free, and played by every browser
CAPTION_HEIGHT, MARGIN, FONT_SIZE = 44, 10, 15
PAPER, INK, SOFT = (255, 255, 255), (31, 35, 40), (91, 100, 112)


def require_opencv() -> Any:
    """Import OpenCV.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("OpenCV", "video") from error
    return cv2


def write_video(result: EpisodeResult, file: Path) -> None:
    """Write an episode whose screenshots were recorded as an MP4 of 1.25 frames a second, about 30 KB each.

    Raises:
        MissingExtraError: OpenCV is not installed.
        ValueError: there are no screenshots, or this OpenCV cannot encode VP9.
    """
    cv2 = require_opencv()
    pictures = captioned(result)
    if not pictures:
        raise ValueError("An episode without screenshots is no video: record it with them, in Chromium.")
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*CODEC), FRAMES_PER_S, (width, height))
    try:
        if not writer.isOpened():
            raise ValueError(f"This OpenCV cannot write {CODEC} to {file}.")
        for picture in [*pictures, pictures[-1]]:  # the end stays for a while
            writer.write(picture[:, :, ::-1])  # it expects blue first
    finally:
        writer.release()


def captioned(result: EpisodeResult) -> Sequence[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Each screenshot with a line below it; all in the size of the first, which has even sides."""
    outcome = "success" if result.success else "no success"
    lines = [(step.action, step.target) for step in result.steps] + [("The end", outcome)]
    pictures: list[np.ndarray[Any, np.dtype[np.uint8]]] = []
    size: tuple[int, int] | None = None
    for number, (frame, (action, target)) in enumerate(zip(result.frames, lines, strict=False), 1):
        image = Image.open(io.BytesIO(frame)).convert("RGB")
        size = size or (image.width // 2 * 2, image.height // 2 * 2)
        place = f"{number}/{len(result.steps)}" if number <= len(result.steps) else ""
        pictures.append(np.asarray(with_caption(image.resize(size), place, action, target)))
    return pictures


def with_caption(image: Image.Image, place: str, action: str, target: str) -> Image.Image:
    """A screenshot with place, action and target in a line below it, cut where it is too long."""
    canvas = Image.new("RGB", (image.width, image.height + CAPTION_HEIGHT), PAPER)
    canvas.paste(image, (0, 0))
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(FONT_SIZE)
    at, y = MARGIN, image.height + (CAPTION_HEIGHT - FONT_SIZE) // 2 - 2
    for text, colour in ((place, SOFT), (action, INK), (target, SOFT)):
        draw.text((at, y), text, fill=colour, font=font)
        at += round(draw.textlength(text, font=font)) + MARGIN
    return canvas
