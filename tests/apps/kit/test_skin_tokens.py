"""Every app has every skin, skins hold the same tokens, and what they colour can be read."""

import re
from pathlib import Path

import pytest

from gristmill.apps import chat, kit, mail, shop
from gristmill.apps.kit.skins import SKINS
from gristmill.apps.mail.services.labels import COLOURS

PARTS = {
    part.__name__.rpartition(".")[2]: Path(str(part.__file__)).parent for part in (kit, shop, mail, chat)
}
FILES = [(part, skin) for part in PARTS for skin in SKINS]
each_file = pytest.mark.parametrize(("part", "skin"), FILES, ids=[f"{part}-{skin}" for part, skin in FILES])
SHEETS = [
    (part, path) for part, folder in PARTS.items() for path in sorted((folder / "static").glob("*.css"))
]
TEXTS = [
    ("ink", "ground"), ("ink", "surface"), ("ink", "brand-soft"), ("ink", "brand-faint"),
    ("ink", "accent-soft"), ("muted", "ground"), ("muted", "surface"), ("muted", "footer"),
    ("muted", "brand-faint"), ("brand", "surface"), ("brand", "ground"), ("brand", "footer"),
    ("brand", "brand-soft"), ("brand-bright", "surface"), ("brand-bright", "ground"), ("on-brand", "brand"),
    ("on-brand", "brand-bright"), ("brand-deep", "ground"), ("brand-deep", "surface"),
    ("brand-deep", "brand-soft"), ("on-bar", "bar"), ("on-bar", "bar-deep"), ("on-bar", "bar-bright"),
    ("on-accent", "accent"), ("on-accent", "accent-bright"), ("accent-deep", "accent-soft"),
    ("danger", "surface"), ("danger", "ground"), ("on-danger", "danger-soft"), ("on-success", "brand-soft"),
    ("on-quiet", "quiet"), ("on-disabled", "disabled"),
    ("ink", "footer"), ("muted", "brand-soft"), ("brand-bright", "brand-faint"),
    ("brand-bright", "brand-soft"), ("danger", "brand-faint"),
]  # fmt: skip
SHAPES = [("line-strong", "surface"), ("focus", "ground"), ("focus", "surface"), ("accent", "bar"),
          ("accent", "bar-deep"), ("line-strong", "brand-faint"), ("focus", "brand-faint")]  # fmt: skip
OF_MAIL = [(name, f"{name}-soft") for name in COLOURS]
SHAPES_OF_MAIL = [("stars", "surface"), ("stars", "brand-faint"), *((name, "ground") for name in COLOURS)]


def sheet(part: str, skin: str) -> Path:
    return PARTS[part] / "static" / "skins" / f"{skin}.css"


def tokens(part: str, skin: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): ([^;]+);", sheet(part, skin).read_text()))


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("part", PARTS)
def test_every_app_has_a_file_for_every_skin_and_no_other(part: str) -> None:
    assert {path.stem for path in sheet(part, "default").parent.glob("*.css")} == set(SKINS)


@each_file
def test_skins_of_an_app_differ_in_the_values_of_tokens_alone(part: str, skin: str) -> None:
    assert tokens(part, skin).keys() == tokens(part, "default").keys()
    assert tokens(part, skin).keys() >= tokens("kit", skin).keys()
    rules = re.sub(r"/\*.*?\*/", "", sheet(part, skin).read_text(), flags=re.DOTALL)
    assert re.fullmatch(r"\s*:root \{[^{}]*\}\s*", rules)


@each_file
def test_texts_have_a_contrast_of_four_and_a_half_and_shapes_of_three(part: str, skin: str) -> None:
    colours = tokens(part, skin)
    own = (OF_MAIL, SHAPES_OF_MAIL) if part == "mail" else ([], [])
    least = dict.fromkeys(TEXTS + own[0], 4.5) | dict.fromkeys(SHAPES + own[1], 3.0)

    found = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in least}
    assert {pair: ratio for pair, ratio in found.items() if ratio < least[pair]} == {}


@each_file
def test_grounds_are_dark_in_dark_skins_alone(part: str, skin: str) -> None:
    colours = tokens(part, skin)
    assert (luminance(colours["ground"]) < 0.05) == SKINS[skin].is_dark
    assert (luminance(colours["surface"]) < 0.05) == SKINS[skin].is_dark


def test_no_two_skins_of_an_app_have_the_same_colours() -> None:
    for part in PARTS:
        assert len({(tokens(part, skin)["ground"], tokens(part, skin)["bar"]) for skin in SKINS}) == len(
            SKINS
        )


@pytest.mark.parametrize(("part", "path"), SHEETS, ids=[f"{part}-{path.stem}" for part, path in SHEETS])
def test_sheets_use_tokens_that_exist_and_name_no_colour_themselves(part: str, path: Path) -> None:
    text = re.sub(r"url\(.*?\)", "", path.read_text())
    density = set(re.findall(r"--([a-z-]+):", (PARTS["kit"] / "static" / "kit.css").read_text()))

    assert set(re.findall(r"var\(--([a-z-]+)\)", text)) <= tokens(part, "default").keys() | density
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[; ])", text) == []


@pytest.mark.parametrize(("part", "path"), SHEETS, ids=[f"{part}-{path.stem}" for part, path in SHEETS])
def test_density_changes_tokens_alone_so_that_it_beats_no_rule_of_an_app(part: str, path: Path) -> None:
    assert re.findall(r"\.compact\b *[^{ ]", path.read_text()) == []
