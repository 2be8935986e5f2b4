from datetime import date, datetime

import pytest

from gristmill.apps.shop.filters import day, given, money, picture_url, plural, stars
from gristmill.apps.shop.models import Product


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "$0.00"), (5, "$0.05"), (123450, "$1,234.50"), (-500, "-$5.00")]
)
def test_money_is_dollars_and_cents(cents: int, text: str) -> None:
    assert money(cents) == text


def test_days_are_read_without_the_time() -> None:
    assert day(date(2026, 11, 3)) == day(datetime(2026, 11, 3, 23, 59)) == "Nov 3, 2026"


def test_stars_are_named_and_filled_by_the_rating() -> None:
    assert 'aria-label="4.3 out of 5 stars"' in stars(43)
    assert "width:86%" in stars(43)
    assert 'aria-label="5 out of 5 stars"' in stars(50)


@pytest.mark.parametrize(("count", "text"), [(0, "0 items"), (1, "1 item"), (1200, "1,200 items")])
def test_counts_carry_their_noun(count: int, text: str) -> None:
    assert plural(count, "item") == text


def test_another_drawing_has_another_url() -> None:
    mug = Product(slug="mug", kind="mug", picture={"tint": "Moss"})
    other = Product(slug="mug", kind="mug", picture={"tint": "Clay"})

    assert picture_url(mug).startswith("/pictures/mug.svg?v=")
    assert picture_url(mug) != picture_url(other)
    assert "colour=Light+Moss" in picture_url(mug, "Light Moss")


def test_given_leaves_out_none_alone() -> None:
    assert given({"size": None, "colour": "", "page": 0}) == {"colour": "", "page": 0}
