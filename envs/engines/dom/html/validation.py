"""Constraint validation (HTML standard, 4.10.21): which controls block a form's submission, and why.

Problems are named by the flags of `ValidityState`, as in `errors.FORM_PROBLEMS`.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import floor

from gristmill.apps.server.navigation_policy import parsed
from gristmill.envs.engines.dom.html import patterns
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import CHOICES, FormState, is_list, option_value
from gristmill.envs.engines.dom.html.input_values import PARSERS, TIME, number, sanitized

BARRED = frozenset({"button", "image", "reset", "submit", "hidden"})
WRITTEN = frozenset({"text", "search", "tel", "url", "email", "password", "textarea"})
EMAIL = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
                   r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*")  # fmt: skip
REQUIRABLE_INPUTS = WRITTEN | CHOICES | {"date", "month", "week", "time", "datetime-local", "number", "file"}
DAY_MS = 86_400_000
# Per type: the default step, and the scale factor to the type's base unit.
STEPS = {
    "number": (1, 1),
    "date": (1, DAY_MS),
    "week": (1, 7 * DAY_MS),
    "month": (1, 1),
    "time": (60, 1000),
    "datetime-local": (60, 1000),
}
FIRST_WEEK_MS = -259_200_000  # Monday of the ISO week that contains 1970-01-01


def skips_validation(form: Element, submitter: Element | None) -> bool:
    """Whether `novalidate` applies."""
    return "novalidate" in form.attributes or (
        submitter is not None and "formnovalidate" in submitter.attributes
    )


def invalid_controls(state: FormState, form: Element) -> list[tuple[Element, str]]:
    """The invalid controls of a form, each with its problem."""
    found = []
    for control in state.document.controls.get(form, []):
        problem = "" if is_barred(state, control) else problem_of(state, control)
        if problem:
            found.append((control, problem))
    return found


def is_barred(state: FormState, element: Element) -> bool:
    """Whether a control is barred from constraint validation."""
    if state.is_disabled(element) or element.closest("datalist") is not None:
        return True
    if element.tag == "button" or element.type in BARRED:
        return True
    return "readonly" in element.attributes and element.tag != "select"


def problem_of(state: FormState, element: Element) -> str:
    """A control's problem; empty if it is valid."""
    if is_missing(state, element):
        return "valueMissing"
    value = state.value(element)
    if element.tag == "select" or element.type in CHOICES:
        return ""
    if not value:
        return "badInput" if element.type == "number" and state.text(element) else ""
    if element.type in STEPS:
        return range_problem(element, value)
    return text_problem(state, element, value) if element.type in WRITTEN else ""


def is_missing(state: FormState, element: Element) -> bool:
    """Whether a required control is empty."""
    if element.type == "radio":
        group = state.radio_group(element) if element.attributes.get("name") else []
        return any("required" in e.attributes for e in group) and not any(map(state.is_checked, group))
    if "required" not in element.attributes:
        return False
    if element.type == "checkbox":
        return not state.is_checked(element)
    if element.tag == "select":
        return is_nothing_chosen(state, element)
    return element.type in REQUIRABLE_INPUTS and not state.value(element)


def is_nothing_chosen(state: FormState, select: Element) -> bool:
    """Whether no option, or only the placeholder option, is selected."""
    chosen, options = state.options(select)
    if not chosen or is_list(select):
        return not chosen
    first = options[0]
    return chosen == [first] and first.parent is select and option_value(first) == ""


def text_problem(state: FormState, element: Element, value: str) -> str:
    """A text's problem: syntax, or length if the user edited it."""
    kind = element.type
    if (kind == "email" and not is_email(element, value)) or (kind == "url" and parsed(value) is None):
        return "typeMismatch"
    pattern = element.attributes.get("pattern") if kind != "textarea" else None
    if pattern is not None:
        values = value.split(",") if kind == "email" and "multiple" in element.attributes else [value]
        if not all(patterns.matches(pattern, each) for each in values):
            return "patternMismatch"
    return length_problem(element, value) if element in state.dirty else ""


