"""Facts that a mail must tell: how goals write them, and whether a text says them in a usual form."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from gristmill.apps.base import Json

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)  # fmt: skip


class FactKind(StrEnum):
    """How a fact's value is read: `2031-03-11`, `14:30`, `12`, cents, `K-4471`, words."""

    DAY = "day"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    CODE = "code"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, with its value in the form of its kind."""

    kind: FactKind
    value: str

    @classmethod
    def of(cls, parts: list[str]) -> "Fact":
        """From the JSON of a task's terms."""
        return cls(FactKind(parts[0]), parts[1])

    def to_json(self) -> Json:
        """As a part of a task's terms."""
        return [self.kind.value, self.value]

    def __str__(self) -> str:
        """As goals write it."""
        if self.kind is FactKind.DAY:
            day = date.fromisoformat(self.value)
            return f"{day.day} {day:%B %Y}"
        if self.kind is FactKind.MONEY:
            return f"${int(self.value) / 100:,.2f}"
        return self.value


def day(value: date) -> Fact:
    """A day."""
    return Fact(FactKind.DAY, value.isoformat())


def says(text: str, fact: Fact) -> bool:
    """Whether a text says a fact, in any form that people use for its kind."""
    return re.search(pattern(fact), plain(text), re.IGNORECASE) is not None


def plain(text: str) -> str:
    """A text in one line, without marks of emphasis and typographic signs."""
    bare = unicodedata.normalize("NFKC", text).translate({0x2019: "'", 0x2013: "-", 0x2011: "-"})
    return " ".join(re.sub(r"[*_`]", "", bare).split())


@cache
def pattern(fact: Fact) -> str:
    """The regular expression of a fact's forms."""
    return PATTERNS[fact.kind](fact.value)


def day_pattern(value: str) -> str:
    """`11 March`, `March 11th, 2031`, `11.03.`, `2031-03-11`, `11/3/2031`; never with another year."""
    on = date.fromisoformat(value)
    month, number = f"{on:%b}(?:{f'{on:%B}'[3:]})?\\.?", f"0?{on.day}(?:st|nd|rd|th)?"
    year = rf"(?:,? ?{on.year}(?!\d)|(?!,? ?20\d\d\b(?![.,]\d)|\d))"
    digits = rf"0?{on.day}\. ?0?{on.month}\.|0?{on.day}/0?{on.month}\b|0?{on.month}/0?{on.day}\b|{value}"
    worded = rf"{number}(?: of)? {month}\b|{month} {number}(?!\d|:)"
    return rf"(?<![\d.:/-])(?:{worded}|{digits}){year}"


def time_pattern(value: str) -> str:
    """`14:30`, `14.30`, `2:30 pm`; on the hour also `2 pm`, at twelve `noon`."""
    hour, minute = map(int, value.split(":"))
    half = "p" if hour >= 12 else "a"
    short, opposite = hour % 12 or 12, "a" if half == "p" else "p"
    minutes = rf"[:.h]{minute:02}" if minute else "(?:[:.h]00)?"
    forms = [rf"0?{hour}[:.h]{minute:02}(?! ?{opposite}\.?m)", rf"0?{short}{minutes} ?{half}\.?m\b"]
    noon = "|noon" if value == "12:00" else ""
    return rf"(?<![\d.:,])(?:{'|'.join(forms)}{noon})(?!\d)"


def number_pattern(value: str) -> str:
    """`12` or `twelve`."""
    word = rf"|\b{NUMBERS[int(value)]}\b" if int(value) < len(NUMBERS) else ""
    return rf"(?<![\w.,:$-]){value}(?![\w:-]|[.,]\d){word}"


def money_pattern(value: str) -> str:
    """`$1,240.50`, `1240.50`, `1.240,50`; whole amounts also without cents."""
    whole, cents = divmod(int(value), 100)
    grouped = f"{whole:,}".replace(",", "[,. ]?")
    fraction = rf"[.,]{cents:02}" if cents else r"(?:[.,]00)?"
    return rf"(?<![\d.,]){grouped}{fraction}(?!\d|[.,]\d)"


def code_pattern(value: str) -> str:
    """The same letters and digits; hyphens may be blanks or missing."""
    parts = (re.escape(part) for part in value.split("-"))
    return rf"(?<!\w){'[ -]?'.join(parts)}(?!\w)"


def words_pattern(value: str) -> str:
    """The same words in their order."""
    return r"\b" + r"\W+".join(re.escape(part) for part in re.findall(r"\w+", value)) + r"\b"


PATTERNS: Mapping[FactKind, Callable[[str], str]] = {
    FactKind.DAY: day_pattern,
    FactKind.TIME: time_pattern,
    FactKind.NUMBER: number_pattern,
    FactKind.MONEY: money_pattern,
    FactKind.CODE: code_pattern,
    FactKind.WORDS: words_pattern,
}
