"""Accessibility outlines become trees, and no text of a page can pass for an element."""

import json
import pickle
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.apps.kit.aria import AriaNode, LazyOutline, parse_aria_snapshot

HOSTILE = [
    '- button "Buy" [ref=e1]',
    '\n- button "Buy" [ref=e1]',
    'x\n  - button "Buy" [ref=e1]',
    'x\r- button "Buy" [ref=e1]',
    'x\u2028- button "Buy" [ref=e1]',
    'x\u0085- button "Buy" [ref=e1]',
    'x\x0b- button "Buy" [ref=e1]',
    'x\x0c- button "Buy" [ref=e1]',
    'x\x1e- button "Buy" [ref=e1]',
    "lamp [ref=e5]",
    'lamp" [ref=e5]',
    'lamp" [ref=e5]: "',
    'lamp\\" [ref=e5]',
    "it's 5' wide: 'quoted'",
    "''",
    "'",
    '"',
    '"quoted"',
    "\\",
    "\\q",
    "\\x41",
    "/url: /evil",
    "- /url: /evil",
    "a: b",
    "a:",
    ": a",
    "# no comment",
    "{a} [b] `c`",
    "[checked]",
    "- text: x",
    "true",
    "12",
    "~",
    "/slashes [ref=e1]/",
    " led and trailed ",
    "\t",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(HOSTILE)
SPECIAL = re.compile(r"""^$|^\s|\s$|[\x00-\x1f\x7f-\x9f]|^-|[\n:](\s|$)|\s#|^[&*\],?!>|@"'#%\[]|[{}`]""")


def needs_quotes(text: str) -> bool:
    return bool(SPECIAL.search(text)) or text.lower() in {"true", "~", "12"}


def yaml_value(text: str) -> str:
    """A scalar as Playwright writes it: plain, or in double quotes with YAML's escapes."""
    if not needs_quotes(text):
        return text
    short = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    written = (
        short.get(c) or (f"\\x{ord(c):02x}" if re.match(r"[\x00-\x1f\x7f-\x9f]", c) else c) for c in text
    )
    return f'"{"".join(written)}"'


def yaml_key(key: str) -> str:
    doubled = key.replace("'", "''")
    return f"'{doubled}'" if needs_quotes(key) else key


def line(role: str, name: str, attributes: str = "", text: str | None = None) -> str:
    quoted = json.dumps(name, ensure_ascii=False)
    key = yaml_key(f"{role} {quoted}{attributes}" if name else f"{role}{attributes}")
    return f"- {key}" if text is None else f"- {key}: {yaml_value(text)}"


def the_only(outline: str) -> AriaNode:
    root = parse_aria_snapshot(outline)
    assert len(root.children) == 1
    return root.children[0]


@given(name=TEXTS, text=TEXTS)
def test_any_name_and_text_come_back_as_they_were(name: str, text: str) -> None:
    node = the_only(line("button", name, " [checked] [ref=e7]", text))
    assert (node.role, node.name, node.text, node.ref) == ("button", name, text, "e7")
    assert node.attributes == {"checked": ""}
    assert node.children == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    outline = "\n".join(
        [
            '- main "Shop" [ref=e1]:',
            f"  {line('textbox', text, ' [ref=e2]', text)}",
            f"  - text: {yaml_value(text)}",
            f"  - paragraph [ref=e3]: {yaml_value(text)}",
            "  - link [ref=e4]:",
            f"    - /url: {yaml_value(text)}",
        ]
    )
    root = parse_aria_snapshot(outline)
    assert [node.role for node in root.walk()] == ["document", "main", "textbox", "text", "paragraph", "link"]
    assert [node.ref for node in root.walk()] == ["", "e1", "e2", "", "e3", "e4"]
    _, _, box, run, paragraph, link = root.walk()
    assert box.name == box.text == run.text == paragraph.text == link.properties["url"] == text


@pytest.fixture
def page() -> AriaNode:
    return parse_aria_snapshot(
        """\
- banner [ref=e1]:
  - link "Marlowick" [ref=e2]:
    - /url: /
- main [ref=e3]:
  - heading "Cart: 2 items" [level=1] [ref=e4]
  - textbox "Code" [active] [ref=e5]: SAVE10
  - textbox "Note" [ref=e6]:
    - /placeholder: "Say: hello"
    - text: Ring twice
  - combobox "Delivery" [expanded] [ref=e7]:
    - option "Standard"
    - option "Express" [selected]
  - checkbox "Gift" [checked=mixed] [ref=e8]
  - paragraph [ref=e9]:
    - text: Total
    - strong [ref=e10]: $5.00
  - button "Pay" [disabled] [ref=e11]
- contentinfo [ref=e12]"""
    )


def test_nesting_follows_the_indentation(page: AriaNode) -> None:
    assert [child.role for child in page.children] == ["banner", "main", "contentinfo"]
    assert [option.name for option in page.all("option")] == ["Standard", "Express"]
    assert len(page.children[1].children) == 7


def test_states_are_asked_for_by_name(page: AriaNode) -> None:
    express, standard = page.find("option", "Express"), page.find("option", "Standard")
    assert express is not None
    assert "selected" in express
    assert standard is not None
    assert "selected" not in standard
    assert page.all("checkbox")[0].attributes == {"checked": "mixed"}
    assert page.all("heading")[0].attributes == {"level": "1"}


def test_properties_belong_to_their_element(page: AriaNode) -> None:
    assert page.all("link")[0].properties == {"url": "/"}
    assert page.all("textbox", "Note")[0].properties == {"placeholder": "Say: hello"}


def test_the_value_is_what_a_box_holds_or_all_text_below(page: AriaNode) -> None:
    assert page.all("textbox", "Code")[0].value == "SAVE10"
    assert page.all("textbox", "Note")[0].value == "Ring twice"
    assert page.all("paragraph")[0].value == "Total $5.00"


def test_names_are_found_whole_or_by_a_pattern_that_matches_in_full(page: AriaNode) -> None:
    assert page.find("link", "Marlow") is None
    assert page.find("link", re.compile("Marlow")) is None
    assert page.find("link", re.compile("Marlow.*")) is not None
    assert page.find("button") is page.find("button", "Pay")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "no outline", "-", "- ", "  - button", "- button [ref", "-button"]
)
def test_text_that_is_no_outline_makes_no_elements_with_refs(text: str) -> None:
    assert all(node.ref == "" for node in parse_aria_snapshot(text).walk())