def is_email(element: Element, value: str) -> bool:
    """Whether a text is an e-mail address, or a list of them for `multiple`."""
    values = value.split(",") if "multiple" in element.attributes else [value]
    return all(EMAIL.fullmatch(each.strip()) for each in values)


def length_problem(element: Element, value: str) -> str:
    """Whether a text is too long or too short, in UTF-16 code units."""
    size = len(value.encode("utf-16-le")) // 2
    longest, shortest = length(element, "maxlength"), length(element, "minlength")
    if longest is not None and size > longest:
        return "tooLong"
    return "tooShort" if shortest is not None and size < shortest else ""


def length(element: Element, name: str) -> int | None:
    """The value of a length attribute."""
    attribute = element.attributes.get(name, "").strip(" \t\n\f\r")
    return int(attribute) if attribute.isascii() and attribute.isdecimal() else None


def range_problem(element: Element, value: str) -> str:
    """Whether a number, date or time is out of range or between steps."""
    kind, attributes = element.type, element.attributes
    at = measure(kind, value)
    if at is None:
        return ""
    low, high = (measure(kind, attributes.get(name, "")) for name in ("min", "max"))
    if kind == "time" and low is not None and high is not None and low > high:
        if high < at < low:  # the range wraps around midnight
            return "rangeUnderflow"
    elif low is not None and at < low:
        return "rangeUnderflow"
    elif high is not None and at > high:
        return "rangeOverflow"
    return "stepMismatch" if is_off_step(element, at, low) else ""


def is_off_step(element: Element, at: Decimal, low: Decimal | None) -> bool:
    """Whether a value is between two steps, counted from the step base."""
    kind, attribute = element.type, element.attributes.get("step", "")
    if attribute.lower() == "any":
        return False
    step = step_of(kind, attribute)
    base = low
    if base is None:
        base = measure(kind, sanitized(element, element.attributes.get("value", "")))
    if base is None:
        base = Decimal(FIRST_WEEK_MS if kind == "week" else 0)
    return (at - base) % step != 0


def step_of(kind: str, attribute: str) -> Decimal:
    """The step of a type in its base unit."""
    default, unit = STEPS[kind]
    step = number(attribute)
    if step is None or step <= 0:
        step = Decimal(default)
    step *= unit
    return step if kind == "number" else Decimal(max(floor(step + Decimal("0.5")), 1))


def measure(kind: str, value: str) -> Decimal | None:
    """A value as a number: dates and times in ms, months since 1970; None if invalid."""
    sanitized_value = PARSERS[kind](value)
    found = MEASURES[kind](sanitized_value) if sanitized_value else None
    return None if found is None else Decimal(found)


def day_ms(value: str) -> int:
    """Milliseconds from 1970-01-01 to a date."""
    year, month, day = map(int, value.split("-"))
    cycles = max(year - 9999 + 399, 0) // 400  # Python's calendar ends at 9999 and repeats options 400 years
    days = date(year - 400 * cycles, month, day).toordinal() + 146_097 * cycles
    return (days - date(1970, 1, 1).toordinal()) * DAY_MS


def month_number(value: str) -> int:
    """Months from 1970-01 to a month."""
    year, month = map(int, value.split("-"))
    return (year - 1970) * 12 + month - 1


def week_ms(value: str) -> int:
    """Milliseconds from 1970-01-01 to the Monday of a week."""
    year, week = map(int, value.split("-W"))
    return (date.fromisocalendar(year, week, 1).toordinal() - date(1970, 1, 1).toordinal()) * DAY_MS


def time_ms(value: str) -> int:
    """Milliseconds from midnight to a time."""
    parts = TIME.fullmatch(value)
    assert parts is not None
    hour, minute, second, fraction = parts.groups(default="0")
    return ((int(hour) * 60 + int(minute)) * 60 + int(second)) * 1000 + int(fraction.ljust(3, "0"))


def moment_ms(value: str) -> int:
    """Milliseconds from 1970-01-01 to a local date and time."""
    day, time = value.split("T")
    return day_ms(day) + time_ms(time)


MEASURES: dict[str, Callable[[str], Decimal | int | None]] = {
    "number": number,
    "date": day_ms,
    "week": week_ms,
    "month": month_number,
    "time": time_ms,
    "datetime-local": moment_ms,
}
