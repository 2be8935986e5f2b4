"""Jinja filters of mail: times, as lists and mails show them, sizes, and names of addresses."""

import re
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup, escape

from gristmill.apps.kit.current_skin import formats
from gristmill.apps.kit.flask_app import world
from gristmill.apps.mail.models import Meeting
from gristmill.apps.mail.services.mailbox import current_settings, now
from gristmill.apps.mail.services.markup import to_html
from gristmill.apps.mail.services.series import next_one, rhythm

LINK = re.compile(r"https?://([a-z0-9]+)\.test(?:/[\w/.?=&%+-]*[\w/=&+-])?(?![\w.-]*\w)")


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
    return f"{time:%a} {long_day(time)}, {clock(time)}"


def day_and_time(time: datetime) -> str:
    """A day of this week or later, and the time: `Wed 5 March, 08:00`, or `Wed 05.03., 08:00`."""
    shown = formats().day_of_year(time) if formats().is_day_first else f"{time.day} {time:%B}"
    return f"{time:%a} {shown}, {clock(time)}"


def long_day(value: date) -> str:
    """A day with its year: `4 March 2031`, or `04.03.2031`."""
    return formats().day(value) if formats().is_day_first else f"{value.day} {value:%B %Y}"


def weekday(value: date, *, is_long: bool = False) -> str:
    """A day of a week: `Mon 3 Mar`, or `Mon 03.03.`; with long names `Monday 3 March`."""
    name, month = ("%A", "%B") if is_long else ("%a", "%b")
    shown = formats().day_of_year(value) if formats().is_day_first else f"{value.day} {value:{month}}"
    return f"{value:{name}} {shown}"


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
    """A line of text in which addresses of pages of this world's apps are links; others lead nowhere."""
    parts, at, apps = [], 0, world().handlers.apps
    for url in LINK.finditer(line):
        if url[1] not in apps:
            continue
        parts += [escape(line[at : url.start()]), Markup('<a href="{0}">{0}</a>').format(url[0])]
        at = url.end()
    return Markup("").join([*parts, escape(line[at:])])


def rich(text: str) -> Markup:
    """A text with light markup as HTML."""
    return to_html(text)


def next_meeting(meeting: Meeting) -> Meeting:
    """The meeting of a series that comes next; the meeting itself if it is a single one."""
    return next_one(meeting, now())


def install(app: Flask) -> None:
    """Make the filters known to the templates of an app."""
    filters = (clock, listed, moment, day_and_time, long_day, weekday, size, paragraphs, linked, rich)
    app.jinja_env.filters |= {"rhythm": rhythm, "next_meeting": next_meeting}
    app.jinja_env.filters |= {each.__name__: each for each in filters}
