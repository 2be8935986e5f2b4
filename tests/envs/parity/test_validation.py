"""A form is sent or kept back by the browser's own validation, alike in both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

KEPT_BACK = [
    "<input required>",
    "<input type=checkbox required>",
    "<input type=radio name=r><input type=radio name=r required>",
    "<input type=radio name=r disabled required><input type=radio name=r>",
    "<select required><option value=''>-</option><option>b</option></select>",
    "<select required multiple><option value=''>-</option></select>",
    "<textarea required></textarea>",
    "<input type=file required>",
    "<input pattern='[a-z]{3}' value=ab>",
    "<input pattern='a|b' value=ax>",
    r"<input pattern='\p{L}+' value=1>",
    r"<input pattern='\d{2}' value='٣٣'>",
    "<input pattern='[[a-z]--[b]]' value=b>",
    "<input pattern='[[a-z]&&[aeiou]]+' value=ab>",
    r"<input pattern='\u0041' value=B>",
    r"<input pattern='\S+' value='a b'>",
    "<input type=email value=a>",
    "<input type=email value=a@b..c>",
    "<input type=email multiple value='a@b,,c@d'>",
    "<input type=url value=x>",
    "<input type=url value='http://'>",
    "<input type=number min=2 value=1>",
    "<input type=number max=5 value=6>",
    "<input type=number step=3 min=1 value=3>",
    "<input type=date min=2024-01-10 value=2024-01-09>",
    "<input type=date min=2024-01-10 step=7 value=2024-01-11>",
    "<input type=time min=22:00 max=06:00 value=09:00>",
    "<input type=time min=10:00 value=10:00:01>",
    "<input type=month min=2024-03 step=2 value=2024-04>",
    "<input type=week max=2024-W10 value=2024-W11>",
    "<input type=datetime-local max=2024-01-01T10:00 value=2024-01-01T10:01>",
    "<fieldset disabled><legend><input required></legend></fieldset>",
    "<input required style='display:none'>",
    "</form><input required form=f><form>",
]
SENT = [
    "<input type=radio required>",
    "<select required><option value=x>-</option><option value='' selected>b</option></select>",
    "<select required size=3><option value='' selected>-</option></select>",
    "<input pattern='[' value=zz>",
    "<input pattern='[a-z--b]' value=b>",
    "<input pattern='[a-z&&[aeiou]]+' value=b>",
    r"<input pattern='[\w-]+' value='a!'>",
    r"<input pattern='\-' value=a>",
    "<input pattern='(?i)a' value=b>",
    "<input pattern='a++' value=b>",
    "<input pattern='a.b' value='a&#x1F600;b'>",
    "<input type=email value=a.@b.c>",
    "<input type=email value=a@é.com>",
    "<input type=url value=x:y>",
    "<input type=number step=0.1 value=0.3>",
    "<input type=number step=3 value=1>",
    "<input type=number step=any value=1.2345>",
    "<input type=time min=22:00 max=06:00 value=23:00>",
    "<input type=range required min=2 max=5 step=2 value=3>",
    "<input minlength=3 value=a>",
    "<input maxlength=3 value=abcdef>",
    "<input required readonly>",
    "<input required disabled>",
    "<fieldset disabled><input required></fieldset>",
    "<datalist><input required></datalist>",
    "<input type=hidden required>",
    "<input type=color required>",
    "<input type=submit required hidden>",
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("control", [*KEPT_BACK, *SENT])
def test_validation_sends_or_keeps_back_what_a_browser_does(on: Any, control: str) -> None:
    on.open(f"<form id=f action=/echo>{control}<button>Go</button></form>")
    address = press(on)
    assert ("/echo" in address) == (control in SENT)


def press(on: Any) -> str:
    """Press the button in both engines, which answer with the same words; where that leads."""
    return str(on.use("click", "button", "Go")["url"])


@pytest.mark.parametrize(
    ("control", "text", "is_sent"),
    [
        ("<input aria-label=Box minlength=3>", "a", False),
        ("<input aria-label=Box minlength=3>", "", True),
        ("<textarea aria-label=Box minlength=3></textarea>", "a\\n", False),
        ("<input aria-label=Box maxlength=3>", "abcdef", True),
    ],
)
def test_lengths_are_asked_of_what_a_person_wrote(on: Any, control: str, text: str, is_sent: bool) -> None:
    on.open(f"<form action=/echo>{control}<button>Go</button></form>")
    on.use("fill", "textbox", "Box", '"seven chars"')
    on.use("fill", "textbox", "Box", f'"{text}"')
    assert ("/echo" in press(on)) == is_sent


@pytest.mark.parametrize("text", ["1e", "-"])
def test_a_text_that_is_no_number_keeps_a_form_back(on: Any, text: str) -> None:
    on.open("<form action=/echo><input type=number aria-label=Box><button>Go</button></form>")
    on.use("click", "spinbutton", "Box")
    on.do(f'type "{text}"')
    assert "/echo" not in press(on)
