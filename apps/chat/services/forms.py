"""What people type into forms of the chat: texts, names, times; refused in words."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from gristmill.apps.chat.services.errors import ChatError

LONGEST_TEXT = 4000
CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
KEPT = "\n\t"
DELAYS = {"20m": timedelta(minutes=20), "1h": timedelta(hours=1), "3h": timedelta(hours=3)}


def message_text(raw: str, *, may_be_empty: bool = False) -> str:
    """The text of a message, its line ends as line feeds.

    Raises:
        ChatError: it is empty, too long, or has characters that cannot be shown.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    require_printable(text)
    if not text and not may_be_empty:
        raise ChatError("Write something first.")
    if len(text) > LONGEST_TEXT:
        raise ChatError(f"A message has at most {LONGEST_TEXT:,} characters; this one has {len(text):,}.")
    return text


def line_of_text(
    form: Mapping[str, str], field: str, called: str, *, longest: int, needed: bool = False
) -> str:
    """A text of one line.

    Raises:
        ChatError: it is missing, too long, or has characters that cannot be shown.
    """
    text = " ".join(form.get(field, "").split())
    require_printable(text)
    if needed and not text:
        raise ChatError(f"{called} is missing.")
    if len(text) > longest:
        raise ChatError(f"{called} has at most {longest} characters; this one has {len(text)}.")
    return text


def require_printable(text: str) -> None:
    """Check that a text has no control characters and no halves of characters.

    Raises:
        ChatError: it has.
    """
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each not in KEPT for each in text):
        raise ChatError("This text has a character that cannot be shown. Remove it and try again.")


def channel_name(form: Mapping[str, str]) -> str:
    """The name of a channel.

    Raises:
        ChatError: it is no valid name.
    """
    name = form.get("name", "").strip().lstrip("#")
    if not CHANNEL_NAME.fullmatch(name):
        raise ChatError(
            "A channel's name has up to 40 lower-case letters, digits and hyphens, and begins with a letter "
            "or digit."
        )
    return name


def number(raw: str) -> int:
    """A number of a form; 0 for anything else."""
    return int(raw) if re.fullmatch(r"[0-9]{1,9}", raw) else 0


def due_time(form: Mapping[str, str], now: datetime) -> datetime:
    """When to remind: after a delay, tomorrow at nine, next Monday, or at a day and a time.

    Raises:
        ChatError: it cannot be read.
    """
    chosen = form.get("when", "")
    if chosen in DELAYS:
        return now + DELAYS[chosen]
    if chosen in {"tomorrow", "monday"}:
        days = 1 if chosen == "tomorrow" else 7 - now.weekday()
        return datetime.combine(now.date() + timedelta(days=days), time(9))
    return day_and_time(form.get("day", ""), form.get("time", ""))


def day_and_time(day: str, clock: str) -> datetime:
    """A day and a time of day as browsers send them.

    Raises:
        ChatError: one of them cannot be read.
    """
    refused = ChatError("Choose a day such as 2031-03-05 and a time such as 14:30.")
    try:
        found = datetime.combine(
            date.fromisoformat(day.strip()), time.fromisoformat(clock.strip() or "09:00")
        )
    except ValueError:
        raise refused from None
    if found.tzinfo is not None:  # the world's times have no zone
        raise refused
    return found
