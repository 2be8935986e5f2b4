"""The profile, address and card forms: what was typed becomes an entry, or one message a field."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from gristmill.apps.shop.services.errors import FormError

MAX_TEXT = 80
MAX_YEARS_AHEAD = 20

# Invented networks. No real network issues these prefixes, so no number here can be a real card's.
NETWORKS = {"81": "Corvid", "82": "Halden", "83": "Meridian Pay"}
CARD_DIGITS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressEntry:
    """An address that can be saved."""

    label: str
    full_name: str
    line1: str
    line2: str
    city: str
    postcode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardEntry:
    """A card that can be saved: of its number only the last four digits are kept."""

    network: str
    holder: str
    last4: str
    expiry_month: int
    expiry_year: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileEntry:
    """What somebody is called, and where they can be rung up."""

    given_name: str
    family_name: str
    phone: str


PROFILE_PROMPTS = {"given_name": "Enter your first name.", "family_name": "Enter your last name.",
                   "phone": "Enter a phone number."}  # fmt: skip


def parse_profile(fields: Mapping[str, str]) -> ProfileEntry:
    """Read the profile form.

    Raises:
        FormError: a field is missing, too long or malformed.
    """
    typed = {name: tidy(fields.get(name, "")) for name in ProfileEntry.__slots__}
    errors = {name: message for name, value in typed.items() if (message := profile_error(name, value))}
    if errors:
        raise FormError(errors)
    return ProfileEntry(**typed)


def profile_error(name: str, value: str) -> str | None:
    """What is wrong with one field of the profile form."""
    if not value:
        return PROFILE_PROMPTS[name]
    if len(value) > MAX_TEXT:
        return f"Use at most {MAX_TEXT} characters."
    if name == "phone" and not re.fullmatch(r"\+?[0-9][0-9 ()-]{5,18}[0-9]", value):
        return "A phone number has 7 to 20 digits, such as 555-0142."
    return None


def parse_address(fields: Mapping[str, str], taken_labels: Collection[str]) -> AddressEntry:
    """Read the address form; `taken_labels` are those of the customer's other addresses.

    Raises:
        FormError: a field is missing, too long or malformed, or the label is taken.
    """
    typed = {name: tidy(fields.get(name, "")) for name in AddressEntry.__slots__}
    errors = {name: message for name, value in typed.items() if (message := address_error(name, value))}
    if typed["label"].casefold() in {label.casefold() for label in taken_labels}:
        errors["label"] = f"You already have an address called “{typed['label']}”. Choose another label."
    if errors:
        raise FormError(errors)
    return AddressEntry(**typed)


ADDRESS_PROMPTS = {
    "label": "Enter a label, such as Home.",
    "full_name": "Enter the full name of whoever receives the parcel.",
    "line1": "Enter a street and number.",
    "city": "Enter a city.",
    "postcode": "Enter a postcode of 5 digits.",
}


def address_error(name: str, value: str) -> str | None:
    """What is wrong with one field of the address form."""
    if not value:
        return ADDRESS_PROMPTS.get(name)
    if len(value) > MAX_TEXT:
        return f"Use at most {MAX_TEXT} characters."
    if name == "postcode" and not re.fullmatch(r"[0-9]{5}", value):
        return "A postcode has 5 digits, such as 40213."
    return None


def parse_card(fields: Mapping[str, str], today: date) -> CardEntry:
    """Read the card form.

    Raises:
        FormError: a field is missing or malformed, the number is no card's, or the card has expired.
    """
    number = re.sub(r"[ -]", "", fields.get("number", ""))
    holder = tidy(fields.get("holder", ""))
    expiry = re.fullmatch(r"([0-9]{1,2}) ?/ ?(?:20)?([0-9]{2})", fields.get("expiry", "").strip())
    month, year = (int(expiry[1]), 2000 + int(expiry[2])) if expiry else (0, 0)
    found = {
        "number": number_error(number),
        "holder": holder_error(holder),
        "expiry": expiry_error(month, year, today),
    }
    if errors := {name: message for name, message in found.items() if message}:
        raise FormError(errors)
    network = NETWORKS[number[:2]]
    return CardEntry(network=network, holder=holder, last4=number[-4:], expiry_month=month, expiry_year=year)


def number_error(number: str) -> str | None:
    """What is wrong with a card number."""
    if not number:
        return "Enter the card number."
    if not re.fullmatch(rf"[0-9]{{{CARD_DIGITS}}}", number):
        return f"A card number has {CARD_DIGITS} digits."
    if number[:2] not in NETWORKS:
        return f"We accept {', '.join(NETWORKS.values())} cards. This number belongs to none of them."
    if number[-1] != check_digit(number[:-1]):
        return "This card number has a typing error. Check the digits."
    return None


def holder_error(holder: str) -> str | None:
    """What is wrong with the name on a card."""
    if not holder:
        return "Enter the name on the card."
    return f"Use at most {MAX_TEXT} characters." if len(holder) > MAX_TEXT else None


def expiry_error(month: int, year: int, today: date) -> str | None:
    """What is wrong with an expiry month; a card is good to the end of it."""
    if not 1 <= month <= 12:
        return "Enter the expiry date as MM/YY, such as 08/29."
    if (year, month) < (today.year, today.month):
        return "This card has expired."
    if year > today.year + MAX_YEARS_AHEAD:
        return "This expiry date is too far ahead. Check the year."
    return None


def check_digit(digits: str) -> str:
    """The digit that completes a card number (Luhn; ISO/IEC 7812-1, annex B)."""
    doubled = [2 * int(digit) for digit in digits[::-2]]
    total = sum(n - 9 if n > 9 else n for n in doubled) + sum(int(digit) for digit in digits[-2::-2])
    return str(-total % 10)


def tidy(text: str) -> str:
    """Text without surrounding or repeated blanks."""
    return " ".join(text.split())
