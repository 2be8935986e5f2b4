"""What a form sends, and what keeps it from being sent."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from gristmill.errors import ActionError

Open = Callable[..., Any]

EVERYTHING = """
<form action="/save" method="post" id="f">
  <input name="text" value="a b"><input name="off" value="x" disabled><input value="no name">
  <input type="hidden" name="secret" value="1"><input type="checkbox" name="box" checked>
  <input type="checkbox" name="box" value="two"><input type="radio" name="r" value="1">
  <input type="radio" name="r" value="2" checked><textarea name="area">
one
two</textarea>
  <select name="one"><option>First<option value="2" selected>Second</select>
  <select name="many" multiple><option selected>A<option selected>B<option>C</select>
  <fieldset disabled><legend><input name="legend" value="on"></legend>
  <input name="inside" value="x"></fieldset>
  <datalist><input name="listed" value="x"></datalist>
  <button name="go" value="now">Go</button><button name="go" value="later">Later</button>
</form>
<input name="outside" value="too" form="f">"""


def test_a_form_sends_what_a_browser_sends(open_tab: Open) -> None:
    page = open_tab(EVERYTHING)
    page.use("click", "button", "Later")
    assert page.asked[-1] == (
        "POST",
        "desk.test/save",
        [
            ("text", "a b"),
            ("secret", "1"),
            ("box", "on"),
            ("r", "2"),
            ("area", "one\r\ntwo"),
            ("one", "2"),
            ("many", "A"),
            ("many", "B"),
            ("legend", "on"),
            ("go", "later"),
            ("outside", "too"),
        ],
    )
    assert page.tab.url == "http://desk.test/save"


def test_a_get_form_replaces_the_query_of_its_action_and_keeps_the_fragment(open_tab: Open) -> None:
    page = open_tab(
        '<form action="/find?old=1#top"><input name="q" value="tea & ~*"><button>Go</button></form>'
    )
    page.use("click", "button", "Go")
    assert page.tab.url == "http://desk.test/find?q=tea+%26+%7E*#top"


def test_a_button_can_send_its_form_elsewhere_and_otherwise(open_tab: Open) -> None:
    page = open_tab(
        '<form action="/a" method="post"><input name="q" required>'
        '<button formaction="/b" formmethod="get" formnovalidate>Go</button></form>'
    )
    page.use("click", "button", "Go")
    assert page.asked[-1] == ("GET", "desk.test/b", [("q", "")])


@pytest.mark.parametrize(
    ("control", "value", "is_sent"),
    [
        ("<input required>", None, False),
        ('<input required value="x">', None, True),
        ("<input type=checkbox required>", None, False),
        ("<input type=radio name=r required><input type=radio name=r checked>", None, True),
        ("<select required><option value=''>Choose<option>A</select>", None, False),
        ("<input type=email>", "nobody", False),
        ("<input type=email>", "a@b.test", True),
        ("<input type=url>", "shop", False),
        ('<input pattern="[0-9]+">', "12a", False),
        ('<input pattern="[0-9]+">', "12", True),
        ("<input type=number min=1 max=3>", "4", False),
        ("<input type=number min=1 max=3>", "0", False),
        ("<input type=number min=1 max=3>", "2", True),
        ("<input type=number min=1 max=3>", "2.5", False),
        ("<input type=number step=any>", "2.5", True),
        ("<input minlength=3>", "ab", False),
        ('<input minlength=3 value="ab">', None, True),
        ("<input type=date min=2026-01-01>", "2025-12-31", False),
        ("<input required disabled>", None, True),
        ("<input required readonly>", None, True),
    ],
)
def test_a_control_that_is_not_valid_keeps_its_form_from_being_sent(
    open_tab: Open, control: str, value: str | None, is_sent: bool
) -> None:
    page = open_tab(f"<form action=/sent>{control}<button>Send</button></form>")
    if value is not None:
        role = "spinbutton" if "number" in control else "textbox"
        page.use("fill", role, "", f'"{value}"')
    with nullcontext() if is_sent else pytest.raises(ActionError, match="The form was not sent: a field "):
        page.use("click", "button", "Send")
    assert page.tab.url.startswith("http://desk.test/sent") is is_sent
    if not is_sent:
        assert "[active]" in page.aria
        assert "[active]" not in next(line for line in page.aria.split("\n") if "Send" in line)


def test_novalidate_sends_anything(open_tab: Open) -> None:
    page = open_tab("<form action=/sent novalidate><input required name=q><button>Send</button></form>")
    page.use("click", "button", "Send")
    assert page.tab.url == "http://desk.test/sent?q="


def test_files_go_as_parts_without_a_name(open_tab: Open) -> None:
    page = open_tab(
        '<form action="/up" method="post" enctype="multipart/form-data">'
        '<input name="t" value="x"><input type="file" name="f"><button>Up</button></form>'
    )
    bodies = []
    answer = page.answer

    def noting(environ: dict[str, Any], start_response: Callable[..., object]) -> Any:
        bodies.append(environ["wsgi.input"].getvalue())
        return answer(environ, start_response)

    page.tab._client._dispatcher = noting
    page.use("click", "button", "Up")
    assert b'name="t"\r\n\r\nx\r\n' in bodies[0]
    assert b'name="f"; filename=""' in bodies[0]


@pytest.mark.parametrize(
    ("control", "error"),
    [
        ("<label>Name <input required name=n></label>", "Name is required."),
        ("<input required name=n>", "n is required."),
        ("<input type=email aria-label=Mail value=x>", "Mail is not in the requested format."),
        ("<input pattern=a aria-label=Code value=x>", "Code is not in the requested format."),
        ("<input type=number max=3 aria-label=Number value=4>", "Number is out of range."),
        ("<input type=number step=3 min=0 aria-label=Number value=4>", "Number is out of range."),
    ],
)
def test_a_form_that_is_not_sent_says_why(open_tab: Open, control: str, error: str) -> None:
    page = open_tab(f"<form action=/sent>{control}<button>Send</button></form>")
    with pytest.raises(ActionError) as raised:
        page.use("click", "button", "Send")
    assert str(raised.value) == f"The form was not sent: {error}"


@pytest.mark.parametrize(("text", "error"), [("ab", "too short"), ("abcdefg", "too long")])
def test_a_length_that_a_person_wrote_is_checked(open_tab: Open, text: str, error: str) -> None:
    page = open_tab("<form><input aria-label=Box minlength=3><button>Send</button></form>")
    page.tab.state.set_value(page.tab.page.document.all("input")[0], text)
    page.tab.page.document.all("input")[0].attributes["maxlength"] = "5"
    with pytest.raises(ActionError, match=f"Box is {error}"):
        page.use("click", "button", "Send")
