"""The formats in which a skin shows money, numbers and days. Texts stay English, amounts stay US dollars."""

import re
from dataclasses import dataclass
from datetime import date

from gristmill.apps.kit import money


@dataclass(frozen=True, kw_only=True, slots=True)
class Formats:
    """How one locale writes numbers and days.

    Attributes:
        decimal: the decimal mark.
        thousands: the mark between groups of three digits.
        amount: an amount of money; `{}` is the number.
        is_day_first: whether days are written as `03.11.2026`, instead of `Nov 3, 2026`.
    """

    decimal: str = "."
    thousands: str = ","
    amount: str = "${}"
    is_day_first: bool = False

    def number(self, value: float, digits: int = 0) -> str:
        """A number with groups of thousands, such as `1,234` or `4.5`."""
        return self._localized(f"{value:,.{digits}f}")

    def money(self, cents: int) -> str:
        """An amount, such as `$1,234.50` or `1.234,50 $`; negative amounts start with `-`."""
        sign = "-" if cents < 0 else ""
        return f"{sign}{self.amount.format(self.number(abs(cents) / 100, 2))}"

    def short_money(self, cents: int) -> str:
        """An amount without `.00`, such as `$25` or `$19.99`."""
        return self.amount.format(self.typed(cents))

    def typed(self, cents: int | None) -> str:
        """An amount as people type it into a form: `25` or `19.99`; empty for None."""
        return money.as_typed(cents).replace(".", self.decimal)

    def parse_cents(self, typed: str) -> int | None:
        """Parse a typed amount of dollars to cents; None if the text is empty.

        A decimal point is understood wherever it cannot be a mark of thousands.

        Raises:
            ValueError: not an amount, or a million dollars or more; the message is shown to users.
        """
        try:
            return money.parse_cents(self._plain(typed))
        except ValueError as refused:
            example = str(refused).replace("19.99", self.typed(1999))
            raise ValueError(example) from None

    def day(self, value: date) -> str:
        """A date, or the date of a datetime, such as `Nov 3, 2026` or `03.11.2026`."""
        return f"{value:%d.%m.%Y}" if self.is_day_first else f"{value:%b} {value.day}, {value.year}"

    def day_of_year(self, value: date) -> str:
        """A day without its year, such as `Nov 3` or `03.11.`."""
        return f"{value:%d.%m.}" if self.is_day_first else f"{value:%b} {value.day}"

    def _localized(self, text: str) -> str:
        marks = {",": self.thousands, ".": self.decimal}
        return "".join(marks.get(character, character) for character in text)

    def _plain(self, typed: str) -> str:
        """A typed amount with a decimal point and without marks of thousands."""
        text = typed.strip().strip("$").strip()
        if self.decimal == ".":
            return text
        is_grouped = re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", text) is not None
        if self.decimal in text or is_grouped:
            text = text.replace(self.thousands, "")
        return text.replace(self.decimal, ".")


US = Formats()
CONTINENTAL = Formats(decimal=",", thousands=".", amount="{}\N{NO-BREAK SPACE}$", is_day_first=True)
