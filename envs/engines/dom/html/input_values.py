"""Value sanitization of form controls (HTML standard, 4.10.5)."""

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import ada_url
import tinycss2.color4

from gristmill.envs.engines.dom.html.document import Element

NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?", re.ASCII)
DATE = re.compile(r"(\d{4,6})-(\d\d)-(\d\d)", re.ASCII)
MONTH = re.compile(r"(\d{4,6})-(0[1-9]|1[0-2])", re.ASCII)
WEEK = re.compile(r"(\d{4,6})-W(\d\d)", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?", re.ASCII)
LAST_YEAR = 9999  # Python's maximum; browsers support more
LARGEST = Decimal("1.7976931348623157e308")
BLANKS = " \t\n\f\r"
NO_LINES = {ord("\n"): None, ord("\r"): None}
SINGLE_LINE = frozenset({"text", "search", "tel", "url", "email", "password"})


def sanitized(element: Element, value: str) -> str:
    """Sanitize a value for the control's type; empty if it is invalid."""
    kind = element.type
    if kind == "range":
        return range_value(element, value)
    if kind in PARSERS:
        return PARSERS[kind](value)
    if kind in SINGLE_LINE:
        return single_line(element, kind, value if value.isprintable() else value.translate(NO_LINES))
    return value


def single_line(element: Element, kind: str, value: str) -> str:
    """A text without line breaks, as URL and email boxes store it."""
    if kind == "url":
        return value.strip(BLANKS)
    if kind != "email":
        return value
    if "multiple" not in element.attributes:
        return ascii_email(value.strip(BLANKS))
    return ",".join(ascii_email(each.strip(BLANKS)) for each in value.split(","))


def ascii_email(address: str) -> str:
    """An e-mail address with its host in ASCII (punycode)."""
    user, at, host = address.partition("@")
    return address if address.isascii() else f"{user}{at}{ascii_host(host) or host}"


def number(text: str | None) -> Decimal | None:
    """Parse a floating-point number by HTML's rules; None if invalid."""
    if text is None or not NUMBER.fullmatch(text):
        return None
    found = Decimal(text)
    return found if abs(found) <= LARGEST else None


def number_value(text: str) -> str:
    """A valid number, verbatim."""
    return "" if number(text) is None else text


def range_value(element: Element, text: str) -> str:
    """The value of a range input: clamped and rounded to a step; by default the middle."""
    attributes = element.attributes
    low = number(attributes.get("min")) or Decimal(0)
    high = number(attributes.get("max"))
    high = max(Decimal(100) if high is None else high, low)
    parsed = number(text)
    value = min(max((low + high) / 2 if parsed is None else parsed, low), high)
    if attributes.get("step", "").lower() != "any":
        step = number(attributes.get("step"))
        step = step if step is not None and step > 0 else Decimal(1)
        value = low + ((value - low) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        value = value - step if value > high else value
    return written(value)


def written(value: Decimal) -> str:
    """A computed number in the form browsers serialize it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=256)
def color_value(text: str) -> str:
    """A CSS colour as `#rrggbb`; black if invalid."""
    color = tinycss2.color4.parse_color(text)
    if color is None or isinstance(color, str):
        return "#000000"
    parts = (min(max(part or 0.0, 0.0), 1.0) for part in color.to("srgb").coordinates)
    return "#" + "".join(f"{int(part * 255 + 0.5):02x}" for part in parts)


def date_value(text: str) -> str:
    """A valid date."""
    parts = DATE.fullmatch(text)
    if parts is None:
        return ""
    year, month, day = map(int, parts.groups())
    try:
        date(year if year <= LAST_YEAR else year % 400 + 400, month, day)  # the calendar repeats
    except ValueError:
        return ""
    return text


def month_value(text: str) -> str:
    """A valid month."""
    parts = MONTH.fullmatch(text)
    return text if parts is not None and int(parts[1]) else ""


def week_value(text: str) -> str:
    """A valid ISO week."""
    parts = WEEK.fullmatch(text)
    if parts is None:
        return ""
    try:
        date.fromisocalendar(int(parts[1]), int(parts[2]), 1)
    except ValueError:
        return ""
    return text


def time_value(text: str) -> str:
    """A valid time of day, verbatim."""
    return text if TIME.fullmatch(text) else ""


def moment_value(text: str) -> str:
    """A local date and time in its shortest form."""
    match = re.fullmatch(r"([^T ]+)[T ](.+)", text)
    if match is None:
        return ""
    day, time = match.groups()
    parts = TIME.fullmatch(time)
    if parts is None or not date_value(day):
        return ""
    hour, minute, second, fraction = parts.groups()
    fraction = (fraction or "").rstrip("0")
    tail = f":{second}.{fraction}" if fraction else f":{second}" if second not in {None, "00"} else ""
    return f"{day}T{hour}:{minute}{tail}"


PARSERS: dict[str, Callable[[str], str]] = {
    "number": number_value,
    "color": color_value,
    "date": date_value,
    "month": month_value,
    "week": week_value,
    "time": time_value,
    "datetime-local": moment_value,
}


def ascii_host(host: str) -> str:
    """The name of a host spelled in ASCII; empty if it cannot be."""
    try:
        return str(ada_url.idna.encode(host).decode())
    except ValueError:
        return ""
