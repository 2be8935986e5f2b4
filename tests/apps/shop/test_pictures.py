from xml.etree import ElementTree

import pytest

from gristmill.apps.shop.pictures import SHAPES, draw
from gristmill.apps.shop.pictures.paint import PATTERNS
from gristmill.errors import UnknownNameError

PICTURE = {"base": "Moss", "accent": "Brass", "pattern": "plain", "form": "a", "background": "Mist"}


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_shape_is_well_formed_svg_in_both_forms_and_they_differ(shape: str) -> None:
    first, second = (draw({**PICTURE, "shape": shape, "form": form}, kind="thing") for form in "ab")
    for svg in (first, second):
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox") == "0 0 400 400"
        assert len(list(root.iter())) > 6
    assert SHAPES[shape].name == shape
    assert first != second


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - {"plain"}))
def test_a_pattern_is_defined_and_used(pattern: str) -> None:
    svg = draw({**PICTURE, "shape": "cushion", "pattern": pattern}, kind="cushion")
    identity = next(iter(ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}pattern"))).get("id")
    assert f"url(#{identity})" in svg


def test_no_two_shapes_look_the_same() -> None:
    assert len({draw({**PICTURE, "shape": shape}, kind="thing") for shape in SHAPES}) == len(SHAPES)


def test_the_chosen_colour_replaces_the_products_own() -> None:
    own = draw({**PICTURE, "shape": "mug"}, kind="mug")
    chosen = draw({**PICTURE, "shape": "mug"}, kind="mug", colour="Cherry")
    assert "#bf2f42" in chosen
    assert "#bf2f42" not in own


def test_an_accent_equal_to_the_base_is_made_distinct() -> None:
    svg = draw({**PICTURE, "shape": "ball", "accent": "Moss"}, kind="football")
    root = ElementTree.fromstring(svg)
    assert len({element.get("fill") for element in root.iter()} - {None}) >= 5
    assert svg != draw({**PICTURE, "shape": "ball", "accent": "Moss", "base": "Brass"}, kind="football")


def test_a_title_is_escaped() -> None:
    svg = draw({**PICTURE, "shape": "mug"}, kind="<mug> & saucer")
    assert ElementTree.fromstring(svg)[0].text == "<mug> & saucer"


@pytest.mark.parametrize("key", ["shape", "base", "accent", "pattern", "background"])
def test_an_unknown_word_in_a_picture_is_refused_by_name(key: str) -> None:
    with pytest.raises(UnknownNameError, match="nonsense"):
        draw({**PICTURE, "shape": "mug", key: "nonsense"}, kind="mug")
