"""What the chat's skins colour can be read, and its sheets name no colour themselves."""

import re
from pathlib import Path

import pytest

from gristmill.apps import chat as package
from gristmill.apps.kit import skins

SHEETS = Path(package.__file__).parent / "static"
KIT = Path(skins.__file__).parent / "static" / "skins" / "default.css"
SKINS = [*sorted((SHEETS / "skins").glob("*.css")), KIT]
TEXTS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "brand-faint"),
    ("ink", "accent-soft"),
    ("ink", "footer"),
    ("muted", "ground"),
    ("muted", "brand-faint"),
    ("brand", "brand-soft"),
    ("brand", "surface"),
    ("brand-bright", "ground"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("on-brand", "brand-bright"),
    ("brand-deep", "on-brand"),
    ("brand-deep", "accent"),
    ("brand-deep", "brand-soft"),
    ("accent-deep", "accent-soft"),
    ("danger", "ground"),
    ("on-danger", "danger-soft"),
    ("on-success", "brand-soft"),
    ("on-quiet", "quiet"),
]
SHAPES = [("line-strong", "surface"), ("focus", "surface"), ("accent", "brand"), ("accent", "brand-deep")]


def tokens(skin: Path) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): ([^;]+);", skin.read_text()))


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_chat_declares_the_skins_that_it_has() -> None:
    assert sorted(package.APP.skins) == sorted(path.stem for path in (SHEETS / "skins").glob("*.css"))


@pytest.mark.parametrize("skin", SKINS, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_texts_have_a_contrast_of_four_and_a_half_and_shapes_of_three(skin: Path) -> None:
    colours = tokens(skin)
    assert colours.keys() == tokens(KIT).keys()
    least = dict.fromkeys(TEXTS, 4.5) | dict.fromkeys(SHAPES, 3.0)

    weak = {pair: contrast(*(colours[name] for name in pair)) for pair in least}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < least[pair]} == {}


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda path: path.name)
def test_sheets_use_tokens_that_exist_and_name_no_colour_themselves(sheet: Path) -> None:
    text = re.sub(r"url\(.*?\)\s*", "", sheet.read_text())

    assert set(re.findall(r"var\(--([a-z-]+)\)", text)) <= tokens(KIT).keys()
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[; ])", text) == []
