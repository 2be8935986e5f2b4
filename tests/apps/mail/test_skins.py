"""Skins of mail hold the same tokens, and what they colour can be read."""

import re
from pathlib import Path

import pytest

from gristmill.apps import mail
from gristmill.apps.mail.services.labels import COLOURS

SHEETS = Path(mail.__file__).parent / "static"
DEFAULT = SHEETS / "skins" / "default.css"
SKINS = sorted((SHEETS / "skins").glob("*.css"))
each_skin = pytest.mark.parametrize("skin", SKINS, ids=lambda path: path.stem)
GROUNDS = ("ground", "surface", "brand-faint", "brand-soft")
TEXTS = [
    *((text, ground) for text in ("ink", "muted", "brand-bright") for ground in GROUNDS),
    *(("on-brand", ground) for ground in ("brand", "brand-deep", "brand-bright")),
    *(("brand-deep", ground) for ground in ("accent", "accent-bright", "brand-soft")),
    *((colour, f"{colour}-soft") for colour in COLOURS),
    ("brand", "surface"), ("accent-deep", "accent-soft"), ("danger", "surface"), ("danger", "brand-faint"),
    ("on-danger", "danger-soft"), ("on-success", "brand-soft"), ("on-quiet", "quiet"),
]  # fmt: skip
SHAPES = [
    *((shape, each) for shape in ("line-strong", "focus", "stars") for each in ("surface", "brand-faint")),
    *((colour, "ground") for colour in COLOURS),
    ("accent", "brand"), ("focus", "ground"),
]  # fmt: skip


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


def test_mail_declares_the_skins_that_it_has() -> None:
    assert sorted(mail.APP.skins) == [path.stem for path in SKINS]


@each_skin
def test_skins_differ_in_their_tokens_alone(skin: Path) -> None:
    assert tokens(skin).keys() == tokens(DEFAULT).keys()
    rules = re.sub(r"/\*.*?\*/", "", skin.read_text(), flags=re.DOTALL)
    assert re.fullmatch(r"\s*:root \{[^{}]*\}\s*", rules)


@each_skin
def test_texts_have_a_contrast_of_four_and_a_half_and_shapes_of_three(skin: Path) -> None:
    colours = tokens(skin)
    least = dict.fromkeys(TEXTS, 4.5) | dict.fromkeys(SHAPES, 3.0)
    found = {pair: contrast(*(colours[name] for name in pair)) for pair in least}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least[pair]} == {}


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda path: path.name)
def test_sheets_use_tokens_that_exist_and_name_no_colour_themselves(sheet: Path) -> None:
    text = re.sub(r"url\(.*?\)\s*;", ";", sheet.read_text())
    assert set(re.findall(r"var\(--([a-z-]+)\)", text)) <= tokens(DEFAULT).keys()
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[; ])", text) == []
