"""Typed answers: how an agent's words are read as money, a day, a number, a name or a list of names.

Each kind has a sentence that goals end with, so that an agent knows the form. Reading is lenient about form
(all skins' formats of money and days, either case, words such as `$`) and strict about values: an answer that
can be read in two ways is read as none.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import check

MONEY = "Answer with the amount alone, such as 12.50."
DAY = "Answer with the date alone, such as 2026-03-14."
NUMBER = "Answer with the number alone."
NAME = "Answer with the name alone."
NAMES = "Answer with the names alone, separated by commas; `none` if there are none."

DAY_FORMATS = (
    "%Y-%m-%d",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d %Y",
    "%b %d %Y",
)
AMOUNT = re.compile(r"-?\d{1,3}(?:[,. \u00a0]?\d{3})*(?:[.,]\d{2})?")
WHOLE = re.compile(r"-?\d{1,3}(?:[,. \u00a0]?\d{3})*|-?\d+")


def cents_of(text: str) -> int | None:
    """Read an amount of money in cents: `12.50`, `$1,234.50`, `1.234,50 $`, `USD 12`; None if it is none."""
    bare = re.sub(r"(?i)\$|usd|dollars?", "", text).strip().rstrip(".")
    if not AMOUNT.fullmatch(bare):
        return None
    head, fraction = (bare[:-3], bare[-2:]) if re.search(r"[.,]\d{2}$", bare) else (bare, "00")
    sign = -1 if head.startswith("-") else 1
    return sign * (int(re.sub(r"\D", "", head)) * 100 + int(fraction))


def day_of(text: str) -> date | None:
    """Read a day: ISO, `Nov 3, 2026`, `3 November 2026`, `03.11.2026`; None if it is none.

    Days written with slashes are ambiguous, and not read.
    """
    bare = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", " ".join(text.split())).rstrip(".")
    bare = re.sub(r"^(?i:mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,? ", "", bare)
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(bare, form).date()
        except ValueError:
            continue
    return None


def number_of(text: str) -> int | None:
    """Read a whole number: `12`, `1,234`, `1.234`; None if it is none."""
    bare = text.strip().rstrip(".")
    return int(re.sub(r"[^\d-]", "", bare)) if WHOLE.fullmatch(bare) else None


def name_of(text: str) -> str:
    """A name for comparison: letters and digits in lower case, other characters as single spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())


def names_of(text: str) -> list[str]:
    """The names of a list, separated by commas, semicolons, line ends or `and`; empty for `none`."""
    parts = re.split(r"[,;\n]|\band\b", text)
    found = [name for name in map(name_of, parts) if name]
    return [] if found == ["none"] else found


def answers_money(evidence: Evidence, cents: int) -> Check:
    """Check that the answer is this amount."""
    return _answers(evidence, cents_of(evidence.answer or "") == cents)


def answers_day(evidence: Evidence, day: date) -> Check:
    """Check that the answer is this day."""
    return _answers(evidence, day_of(evidence.answer or "") == day)


def answers_number(evidence: Evidence, number: int) -> Check:
    """Check that the answer is this number."""
    return _answers(evidence, number_of(evidence.answer or "") == number)


def answers_name(evidence: Evidence, *names: str) -> Check:
    """Check that the answer is one of these, which mean the same."""
    return _answers(evidence, name_of(evidence.answer or "") in set(map(name_of, names)))


def answers_names(evidence: Evidence, names: Sequence[str]) -> Check:
    """Check that the answer lists exactly these, each once, in any order; an empty answer lists nothing."""
    found = names_of(evidence.answer or "")
    is_right = bool((evidence.answer or "").strip()) and sorted(found) == sorted(map(name_of, names))
    return _answers(evidence, is_right)


def _answers(evidence: Evidence, passed: bool) -> Check:
    return check("right answer", passed, evidence.answer or "no answer")
