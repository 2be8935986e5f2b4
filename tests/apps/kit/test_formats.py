from datetime import date, datetime

import pytest

from gristmill.apps.kit.formats import CONTINENTAL, US, Formats

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("formats", "cents", "text"),
    [(US, 123450, "$1,234.50"), (US, -500, "-$5.00"), (US, 0, "$0.00"),
     (CONTINENTAL, 123450, f"1.234,50{NBSP}$"), (CONTINENTAL, -500, f"-5,00{NBSP}$")],
)  # fmt: skip
def test_amounts_have_the_marks_and_the_place_of_the_currency(
    formats: Formats, cents: int, text: str
) -> None:
    assert formats.money(cents) == text


def test_numbers_and_short_amounts_have_the_decimal_mark() -> None:
    assert (US.number(1234), US.number(4.55, 1), US.short_money(1999), US.typed(None)) == (
        "1,234", "4.5", "$19.99", ""
    )  # fmt: skip
    assert (CONTINENTAL.number(1234), CONTINENTAL.number(4.75, 2), CONTINENTAL.short_money(2500)) == (
        "1.234", "4,75", f"25{NBSP}$"
    )  # fmt: skip


def test_days_are_written_day_first_on_the_continent() -> None:
    day = datetime(2026, 11, 3, 23, 59)
    assert (US.day(day), US.day_of_year(day)) == ("Nov 3, 2026", "Nov 3")
    assert (CONTINENTAL.day(date(2026, 11, 3)), CONTINENTAL.day_of_year(day)) == ("03.11.2026", "03.11.")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("", None), ("25", 2500), ("19,99", 1999), ("19.99", 1999), ("19.9", 1990), ("1.234,50", 123450),
     ("1.234", 123400), ("1.234.567", None), ("12,5 $", 1250), ("$25", 2500)],
)  # fmt: skip
def test_amounts_are_read_with_a_decimal_comma_or_point(typed: str, cents: int | None) -> None:
    if typed == "1.234.567":
        with pytest.raises(ValueError, match="such as 25 or 19,99"):
            CONTINENTAL.parse_cents(typed)
    else:
        assert CONTINENTAL.parse_cents(typed) == cents


@pytest.mark.parametrize("formats", [US, CONTINENTAL])
@pytest.mark.parametrize("cents", [0, 5, 99, 1990, 2500, 99999999])
def test_what_is_shown_in_a_form_is_read_back(formats: Formats, cents: int) -> None:
    assert formats.parse_cents(formats.typed(cents)) == cents
    assert formats.parse_cents(formats.short_money(cents)) == cents
    assert formats.parse_cents(formats.money(cents)) == cents


@pytest.mark.parametrize("typed", ["abc", "-5", "1,2,3", "1.23.4", "12345678", "٣"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    for formats in (US, CONTINENTAL):
        if formats is US and typed == "1,2,3":
            continue  # commas are marks of thousands, wherever they stand
        with pytest.raises(ValueError, match="Enter an amount in dollars"):
            formats.parse_cents(typed)
