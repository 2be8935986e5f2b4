"""Jinja filters and globals of the chat: times, emoji, texts."""

from datetime import date, datetime
from urllib.parse import urlencode

from flask import Flask, request
from markupsafe import Markup

from gristmill.apps.chat.emoji import EMOJI, PLACES, label
from gristmill.apps.kit.current_skin import formats
from gristmill.apps.kit.jinja_filters import moment


def clock(value: datetime) -> str:
    """A time of day, such as `14:05`."""
    return f"{value:%H:%M}"


def long_day(value: date) -> str:
    """A day, such as `Tuesday, March 4, 2031`, or `Tuesday, 04.03.2031`."""
    if formats().is_day_first:
        return f"{value:%A}, {formats().day(value)}"
    return f"{value:%A, %B} {value.day}, {value.year}"


def picture(name: str) -> Markup:
    """An emoji as an image; its character if there is no drawing of it."""
    if name not in PLACES:
        return Markup('<span class="emoji-text">{}</span>').format(name)
    spot = Markup('<span class="emoji" role="img" aria-label="{}" style="background-position-x: {}%"></span>')
    return spot.format(label(name), f"{100 * PLACES[name] / (len(PLACES) - 1):.4f}")


def size(count: int) -> str:
    """A number of bytes, such as `3.2 kB`."""
    return f"{count} bytes" if count < 1000 else f"{formats().number(count / 1000, 1)} kB"


def sentence(text: str) -> str:
    """A text with a capital at its beginning; other capitals stay."""
    return text[:1].upper() + text[1:]


def pair(text: str) -> tuple[str, str]:
    """A text as the value and the label of a choice."""
    return text, text


def emoji_choice(name: str) -> tuple[str, str]:
    """An emoji as a choice of a list, which cannot hold pictures."""
    return name, label(name).capitalize()


def link(page: int, **query: str) -> str:
    """The address of another page of the list that is shown; `query` changes other parts of it."""
    values = {**request.args.to_dict(), **query, "page": page}
    return f"{request.path}?{urlencode(values)}"


def install(app: Flask) -> None:
    """Register the filters and globals with the app's templates."""
    environment = app.jinja_env
    environment.filters.update(clock=clock, long_day=long_day, moment=moment, emoji=picture, size=size)
    environment.filters.update(emoji_label=label, emoji_choice=emoji_choice, pair=pair, sentence=sentence)
    environment.globals.update(EMOJI=tuple(EMOJI), link=link)
