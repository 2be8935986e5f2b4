"""Jinja filters of mail: times, as lists and mails show them, sizes, and names of addresses."""

from datetime import datetime

from flask import Flask

from gristmill.apps.mail.services.mailbox import current_settings, now


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
    return f"{time.day} {time:%b}" if time.year == today.year else f"{time.day} {time:%b} {time.year}"


def moment(time: datetime) -> str:
    """A time in full: `Tue 4 March 2031, 14:05`."""
    return f"{time:%a} {time.day} {time:%B} {time.year}, {clock(time)}"


def size(size_bytes: int) -> str:
    """A size such as `640 B`, `12 kB` or `3.4 MB`."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{round(size_bytes / 1000)} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def install(app: Flask) -> None:
    """Make the filters known to the templates of an app."""
    app.jinja_env.filters |= {"clock": clock, "listed": listed, "moment": moment, "size": size}
