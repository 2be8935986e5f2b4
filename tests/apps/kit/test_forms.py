from dataclasses import dataclass

import pytest

from gristmill.apps.kit.forms import (
    FormError,
    at_most,
    matching,
    not_among,
    one_of,
    parse_entry,
    require,
    required,
    tidy,
)


@dataclass(frozen=True)
class Channel:
    name: str
    topic: str


RULES = {
    "name": [
        required("Enter a name."),
        at_most(8),
        matching("[a-z-]+", "Use lower-case letters and hyphens."),
        not_among(["General"], "There is a channel {} already."),
    ],
    "topic": [at_most(12)],
}


def test_a_form_becomes_an_entry_of_tidied_text() -> None:
    fields = {"name": " lunch ", "topic": "  What  we   eat ", "other": "ignored"}

    assert parse_entry(Channel, fields, RULES) == Channel(name="lunch", topic="What we eat")


def test_a_field_without_a_required_rule_may_be_missing() -> None:
    assert parse_entry(Channel, {"name": "lunch"}, RULES).topic == ""


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (" ", "Enter a name."),
        ("much-too-long", "Use at most 8 characters."),
        ("Lunch!", "Use lower-case letters and hyphens."),
        ("general", "There is a channel general already."),
    ],
)
def test_the_first_rule_that_objects_gives_the_message(typed: str, message: str) -> None:
    with pytest.raises(FormError) as refused:
        parse_entry(Channel, {"name": typed}, RULES)

    assert refused.value.errors == {"name": message}


def test_each_field_at_fault_has_a_message_in_the_order_of_the_rules() -> None:
    with pytest.raises(FormError) as refused:
        parse_entry(Channel, {"topic": "x" * 13}, RULES)

    assert list(refused.value.errors.items()) == [
        ("name", "Enter a name."),
        ("topic", "Use at most 12 characters."),
    ]
    assert str(refused.value) == "Enter a name. Use at most 12 characters."


def test_values_that_were_read_already_are_checked_as_they_are() -> None:
    require({"name": "a-b"}, RULES)
    with pytest.raises(FormError):
        require({}, RULES)


def test_what_comes_from_an_address_is_one_of_the_known_or_the_default() -> None:
    assert one_of({"new": 1, "old": 2}, "old", "new") == "old"
    assert one_of({"new": 1, "old": 2}, "x", "new") == "new"


def test_tidying_leaves_single_blanks() -> None:
    assert tidy(" a \n b\t") == "a b"
