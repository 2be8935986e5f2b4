"""Profile, address and card forms: field texts become an entry, or one message per invalid field."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from gristmill.apps.kit.forms import (
    Rule,
    Rules,
    at_most,
    matching,
    not_among,
    parse_entry,
    require,
    required,
    tidy,
)

MAX_TEXT = 80
MAX_NOTE = 200  # of a present
MAX_YEARS_AHEAD = 20

# Invented networks. No real network issues these prefixes, so no number here can be a real card's.
NETWORKS = {"81": "Corvid", "82": "Halden", "83": "Tesserine"}
CARD_DIGITS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressEntry:
    """A valid address."""

    label: str
    full_name: str
    line1: str
    line2: str
    city: str
    postcode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardEntry:
    """A valid card; only the last four digits of its number are kept."""

    network: str
    holder: str
    last4: str
    expiry_month: int
    expiry_year: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileEntry:
    """A valid name and phone number."""

    given_name: str
    family_name: str
    phone: str


SHORT = at_most(MAX_TEXT)
PROFILE_RULES = {
    "given_name": [required("Enter your first name."), SHORT],
    "family_name": [required("Enter your last name."), SHORT],
    "phone": [
        required("Enter a phone number."),
        SHORT,
        matching(r"\+?[0-9][0-9 ()-]{5,18}[0-9]", "A phone number has 7 to 20 digits, such as 555-0142."),
    ],
}
ADDRESS_RULES = {
    "label": [required("Enter a label, such as Home."), SHORT],
    "full_name": [required("Enter the full name of whoever receives the parcel."), SHORT],
    "line1": [required("Enter a street and number."), SHORT],
    "line2": [SHORT],
    "city": [required("Enter a city."), SHORT],
    "postcode": [
        required("Enter a postcode of 5 digits."),
        SHORT,
        matching("[0-9]{5}", "A postcode has 5 digits, such as 40213."),
    ],
}
TAKEN = "You already have an address called “{}”. Choose another label."


def parse_profile(fields: Mapping[str, str]) -> ProfileEntry:
    """Parse the profile form.

    Raises:
        FormError: a field is missing, too long or malformed.
    """
    return parse_entry(ProfileEntry, fields, PROFILE_RULES)


def parse_gift_note(fields: Mapping[str, str]) -> str:
    """Parse the note that goes with a present, which may be empty.

    Raises:
        FormError: it is too long.
    """
    note = tidy(fields.get("note", ""))
    require({"note": note}, {"note": [at_most(MAX_NOTE)]})
    return note


def parse_address(fields: Mapping[str, str], taken_labels: Collection[str]) -> AddressEntry:
    """Parse the address form; `taken_labels` are those of the customer's other addresses.

    Raises:
        FormError: a field is missing, too long or malformed, or the label is taken.
    """
    label = [*ADDRESS_RULES["label"], not_among(taken_labels, TAKEN)]
    return parse_entry(AddressEntry, fields, ADDRESS_RULES | {"label": label})


NO_NETWORK = f"We accept {', '.join(NETWORKS.values())} cards. This number belongs to none of them."
MISTYPED = "This card number has a typing error. Check the digits."
CARD_RULES: Rules = {
    "number": [
        required("Enter the card number."),
        matching(rf"[0-9]{{{CARD_DIGITS}}}", f"A card number has {CARD_DIGITS} digits."),
        lambda number: None if number[:2] in NETWORKS else NO_NETWORK,
        lambda number: None if number[-1] == check_digit(number[:-1]) else MISTYPED,
    ],
    "holder": [required("Enter the name on the card."), SHORT],
}
EXPIRY = re.compile(r"([0-9]{1,2}) ?/ ?(?:20)?([0-9]{2})")


def parse_card(fields: Mapping[str, str], today: date) -> CardEntry:
    """Parse the card form.

    Raises:
        FormError: a field is missing or malformed, the number is no card's, or the card has expired.
    """
    typed = {
        "number": re.sub(r"[ -]", "", fields.get("number", "")),
        "holder": tidy(fields.get("holder", "")),
        "expiry": fields.get("expiry", "").strip(),
    }
    require(typed, {**CARD_RULES, "expiry": [good_until(today)]})
    number, (month, year) = typed["number"], parse_expiry(typed["expiry"])
    return CardEntry(
        network=NETWORKS[number[:2]],
        holder=typed["holder"],
        last4=number[-4:],
        expiry_month=month,
        expiry_year=year,
    )


def parse_expiry(typed: str) -> tuple[int, int]:
    """Month and year of an expiry date; 0 and 0 if it is invalid."""
    found = EXPIRY.fullmatch(typed)
    return (int(found[1]), 2000 + int(found[2])) if found else (0, 0)


def good_until(today: date) -> Rule:
    """The expiry month must not be over; a card is valid until its end."""
    return lambda typed: expiry_error(*parse_expiry(typed), today)


def expiry_error(month: int, year: int, today: date) -> str | None:
    """The error for an expiry month, or None; a card is valid until its end."""
    if not 1 <= month <= 12:
        return "Enter the expiry date as MM/YY, such as 08/29."
    if (year, month) < (today.year, today.month):
        return "This card has expired."
    if year > today.year + MAX_YEARS_AHEAD:
        return "This expiry date is too far ahead. Check the year."
    return None


def check_digit(digits: str) -> str:
    """The check digit of a card number (Luhn; ISO/IEC 7812-1, annex B)."""
    doubled = [2 * int(digit) for digit in digits[::-2]]
    total = sum(n - 9 if n > 9 else n for n in doubled) + sum(int(digit) for digit in digits[-2::-2])
    return str(-total % 10)
