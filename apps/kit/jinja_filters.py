"""Jinja filters shared by all app clones: money, dates, counts, in the skin's formats."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import Flask

from gristmill.apps.kit.current_skin import formats


def money(cents: int) -> str:
    """An amount of money such as `$1,234.50`."""
    return formats().money(cents)


def day(value: date) -> str:
    """A date, or the date of a datetime, such as `Nov 3, 2026`."""
    return formats().day(value)


def moment(value: datetime) -> str:
    """Day and time, such as `Tue, Mar 4, 14:05`, or `Tue, 04.03., 14:05`; for apps with 24 hours."""
    return f"{value:%a}, {formats().day_of_year(value)}, {value:%H:%M}"


def number(value: float, digits: int = 0) -> str:
    """A number such as `1,234` or, with one digit, `4.5`."""
    return formats().number(value, digits)


def plural(count: int, noun: str) -> str:
    """A count with its noun, such as `1 item` or `2 items`."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def given(values: Mapping[str, object]) -> dict[str, object]:
    """The values that are not None."""
    return {key: value for key, value in values.items() if value is not None}


def install(app: Flask) -> None:
    """Register the filters with the app's templates."""
    app.jinja_env.filters.update(money=money, date=day, number=number, plural=plural, given=given)
