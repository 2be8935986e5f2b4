from gristmill.apps.shop.filters import picture_url, stars
from gristmill.apps.shop.models import Product


def test_stars_are_named_and_filled_by_the_rating() -> None:
    assert 'aria-label="4.3 out of 5 stars"' in stars(43)
    assert "width:86%" in stars(43)
    assert 'aria-label="5 out of 5 stars"' in stars(50)


def test_another_drawing_has_another_url() -> None:
    mug = Product(slug="mug", kind="mug", picture={"tint": "Moss"})
    other = Product(slug="mug", kind="mug", picture={"tint": "Clay"})

    assert picture_url(mug).startswith("/pictures/mug.svg?v=")
    assert picture_url(mug) != picture_url(other)
    assert "colour=Light+Moss" in picture_url(mug, "Light Moss")
