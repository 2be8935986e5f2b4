"""Contact sheets hold every picture, in rows, and small enough files."""

from pathlib import Path

import numpy as np
import pytest
from contact_sheet import MARGIN, Picture, Section, contact_sheet, write_webp
from PIL import Image

RED, BLUE = (200, 0, 0), (0, 0, 200)


def picture(name: str, colour: tuple[int, int, int], width: int = 128, height: int = 80) -> Picture:
    return Picture(name, np.full((height, width, 3), colour, dtype=np.uint8))


def spots(
    sheet: Image.Image, colour: tuple[int, int, int]
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.all(np.asarray(sheet) == colour, axis=2)


def test_a_picture_is_scaled_to_its_column() -> None:
    sheet = contact_sheet([Section("Shop", 2, [picture("cart", RED)])], width=400)
    rows, columns = np.nonzero(spots(sheet, RED))
    assert np.ptp(columns) + 1 == (400 - 2 * MARGIN - 16) // 2
    assert np.ptp(rows) + 1 == round(80 * (np.ptp(columns) + 1) / 128)


def test_a_section_goes_on_in_the_next_row() -> None:
    row = [picture(str(number), RED) for number in range(3)]
    narrow = contact_sheet([Section("Shop", 2, row)], width=400)
    wide = contact_sheet([Section("Shop", 2, row[:2])], width=400)
    assert spots(narrow, RED).sum() == 1.5 * spots(wide, RED).sum()
    assert narrow.height > wide.height


def test_sections_lie_below_each_other_and_empty_ones_are_left_out() -> None:
    one, other = (
        Section("Shop", 2, [picture("cart", RED)]),
        Section("Phone", 3, [picture("cart", BLUE, 80, 128)]),
    )
    sheet = contact_sheet([one, Section("Dark", 5), other], width=400)
    assert np.nonzero(spots(sheet, RED))[0].max() < np.nonzero(spots(sheet, BLUE))[0].min()
    assert sheet.height == contact_sheet([one, other], width=400).height


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def test_a_sheet_loses_quality_before_it_is_too_large(tmp_path: Path) -> None:
    path, most = tmp_path / "images" / "shop.webp", 16_000
    sheet = noise(180, 180)
    size = write_webp(sheet, path, most)
    assert size == path.stat().st_size < most
    sheet.save(tmp_path / "best.webp", "WEBP", quality=80, method=6)
    assert (tmp_path / "best.webp").stat().st_size > most


def test_a_sheet_that_is_too_large_in_any_quality_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"shop\.webp .* 5,000 bytes .*show fewer pages"):
        write_webp(noise(180, 180), tmp_path / "shop.webp", 5_000)
    assert not (tmp_path / "shop.webp").exists()
