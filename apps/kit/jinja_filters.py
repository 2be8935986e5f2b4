"""Jinja filters shared by all app clones: money, dates, counts."""

from collections.abc import Mapping
from datetime import date

from flask import Flask

from gristmill.apps.kit.money import money


def day(value: date) -> str:
    """A date, or the date of a datetime, such as `Nov 3, 2026`."""
    return f"{value:%b} {value.day}, {value.year}"


def plural(count: int, noun: str) -> str:
    """A count with its noun, such as `1 item` or `2 items`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def given(values: Mapping[str, object]) -> dict[str, object]:
    """The values that are not None."""
    return {key: value for key, value in values.items() if value is not None}


def install(app: Flask) -> None:
    """Register the filters with the app's templates."""
    app.jinja_env.filters.update(money=money, date=day, plural=plural, given=given)
