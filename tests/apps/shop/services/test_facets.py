import pytest
from werkzeug.datastructures import MultiDict

from gristmill.apps.shop.services.facets import Filters, labels, parse

FULL = Filters(
    query="desk lamp",
    department="home",
    brands=("okenmere", "saltrune"),
    min_cents=1000,
    max_cents=1999,
    rating="4.5",
    in_stock=True,
    sort="price-asc",
)


def read(query_string: str) -> tuple[Filters, dict[str, str]]:
    pairs = [pair.partition("=")[::2] for pair in query_string.replace("+", " ").split("&") if pair]
    return parse(MultiDict(pairs))


def test_filters_survive_the_way_through_a_url() -> None:
    assert read(FULL.query_string()) == (FULL, {})
    assert Filters().query_string() == ""
    assert Filters(query="mug").query_string(page=2) == "q=mug&page=2"


@pytest.mark.parametrize(
    ("typed", "cents"), [("", None), (" $25 ", 2500), ("19.9", 1990), ("1,200.50", 120050), ("0", 0)]
)
def test_prices_are_read_as_shoppers_type_them(typed: str, cents: int | None) -> None:
    assert read(f"min={typed}") == (Filters(min_cents=cents), {})


@pytest.mark.parametrize("typed", ["abc", "-5", "1.999", "12345678", "٣"])
def test_a_price_that_cannot_be_read_is_refused_and_does_not_filter(typed: str) -> None:
    assert read(f"max={typed}") == (
        Filters(),
        {"max": "Enter an amount in dollars, such as 25 or 19.99."},
    )


def test_the_highest_price_may_not_be_below_the_lowest() -> None:
    filters, errors = read("min=20&max=10")

    assert (filters.min_cents, filters.max_cents) == (2000, None)
    assert errors == {"max": "The highest price must not be below the lowest price."}


def test_unknown_choices_are_ignored() -> None:
    assert read("rating=9&sort=colour&in_stock=maybe") == (Filters(), {})


def test_each_filter_can_be_taken_off_by_itself() -> None:
    found = dict(labels(FULL, {"home": "Home", "okenmere": "Okenmere", "saltrune": "Saltrune"}))

    assert list(found) == [
        "Home",
        "Okenmere",
        "Saltrune",
        "from $10",
        "up to $19.99",
        "4.5 stars and up",
        "In stock",
    ]
    assert found["Home"].department == ""
    assert found["Okenmere"].brands == ("saltrune",)
    assert found["from $10"].min_cents is None
    assert found["In stock"].rating == "4.5"
    assert FULL.cleared == Filters(query="desk lamp", sort="price-asc")