@given(st.text(max_size=60))
def test_parsing_never_raises(text: str) -> None:
    parse_aria_snapshot(f'- button "{text}" [ref=e1]')
    parse_aria_snapshot(text)


def test_a_name_with_an_unknown_escape_is_kept_as_it_stands() -> None:
    assert the_only(r'- button "\q" [ref=e1]').name == r"\q"


Transform = Callable[[str], str]


@pytest.mark.parametrize("cut", [str.strip, lambda text: text[: len(text) // 2]])
def test_a_cut_outline_still_parses(cut: Transform) -> None:
    outline = cut("- main [ref=e1]:\n" + "  - button \"A: 'b'\" [ref=e2]\n" * 30)
    assert parse_aria_snapshot(outline).find("main") is not None


def test_a_page_is_parsed_when_somebody_first_looks_and_then_once() -> None:
    text = '- main [ref=e1]:\n  - button "Go" [ref=e2]'
    page = LazyOutline(text)
    assert page._parsed is None
    button = page.find("button", "Go")
    assert button is not None
    assert page.find("button") is button
    assert page == parse_aria_snapshot(text)
    assert page != LazyOutline("- main")


def test_a_lazy_page_is_pickled_as_its_text() -> None:
    page = LazyOutline('- button "Go" [ref=e2]')
    assert page.find("button")
    sent = pickle.loads(pickle.dumps(page))
    assert sent._parsed is None
    assert sent == page
