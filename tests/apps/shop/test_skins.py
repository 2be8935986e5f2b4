"""Skins hold the same tokens, and what they colour can be read."""

import re
import sqlite3
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gristmill.apps import shop
from gristmill.apps.kit import skins

SHEETS = Path(shop.__file__).parent / "static"
KIT = Path(skins.__file__).parent / "static"
DEFAULT = SHEETS / "skins" / "default.css"
SKINS = [*sorted((SHEETS / "skins").glob("*.css")), KIT / "skins" / "default.css"]
each_skin = pytest.mark.parametrize("skin", SKINS, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
TEXTS = [
    ("ink", "ground"), ("ink", "surface"), ("muted", "ground"), ("muted", "surface"), ("muted", "footer"),
    ("brand", "surface"), ("brand-bright", "surface"), ("brand-bright", "ground"), ("on-brand", "brand"),
    ("on-brand", "brand-deep"), ("on-brand", "brand-bright"), ("brand-deep", "accent"),
    ("brand-deep", "accent-bright"), ("brand-deep", "brand-soft"), ("accent-deep", "accent-soft"),
    ("danger", "surface"), ("on-danger", "danger-soft"), ("on-success", "brand-soft"), ("on-quiet", "quiet"),
]  # fmt: skip
SHAPES = [("line-strong", "surface"), ("focus", "ground"), ("focus", "surface"), ("accent", "brand"),
          ("accent", "brand-deep")]  # fmt: skip


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


def test_the_shop_declares_the_skins_that_it_has() -> None:
    files = sorted(path.stem for path in (SHEETS / "skins").glob("*.css"))

    assert sorted(shop.APP.skins) == files
    assert len(files) > 1


def test_pages_link_the_skin_of_their_world(client: FlaskClient, shop_world: sqlite3.Connection) -> None:
    assert "/static/skins/default.css?v=" in client.get("/cart").text
    shop_world.execute("UPDATE world_settings SET skin = 'harbour'")
    shop_world.commit()
    assert "/static/skins/harbour.css?v=" in client.get("/cart").text


@each_skin
def test_skins_differ_in_their_tokens_alone(skin: Path) -> None:
    assert tokens(skin).keys() == tokens(DEFAULT).keys()
    rules = re.sub(r"/\*.*?\*/", "", skin.read_text(), flags=re.DOTALL)
    assert re.fullmatch(r"\s*:root \{[^{}]*\}\s*", rules)


@each_skin
def test_texts_have_a_contrast_of_four_and_a_half_and_shapes_of_three(skin: Path) -> None:
    colours = tokens(skin)
    least = dict.fromkeys(TEXTS, 4.5) | dict.fromkeys(SHAPES, 3.0)

    weak = [pair for pair, ratio in least.items() if contrast(*(colours[name] for name in pair)) < ratio]

    assert weak == []


@pytest.mark.parametrize(
    "sheet", [KIT / "kit.css", *sorted(SHEETS.glob("*.css"))], ids=lambda path: path.name
)
def test_sheets_use_tokens_that_exist_and_name_no_colour_themselves(sheet: Path) -> None:
    text = re.sub(r"url\(.*?\)\s*;", ";", sheet.read_text())

    assert set(re.findall(r"var\(--([a-z-]+)\)", text)) <= tokens(DEFAULT).keys()
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[; ])", text) == []
