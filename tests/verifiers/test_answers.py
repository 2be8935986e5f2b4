"""Typed answers are read as pages show them, and never in two ways."""

from datetime import date

import pytest

from gristmill.apps.kit.formats import CONTINENTAL, US
from gristmill.verifiers import answers


@pytest.mark.parametrize("formats", [US, CONTINENTAL])
@pytest.mark.parametrize("cents", [0, 5, 1250, 123456, 98765432])
def test_money_is_read_in_every_format_that_pages_show(formats, cents: int) -> None:
    assert answers.cents_of(formats.money(cents)) == cents


@pytest.mark.parametrize(
    ("text", "cents"), [("12", 1200), ("12.50 USD", 1250), ("-3.00", -300), ("$ 7", 700)]
)
def test_money_is_read_as_people_write_it(text: str, cents: int) -> None:
    assert answers.cents_of(text) == cents


@pytest.mark.parametrize("text", ["", "12.5", "1,2", "12.50 or 13.50", "about 12.50", "twelve", "1/2"])
def test_what_is_no_single_amount_is_read_as_none(text: str) -> None:
    assert answers.cents_of(text) is None


@pytest.mark.parametrize("formats", [US, CONTINENTAL])
def test_days_are_read_in_every_format_that_pages_show(formats) -> None:
    assert answers.day_of(formats.day(date(2026, 3, 4))) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "text", ["2026-03-04", "March 4, 2026", "4 March 2026", "Wed, 4 Mar 2026", "March 4th 2026"]
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert answers.day_of(text) == date(2026, 3, 4)


@pytest.mark.parametrize("text", ["", "03/04/2026", "March 4", "4.3.26", "2026-02-30", "tomorrow"])
def test_what_is_no_single_day_is_read_as_none(text: str) -> None:
    assert answers.day_of(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("1,234", 1234), ("1.234", 1234), (" 7. ", 7), ("-2", -2)]
)
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert answers.number_of(text) == number


@pytest.mark.parametrize("text", ["", "3 or 4", "12.5", "three", "4 mails"])
def test_what_is_no_single_number_is_read_as_none(text: str) -> None:
    assert answers.number_of(text) is None


def test_names_are_compared_without_case_and_marks() -> None:
    assert answers.name_of("  Anna  O'Neil. ") == answers.name_of("anna o neil")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann, Bo and Cy", ["ann", "bo", "cy"]),
        ("Bo;\nAnn", ["bo", "ann"]),
        ("none", []),
        ("Andy Land", ["andy land"]),
    ],
)
def test_lists_are_split_at_commas_semicolons_lines_and_the_word_and(text: str, names: list[str]) -> None:
    assert answers.names_of(text) == names
