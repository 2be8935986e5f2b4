"""What each kind of argument accepts, and how its schema agrees."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.envs.actions.parameters import (
    DIRECTION,
    KEY,
    KEYS,
    MODIFIERS,
    OFFSET,
    PIXEL,
    QUOTED,
    REF,
    WORD,
    Parameter,
)
from gristmill.errors import ActionError

ALL = {
    "ref": REF,
    "text": QUOTED,
    "word": WORD,
    "key": KEY,
    "direction": DIRECTION,
    "pixel": PIXEL,
    "offset": OFFSET,
}
ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=3)
)


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
@given(value=ANYTHING)
def test_a_kind_accepts_a_value_that_it_can_write_and_read_back_or_says_what_it_wants(
    kind: Parameter, value: object
) -> None:
    try:
        accepted = kind.accept(value)
    except ActionError:
        with pytest.raises(ActionError, match=re.escape(kind.expected)):
            kind.accept(value)
        return
    assert kind.read(kind.write(accepted)) == accepted
    assert kind.accept(accepted) == accepted


@given(st.text(max_size=8))
def test_the_ref_schema_admits_what_the_ref_kind_admits(text: str) -> None:
    if re.search(str(REF.schema["pattern"]), text) is None:
        with pytest.raises(ActionError):
            REF.accept(text)


@pytest.mark.parametrize("key", sorted(KEYS))
@pytest.mark.parametrize("modifier", ["", *sorted(MODIFIERS)])
def test_every_named_key_is_taken_with_every_modifier(key: str, modifier: str) -> None:
    chord = f"{modifier}+{key}" if modifier else key
    assert KEY.accept(chord) == chord


@pytest.mark.parametrize(
    "key", ["", " ", "\n", "\x7f", "ab", "+a", "a+b", "Enter+a", "control+a", "Control + a", "é", "漢"]
)
def test_what_no_keyboard_of_the_browser_has_is_refused(key: str) -> None:
    with pytest.raises(ActionError):
        KEY.accept(key)


def test_schemas_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        REF.schema["type"] = "integer"  # type: ignore[index]
