"""Jinja filters of the shop's pages."""

from datetime import date

from flask import Flask
from markupsafe import Markup


def money(cents: int) -> str:
    """Cents as US dollars, e.g. `$1,234.50`; an amount taken off reads `-$5.00`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) / 100:,.2f}"


def day(value: date) -> str:
    """A date (or the date of a time) as shoppers read it, e.g. `Nov 3, 2026`."""
    return f"{value:%b} {value.day}, {value.year}"


def stars(rating_tenths: int) -> Markup:
    """A row of five stars, filled as far as the rating goes and named by it."""
    rating = f"{rating_tenths / 10:.1f}".removesuffix(".0")
    return Markup(
        f'<span class="stars" role="img" aria-label="{rating} out of 5 stars">'
        f'<span style="width:{rating_tenths * 2}%"></span></span>'
    )


def plural(count: int, noun: str) -> str:
    """A count with its noun, e.g. `1 item`, `2 items`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def install(app: Flask) -> None:
    """Make the filters known to the app's templates."""
    app.jinja_env.filters.update(money=money, date=day, stars=stars, plural=plural)
