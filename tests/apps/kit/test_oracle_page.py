import json
from typing import Any

import pytest

from gristmill.apps.base import View
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.apps.kit.oracle_page import OraclePage, first, quoted, starting, usable

PAGE = """- banner:
  - link "Inbox (3)" [ref=e1]
- main:
  - link "Hidden"
  - button "Send" [disabled] [ref=e2]
  - button "Send" [ref=e3]
  - textbox "Subject" [ref=e4]: Lunch
  - textbox "Body" [ref=e5]
  - checkbox "Read" [checked] [ref=e6]
  - checkbox "Star" [ref=e7]
  - combobox "Sort by" [ref=e8]:
    - option "Newest" [selected]
    - option "Oldest"
"""


@pytest.fixture
def page() -> OraclePage:
    nothing: Any = None
    url = "http://mail.test/inbox?q=two+words&page=2"
    return OraclePage(View(task=nothing, url=url, page=parse_aria_snapshot(PAGE), db=nothing))


def test_the_address_is_read_into_path_and_query(page: OraclePage) -> None:
    assert (page.path, page.query) == ("/inbox", {"q": ["two words"], "page": ["2"]})


def test_the_first_element_that_is_not_disabled_is_clicked(page: OraclePage) -> None:
    assert page.click("button", "Send") == "click e3"


@pytest.mark.parametrize(("role", "name"), [("button", "Archive"), ("link", "Hidden"), ("link", "Send")])
def test_what_cannot_be_named_is_not_clicked(page: OraclePage, role: str, name: str) -> None:
    assert page.click(role, name) is None


def test_a_click_can_be_kept_to_a_part_of_the_page(page: OraclePage) -> None:
    banner = page.page.find("banner")

    assert page.click("link", starting("Inbox"), within=banner) == "click e1"
    assert page.click("button", "Send", within=banner) is None


def test_a_box_is_filled_unless_it_holds_the_text(page: OraclePage) -> None:
    assert page.fill("textbox", "Subject", "Lunch") is None
    assert page.fill("textbox", "Subject", "Dinner") == 'fill e4 "Dinner"'
    assert page.fill("textbox", "Cc", "x") is None


@pytest.mark.parametrize("text", ['Say "hi"', "back\\slash", "two\nlines", "“Grüße”"])
def test_texts_are_quoted_as_the_grammar_reads_them(page: OraclePage, text: str) -> None:
    action = page.fill("textbox", "Body", text)

    assert action == f"fill e5 {quoted(text)}"
    assert json.loads(quoted(text)) == text
    assert "\n" not in quoted(text)


def test_boxes_are_switched_only_if_they_are_not(page: OraclePage) -> None:
    assert page.check("checkbox", "Star") == "check e7"
    assert page.check("checkbox", "Read") is None
    assert page.uncheck("checkbox", "Read") == "uncheck e6"
    assert page.uncheck("checkbox", "Star") is None


def test_an_option_is_selected_unless_it_is(page: OraclePage) -> None:
    assert page.select("Sort by", "Oldest") == 'select e8 "Oldest"'
    assert page.select("Sort by", "Newest") is None
    assert page.select("Filter", "Newest") is None


def test_a_name_is_completed_from_its_beginning(page: OraclePage) -> None:
    assert page.named("link", "Inbox") == "Inbox (3)"
    assert page.named("link", "Sent") == "Sent"


def test_only_elements_with_a_ref_are_usable(page: OraclePage) -> None:
    assert [node.ref for node in usable(page.page, "link")] == ["e1"]
    assert first(page.page, "link", "Hidden") is None


def test_a_beginning_ends_with_a_word() -> None:
    assert starting("Home").fullmatch("Home\n12 Rowan Street")
    assert not starting("Home").fullmatch("Homestead")
