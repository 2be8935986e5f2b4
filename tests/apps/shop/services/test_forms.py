from datetime import date

import pytest

from gristmill.apps.kit.forms import FormError
from gristmill.apps.shop.seed import customers
from gristmill.apps.shop.services.forms import (
    NETWORKS,
    AddressEntry,
    CardEntry,
    check_digit,
    parse_address,
    parse_card,
)

TODAY = date(2026, 3, 5)
ADDRESS = {
    "label": "Cabin",
    "full_name": "Ada Park",
    "line1": "3 Shore Road",
    "line2": "",
    "city": "Eastmere",
    "postcode": "40221",
}
CARD = {"number": "8100 0000 0000 4210", "holder": "Ada Park", "expiry": "03/26"}


def test_an_address_is_tidied() -> None:
    entry = parse_address(ADDRESS | {"label": "  Summer   cabin "}, ["Home"])

    assert entry == AddressEntry(**ADDRESS | {"label": "Summer cabin"})


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("label", " ", "Enter a label, such as Home."),
        ("label", "hOME", "You already have an address called “hOME”. Choose another label."),
        ("full_name", "", "Enter the full name of whoever receives the parcel."),
        ("line1", "", "Enter a street and number."),
        ("line1", "x" * 81, "Use at most 80 characters."),
        ("line2", "x" * 81, "Use at most 80 characters."),
        ("city", "", "Enter a city."),
        ("postcode", "", "Enter a postcode of 5 digits."),
        ("postcode", "4021", "A postcode has 5 digits, such as 40213."),
        ("postcode", "4021a", "A postcode has 5 digits, such as 40213."),
    ],
)
def test_a_faulty_address_field_gets_its_message(field: str, typed: str, message: str) -> None:
    with pytest.raises(FormError) as refused:
        parse_address(ADDRESS | {field: typed}, ["Home"])

    assert refused.value.errors == {field: message}


def test_an_empty_address_form_has_a_message_for_each_required_field() -> None:
    with pytest.raises(FormError) as refused:
        parse_address({}, [])

    assert list(refused.value.errors) == ["label", "full_name", "line1", "city", "postcode"]


def test_of_a_card_number_only_the_last_four_digits_are_kept() -> None:
    assert parse_card(CARD, TODAY) == CardEntry(
        network="Corvid", holder="Ada Park", last4="4210", expiry_month=3, expiry_year=2026
    )


@pytest.mark.parametrize(("prefix", "network"), [("81", "Corvid"), ("82", "Halden"), ("83", "Tesserine")])
def test_the_prefix_determines_the_network(prefix: str, network: str) -> None:
    digits = prefix + "0123456789012"

    entry = parse_card(CARD | {"number": digits + check_digit(digits)}, TODAY)

    assert entry.network == network


def test_the_seeded_cards_are_of_accepted_networks() -> None:
    assert tuple(NETWORKS.values()) == customers.NETWORKS


@pytest.mark.parametrize("expiry", ["03/26", "3/26", "03 / 26", "03/2026"])
def test_an_expiry_date_may_be_written_in_several_ways(expiry: str) -> None:
    entry = parse_card(CARD | {"expiry": expiry}, TODAY)

    assert (entry.expiry_month, entry.expiry_year) == (3, 2026)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("number", "", "Enter the card number."),
        ("number", "8100 0000 0000 421", "A card number has 16 digits."),
        ("number", "8100 0000 0000 421x", "A card number has 16 digits."),
        ("number", "9100 0000 0000 4210", "We accept Corvid, Halden, Tesserine cards. "),
        ("number", "8100 0000 0000 4201", "This card number has a typing error. Check the digits."),
        ("holder", "", "Enter the name on the card."),
        ("holder", "x" * 81, "Use at most 80 characters."),
        ("expiry", "", "Enter the expiry date as MM/YY, such as 08/29."),
        ("expiry", "13/28", "Enter the expiry date as MM/YY, such as 08/29."),
        ("expiry", "0328", "Enter the expiry date as MM/YY, such as 08/29."),
        ("expiry", "02/26", "This card has expired."),
        ("expiry", "02/47", "This expiry date is too far ahead. Check the year."),
    ],
)
def test_a_faulty_card_field_gets_its_message(field: str, typed: str, message: str) -> None:
    with pytest.raises(FormError) as refused:
        parse_card(CARD | {field: typed}, TODAY)

    assert list(refused.value.errors) == [field]
    assert refused.value.errors[field].startswith(message)


@pytest.mark.parametrize(("digits", "expected"), [("7992739871", "3"), ("1789372997", "4"), ("0", "0")])
def test_check_digits_follow_luhn(digits: str, expected: str) -> None:
    assert check_digit(digits) == expected
