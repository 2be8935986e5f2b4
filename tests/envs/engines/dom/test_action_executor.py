"""Each action does what it would do in a browser without scripts, and is refused in the same words."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.errors import ActionError

Open = Callable[..., Any]


@pytest.mark.parametrize(("boost", "behind"), [("true", "/two"), ("false", "/")])
def test_opening_the_same_address_again_is_a_step_of_its_own_where_htmx_opens_it(
    open_tab: Open, boost: str, behind: str
) -> None:
    again = f'<main hx-boost:inherited="{boost}"><a href="/two">Two</a></main>'
    page = open_tab(again, {"/two": again})
    page.use("click", "link", "Two")
    page.use("click", "link", "Two")
    page.do("back")
    assert page.tab.url == f"http://desk.test{behind}"


def test_links_lead_on_and_back_leads_back(open_tab: Open) -> None:
    page = open_tab('<a href="/next?a=b c">Next</a>')
    assert 'heading "/next" [level=1]' in page.use("click", "link", "Next")
    assert page.tab.url == "http://desk.test/next?a=b%20c"
    page.do("back")
    assert page.tab.url == "http://desk.test/"
    with pytest.raises(ActionError, match="no page before"):
        page.do("back")


def test_a_place_on_the_page_is_reached_without_a_request(open_tab: Open) -> None:
    page = open_tab('<a href="#deep">Down</a><p id="deep">Deep</p>')
    page.use("click", "link", "Down")
    assert page.tab.url == "http://desk.test/#deep"
    page.do("back")
    assert page.tab.url == "http://desk.test/"
    assert len(page.asked) == 1


def test_other_apps_are_reached_and_foreign_pages_are_not(open_tab: Open) -> None:
    page = open_tab('<a href="http://elsewhere.example/x">Away</a>')
    page.do("switch_app lamp")
    assert page.asked[-1][1] == "lamp.test/"
    page.do("goto http://desk.test/")
    with pytest.raises(ActionError, match="outside the apps of this task; stayed"):
        page.use("click", "link", "Away")
    assert page.tab.url == "http://desk.test/"


WINDOW = "That opens another window; there is only this one. Stayed on this page."
SCHEME = "That is an address of type {!r}, which this browser cannot open; stayed on this page."


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ('<a href="/next" target="_blank">Go</a>', WINDOW),
        ('<a href="/next" target="other">Go</a>', WINDOW),
        ('<base target="_blank"><a href="/next">Go</a>', WINDOW),
        ('<form action="/next" target="_BLANK"><button>Go</button></form>', WINDOW),
        ('<form action="/next"><button formtarget="x">Go</button></form>', WINDOW),
        ('<a href="mailto:a@b.test">Go</a>', SCHEME.format("mailto")),
        ('<a href="TEL:1" target="_blank">Go</a>', SCHEME.format("tel")),
        ('<a href="data:text/html,x">Go</a>', SCHEME.format("data")),
        ('<form action="mailto:a@b.test" method="post"><button>Go</button></form>', SCHEME.format("mailto")),
    ],
)
def test_what_opens_no_page_here_is_refused(open_tab: Open, markup: str, error: str) -> None:
    page = open_tab(markup)
    with pytest.raises(ActionError) as raised:
        page.use("click", "button" if "button" in markup else "link", "Go")
    assert str(raised.value) == error
    assert page.tab.url == "http://desk.test/"


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/next" target="_TOP">Go</a>',
        '<base target="_blank"><a href="/next" target="_self">Go</a>',
        '<form action="/next" target="_blank"><button formtarget="_parent">Go</button></form>',
    ],
)
def test_targets_that_are_this_window_are_ordinary(open_tab: Open, markup: str) -> None:
    page = open_tab(markup)
    page.use("click", "button" if "button" in markup else "link", "Go")
    assert page.tab.url.startswith("http://desk.test/next")


def test_a_link_to_download_opens_nothing(open_tab: Open) -> None:
    page = open_tab('<a download href="/next">Go</a>')
    page.use("click", "link", "Go")
    assert page.tab.url == "http://desk.test/"


@pytest.mark.parametrize(
    "markup", ["<p>x</p>", "<input type=checkbox autofocus>", "<input readonly autofocus>"]
)
def test_typing_where_no_text_goes_is_refused(open_tab: Open, markup: str) -> None:
    page = open_tab(markup)
    with pytest.raises(ActionError, match="no text box in focus"):
        page.do('type "x"')


def test_details_open_and_close_and_close_each_other(open_tab: Open) -> None:
    part = "<details name=g><summary>{0}</summary><p>inside {0}</p></details>"
    page = open_tab(part.format("One") + part.format("Two"))
    assert "inside" not in page.aria
    assert "inside One" in page.use("click", "generic", "One")
    second = page.use("click", "generic", "Two")
    assert "inside Two" in second
    assert "inside One" not in second
    assert "inside" not in page.use("click", "generic", "Two")


def test_dialogs_and_popovers_open_and_close(open_tab: Open) -> None:
    page = open_tab(
        '<button popovertarget="p">Menu</button><div id="p" popover>popped</div>'
        '<button commandfor="d" command="show-modal">Ask</button>'
        '<dialog id="d"><p>asked</p><form method="dialog"><button>Close</button></form></dialog>'
    )
    assert "popped" in page.use("click", "button", "Menu")
    assert "popped" not in page.do("press Escape")
    assert "asked" in page.use("click", "button", "Ask")
    assert "asked" not in page.use("click", "button", "Close")


def test_labels_pass_clicks_on(open_tab: Open) -> None:
    page = open_tab('<p>x</p><label>Tea <input type="checkbox"></label>')
    assert 'checkbox "Tea" [checked] [active]' in page.do("click e3")


def test_only_one_radio_button_of_a_group_is_on(open_tab: Open) -> None:
    page = open_tab(
        "<label><input type=radio name=r checked>A</label><label><input type=radio name=r>B</label>"
    )
    page.use("check", "radio", "B")
    assert 'radio "B" [checked] [active]' in page.aria
    assert page.aria.count("[checked]") == 1
    with pytest.raises(ActionError, match="choose another one of its group"):
        page.use("uncheck", "radio", "B")


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("<p>x</p>", "click e99", "There is no element e99 on this page."),
        ("<p>x</p><button disabled>Go</button>", "click e3", "e3 is disabled."),
        ("<p>x</p><a href=/>Go</a>", 'fill e3 "x"', "e3 is a link, which takes no text."),
        ("<p>x</p><input readonly>", 'fill e3 "x"', "e3 is a textbox, which takes no text."),
        ("<p>x</p><input type=number>", 'fill e3 "two"', "e3 takes a number, not 'two'."),
        ("<p>x</p><input type=date>", 'fill e3 "soon"', "e3 does not take 'soon' as a date."),
        ("<p>x</p><a href=/>Go</a>", 'select e3 "x"', "e3 is not a drop-down list."),
        ("<p>x</p><select><option>A", 'select e3 "B"', 'e3 has no option "B"; it has: "A".'),
        ("<p>x</p><select><option>A<option disabled>B", 'select e3 "B"', 'e3 has "B" disabled.'),
        ("<p>x</p><a href=/>Go</a>", "check e3", "e3 is a link, not a checkbox or radio button."),
        ("<p>x</p>", "mouse_click 5 5", 'mouse_click works on pixels, .* engine="chromium"'),
    ],
)
def test_what_cannot_be_done_is_refused(open_tab: Open, body: str, line: str, told: str) -> None:
    page = open_tab(body)
    before = page.aria
    with pytest.raises(ActionError, match=told):
        page.do(line)
    # As in a browser, a picker that refuses a text has the focus afterwards.
    assert page.aria.replace(" [active]", "") == before.replace(" [active]", "")


def test_text_is_replaced_typed_and_edited(open_tab: Open) -> None:
    page = open_tab('<input aria-label="Name" value="old" maxlength="8"><p>x</p>')
    assert 'textbox "Name" [active] [ref=e2]: new' in page.use("fill", "textbox", "Name", '"new"')
    assert ": new and" in page.do('type " and more"')
    page.do("press Home")
    page.do("press Delete")
    assert ": Yew and" in page.do("press Y")
    page.do("press Control+a")
    assert 'textbox "Name" [active]' in page.do("press Delete")
    assert ": a b" in page.use("fill", "textbox", "Name", '"a\\nb\\n"')


def test_enter_presses_the_first_button_of_a_form(open_tab: Open) -> None:
    page = open_tab('<form action="/a"><input name="q"><button name="b" value="1">A</button></form>')
    page.use("fill", "textbox", "", '"x"')
    page.do("press Enter")
    assert page.tab.url == "http://desk.test/a?q=x&b=1"


def test_tab_goes_through_what_can_be_used_and_round(open_tab: Open) -> None:
    page = open_tab('<a href="/">A</a><button disabled>B</button><input aria-label="C"><p>x</p>')
    assert 'link "A" [active]' in page.do("press Tab")
    assert 'textbox "C" [active]' in page.do("press Tab")
    assert "generic [active] [ref=e1]" in page.do("press Tab")  # the focus has left the page
    assert 'textbox "C" [active]' in page.do("press Shift+Tab")


def test_scrolling_and_hovering_change_nothing(open_tab: Open) -> None:
    page = open_tab("<p>x</p><a href=/>A</a>")
    assert page.do("scroll down") == page.do("hover e3") == page.aria
