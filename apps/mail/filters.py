"""Jinja filters of mail: times, as lists and mails show them, sizes, and names of addresses."""

import re
from datetime import datetime

from flask import Flask
from markupsafe import Markup, escape

from gristmill.apps.kit.current_skin import formats
from gristmill.apps.mail.services.mailbox import current_settings, now

LINK = re.compile(r"https?://[a-z0-9.-]+\.test(?:/[\w/.?=&%+-]*[\w/=&+-])?")


def clock(time: datetime) -> str:
    """A time of day, as the settings want it: `14:05` or `2:05 pm`."""
    if current_settings().uses_24_hours:
        return f"{time:%H:%M}"
    return f"{time.hour % 12 or 12}:{time:%M} {'am' if time.hour < 12 else 'pm'}"


def listed(time: datetime) -> str:
    """A time in a list: the time of day today, else the day, with the year if it is another one."""
    today = now().date()
    if time.date() == today:
        return clock(time)
    if formats().is_day_first:
        return formats().day_of_year(time) if time.year == today.year else formats().day(time)
    return f"{time.day} {time:%b}" if time.year == today.year else f"{time.day} {time:%b} {time.year}"


def moment(time: datetime) -> str:
    """A time in full: `Tue 4 March 2031, 14:05`, or `Tue 04.03.2031, 14:05`."""
    if formats().is_day_first:
        return f"{time:%a} {formats().day(time)}, {clock(time)}"
    return f"{time:%a} {time.day} {time:%B} {time.year}, {clock(time)}"


def day_and_time(time: datetime) -> str:
    """A day of this week or later, and the time: `Wed 5 March, 08:00`."""
    return f"{time:%a} {time.day} {time:%B}, {clock(time)}"


def size(size_bytes: int) -> str:
    """A size such as `640 B`, `12 kB` or `3.4 MB`."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{round(size_bytes / 1000)} kB"
    return f"{formats().number(size_bytes / 1_000_000, 1)} MB"


def paragraphs(text: str) -> list[list[str]]:
    """The paragraphs of a plain text, each as its lines."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line.rstrip())
        elif found[-1]:
            found.append([])
    return [each for each in found if each]


def linked(line: str) -> Markup:
    """A line of text in which addresses of pages of this world are links."""
    parts, at = [], 0
    for url in LINK.finditer(line):
        parts += [escape(line[at : url.start()]), Markup('<a href="{0}">{0}</a>').format(url[0])]
        at = url.end()
    return Markup("").join([*parts, escape(line[at:])])


def install(app: Flask) -> None:
    """Make the filters known to the templates of an app."""
    filters = (clock, listed, moment, day_and_time, size, paragraphs, linked)
    app.jinja_env.filters |= {each.__name__: each for each in filters}
