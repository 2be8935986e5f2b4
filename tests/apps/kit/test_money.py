import pytest

from gristmill.apps.kit.money import as_typed, money, parse_cents


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "$0.00"), (5, "$0.05"), (123450, "$1,234.50"), (-500, "-$5.00")]
)
def test_money_is_dollars_and_cents(cents: int, text: str) -> None:
    assert money(cents) == text


@pytest.mark.parametrize(("cents", "typed"), [(None, ""), (2500, "25"), (1999, "19.99"), (5, "0.05")])
def test_amounts_are_written_as_people_type_them(cents: int | None, typed: str) -> None:
    assert as_typed(cents) == typed


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("", None), ("  ", None), ("25", 2500), (" $1,999.5 ", 199950), ("0.05", 5), ("$ 7.10", 710)],
)
def test_a_typed_amount_is_read_as_cents(typed: str, cents: int | None) -> None:
    assert parse_cents(typed) == cents


@pytest.mark.parametrize("typed", ["x", "-5", "1.234", "1000000", "1 2", "12e3"])
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"such as 25 or 19\.99"):
        parse_cents(typed)
