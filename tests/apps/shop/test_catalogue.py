import re

import pytest

from gristmill.apps.shop.catalogue import BRANDS, DEPARTMENTS
from gristmill.apps.shop.catalogue.colours import colour_hex
from gristmill.apps.shop.catalogue.kinds import Kind
from gristmill.apps.shop.pictures import SHAPES
from gristmill.apps.shop.pictures.paint import PATTERNS
from gristmill.errors import UnknownNameError

KINDS = [kind for department in DEPARTMENTS for kind in department.kinds]
FIELDS = {"A", "a", "style", "line", "brand"}


def fields(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for name in re.findall(r"{(.*?)}", text)}


def test_there_are_twelve_departments_and_more_than_forty_brands_without_repeated_names() -> None:
    assert len({department.slug for department in DEPARTMENTS}) == 12
    assert len({brand.name for brand in BRANDS}) == len(BRANDS) >= 40
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_every_brand_sells_in_departments_that_exist_and_shares_no_line_with_another() -> None:
    assert {slug for brand in BRANDS for slug in brand.departments} == {d.slug for d in DEPARTMENTS}
    lines = [line for brand in BRANDS for line in brand.lines]
    assert len(lines) == len(set(lines)) == 5 * len(BRANDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_can_be_drawn_and_described(kind: Kind) -> None:
    assert kind.shape in SHAPES
    assert set(kind.patterns) <= set(PATTERNS)
    for colour in (*kind.colours, *kind.tints, *kind.accents):
        assert re.fullmatch("#[0-9a-f]{6}", colour_hex(colour))
    assert len(set(kind.colours)) == len(kind.colours)
    assert len(set(kind.highlights)) >= 4
    assert fields(kind.openings + kind.details) <= FIELDS
    assert 0 < kind.low_usd < kind.high_usd


def test_department_texts_have_only_fields_that_are_filled_in() -> None:
    for department in DEPARTMENTS:
        assert fields(department.closings) <= FIELDS
        assert not fields(department.praise + department.gripes)


def test_an_unknown_colour_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownNameError, match="Walnut"):
        colour_hex("Octarine")
