"""Lay screenshots out as a contact sheet: rows of small pictures, each over its name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

GROUND, INK, MUTED, LINE = "#f3f3f1", "#202020", "#606060", "#c4c4c0"
MARGIN, GAP, CAPTION, HEADING = 24, 16, 22, 46
MAX_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot and what it shows."""

    name: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Section:
    """Pictures of one size under a heading."""

    title: str
    columns: int
    pictures: list[Picture] = field(default_factory=list)


def contact_sheet(sections: Sequence[Section], *, width: int = 1600) -> Image.Image:
    """The sheet: the sections from top to bottom, each in as many columns as it asks for."""
    parts = [section_image(section, width) for section in sections if section.pictures]
    sheet = Image.new("RGB", (width, sum(part.height for part in parts) + MARGIN), GROUND)
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    return sheet


def section_image(section: Section, width: int) -> Image.Image:
    """A heading, and below it the pictures, scaled to fit their columns."""
    cell = (width - 2 * MARGIN - (section.columns - 1) * GAP) // section.columns
    thumbs = [fitted(each, cell) for each in section.pictures]
    step = max(thumb.height for thumb in thumbs) + CAPTION + GAP
    rows = -(-len(thumbs) // section.columns)
    image = Image.new("RGB", (width, HEADING + MARGIN + rows * step), GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, MARGIN), section.title, fill=INK, font=ImageFont.load_default(22))
    caption = ImageFont.load_default(13)
    for place, (each, thumb) in enumerate(zip(section.pictures, thumbs, strict=True)):
        row, column = divmod(place, section.columns)
        left, top = MARGIN + column * (cell + GAP), HEADING + MARGIN + row * step
        draw.rectangle((left - 1, top - 1, left + thumb.width, top + thumb.height), outline=LINE)
        image.paste(thumb, (left, top))
        draw.text((left, top + thumb.height + 3), each.name, fill=MUTED, font=caption)
    return image


def fitted(picture: Picture, width: int) -> Image.Image:
    """A picture, scaled to a width."""
    image = Image.fromarray(picture.pixels)
    height = round(image.height * width / image.width)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def write_webp(sheet: Image.Image, path: Path, max_bytes: int = MAX_BYTES) -> int:
    """Write a sheet in the best quality that keeps it under `max_bytes`; returns its size in bytes.

    Raises:
        ValueError: it is larger even in poor quality; nothing is written.
    """
    for quality in range(80, 20, -10):
        encoded = BytesIO()
        sheet.save(encoded, "WEBP", quality=quality, method=6)
        if encoded.tell() < max_bytes:
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.write_bytes(encoded.getbuffer())
    raise ValueError(
        f"{path} has more than {max_bytes:,} bytes in any quality: show fewer pages, or smaller ones"
    )
