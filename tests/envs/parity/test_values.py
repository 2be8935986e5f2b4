"""What controls hold, and which options can be chosen, is the same in both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

INPUTS = {
    "type=range min=0 max=10": "5",
    "type=range": "50",
    "type=range min=10 max=0": "10",
    "type=range min=1 max=10 step=4": "5",
    "type=range min=0 max=10 value=30": "10",
    "type=range value=abc": "50",
    "type=range min=0 max=1 step=0.1 value=.35": "0.4",
    "type=range step=any min=0 max=5": "2.5",
    "type=range min=-5 max=-1": "-3",
    "type=range min=0 max=10 value=7 step=4": "8",
    "type=range min=0.5 max=10 value=7": "7.5",
    "type=number value=1e3": "1e3",
    "type=number value=+1": "",
    "type=number value=1.": "",
    "type=number value=1e400": "",
    "type=email value=' a@b '": "a@b",
    "type=email value=a@é.com": "a@xn--9ca.com",
    "type=email multiple value=' a@b , c@d '": "a@b,c@d",
    "type=color value=#ABCDEF": "#abcdef",
    "type=color value=red": "#ff0000",
    "type=color value=#abc": "#aabbcc",
    "type=color value=rgb(1,2,3)": "#010203",
    "type=color value=nothing": "#000000",
    "type=date value=2023-02-30": "",
    "type=date value=2024-02-29": "2024-02-29",
    "type=date value=0000-01-01": "",
    "type=month value=2023-13": "",
    "type=week value=2023-W53": "",
    "type=week value=2020-W53": "2020-W53",
    "type=time value=12:30:15.5": "12:30:15.5",
    "type=datetime-local value='2023-01-01 12:30'": "2023-01-01T12:30",
    "type=datetime-local value=2023-01-01T12:30:00": "2023-01-01T12:30",
    "type=datetime-local value=2023-01-01T12:30:10.100": "2023-01-01T12:30:10.1",
    "value='a&#10;b'": "ab",
}


@pytest.mark.parametrize(("attributes", "value"), INPUTS.items())
def test_a_value_is_sanitized_as_its_type_asks(on: Any, attributes: str, value: str) -> None:
    line = on.open(f"<input aria-label=Box {attributes}>")["aria"].splitlines()[-1]
    assert line.partition("]: ")[2].strip('"') == value or (not value and line.endswith("]"))


OPTIONS = """<select aria-label=S><option label="L" value=v>text</option><option value=b label="">B</option>
<option label=Only value=o></option><option aria-label="Aria" value=a>x</option>
<option title="Tit" value=t></option><option value=w>  a   b </option>
<optgroup label=G><option label=Q value=q>rr</option></optgroup></select>"""


@pytest.mark.parametrize("shown", ["text", "B", "Aria", "Tit", "a b", "rr"])
def test_what_is_shown_of_an_option_selects_it(on: Any, shown: str) -> None:
    on.open(OPTIONS)
    aria = on.use("select", "combobox", "S", f'"{shown}"')["aria"]
    assert f'option "{shown}" [selected]' in aria


@pytest.mark.parametrize("other", ["L", "Only", "x", "Q", "w"])
def test_the_label_text_or_value_of_an_option_selects_it_too(on: Any, other: str) -> None:
    on.open(OPTIONS)
    assert on.use("select", "combobox", "S", f'"{other}"')["error"] == ""


def test_an_option_that_is_not_there_is_refused_with_those_that_are(both: Any) -> None:
    both.open(OPTIONS)
    error = both.use("select", "combobox", "S", '"Z"')["error"]
    assert 'has no option "Z"; it has: "text", "B", "Only", "Aria", "Tit", "a b", "rr".' in error
