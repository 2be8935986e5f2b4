"""From Playwright's snapshot to the observation: refs renumbered, boxes gone, text untouched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.apps.outline import parse_outline
from gristmill.envs.chromium.reading import CUT, MAX_ARIA_LENGTH, Box, bounded, read_snapshot

SNAPSHOT = """\
- generic [active] [ref=e40] [box=0,0,1024,768]:
  - link "Home" [ref=e57] [cursor=pointer] [box=10,20,30,40]:
    - /url: /
  - 'button "Buy: now" [disabled] [ref=e9] [cursor=pointer] [box=-5,-6,0,0]'
  - option "Express" [selected]
  - text: plain
  - textbox "Note" [ref=e58] [box=1,2,3,4]: see [ref=e57] [box=1,2,3,4] [cursor=pointer]
"""
ATTRIBUTE_LIKE = " [ref=e9] [cursor=pointer] [box=1,2,3,4]"


def test_refs_are_numbered_in_reading_order_and_boxes_and_cursors_are_gone() -> None:
    assert (
        read_snapshot(SNAPSHOT).aria
        == """\
- generic [active] [ref=e1]:
  - link "Home" [ref=e2]:
    - /url: /
  - 'button "Buy: now" [disabled] [ref=e3]'
  - option "Express" [selected]
  - text: plain
  - textbox "Note" [ref=e4]: see [ref=e57] [box=1,2,3,4] [cursor=pointer]
"""
    )


def test_targets_tell_where_each_ref_lies_and_whether_it_takes_input() -> None:
    targets = read_snapshot(SNAPSHOT).targets
    assert [(name, target.own_ref) for name, target in targets.items()] == [
        ("e1", "e40"),
        ("e2", "e57"),
        ("e3", "e9"),
        ("e4", "e58"),
    ]
    assert targets["e2"].box == Box(10, 20, 30, 40)
    assert targets["e3"].box == Box(-5, -6, 0, 0)
    assert [target.is_disabled for target in targets.values()] == [False, False, True, False]
    assert targets["e2"].role == "link"


def test_the_same_page_reads_the_same_whatever_refs_it_had_before() -> None:
    later = SNAPSHOT.replace("e40", "e140").replace("[ref=e9]", "[ref=f2e109]").replace("e58]", "e158]")
    assert read_snapshot(later).aria == read_snapshot(SNAPSHOT).aria


@pytest.mark.parametrize(
    "line",
    [
        f"- text: lamp{ATTRIBUTE_LIKE}",
        f'- text: "{ATTRIBUTE_LIKE}"',
        f"  - /url: /p{ATTRIBUTE_LIKE}",
        f'  - /placeholder: "x{ATTRIBUTE_LIKE}"',
        f'- option "lamp{ATTRIBUTE_LIKE}"',
        f'- option "say \\"hi\\"{ATTRIBUTE_LIKE}"',
        f"- 'option \"it''s: {ATTRIBUTE_LIKE}\"'",
        f'- strong: "{ATTRIBUTE_LIKE}"',
        "- text: x\u2028- button [ref=e1] [box=1,2,3,4]",
    ],
)
def test_text_that_looks_like_attributes_stays_and_makes_no_target(line: str) -> None:
    reading = read_snapshot(line)
    assert reading.aria == line
    assert reading.targets == {}


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    st.sampled_from(["", ATTRIBUTE_LIKE, '" [ref=e1]']),
)
def test_names_are_untouched(text: str, tail: str) -> None:
    name = text + tail
    key = f"button {json.dumps(name, ensure_ascii=False)} [ref=e77] [cursor=pointer] [box=1,2,3,4]"
    doubled = key.replace("'", "''")
    for line in (f"- {key}", f"- '{doubled}'"):
        reading = read_snapshot(line)
        assert parse_outline(reading.aria).children[0].name == name
        assert parse_outline(reading.aria).children[0].ref == "e1"
        assert reading.targets["e1"].own_ref == "e77"


def test_a_ref_without_a_place_is_no_target_and_is_not_shown() -> None:
    reading = read_snapshot('- button "x" [ref=e7]')
    assert reading.targets == {}
    assert "e7" not in reading.aria


@pytest.mark.parametrize(
    "disabled_in_text",
    ['- button "[disabled]" [ref=e1] [box=1,2,3,4]', "- button [ref=e1] [box=1,2,3,4]: [disabled]"],
)
def test_disabled_counts_only_as_an_attribute(disabled_in_text: str) -> None:
    assert not read_snapshot(disabled_in_text).targets["e1"].is_disabled


def test_a_long_outline_is_cut_at_the_end_of_a_line_and_says_so() -> None:
    aria = "\n".join(f"- text: {i}" for i in range(30_000))
    cut = bounded(aria)
    assert len(cut) <= MAX_ARIA_LENGTH
    assert cut.endswith(CUT)
    assert aria.startswith(cut.removesuffix(CUT) + "\n")
    assert parse_outline(cut).children[-1].text.startswith("(the page goes on")


def test_one_endless_line_is_bounded_too() -> None:
    cut = bounded(f"- text: {'x' * MAX_ARIA_LENGTH}")
    assert len(cut) <= MAX_ARIA_LENGTH
    assert cut.endswith(CUT)


def test_an_outline_of_the_longest_length_is_whole() -> None:
    aria = "x" * MAX_ARIA_LENGTH
    assert bounded(aria) == aria


def test_elements_past_the_cut_cannot_be_acted_on() -> None:
    reading = read_snapshot("\n".join(f'- button "{i}" [ref=e{i}] [box=1,2,3,4]' for i in range(1, 20_000)))
    shown = {node.ref for node in parse_outline(reading.aria).walk()} - {""}
    assert shown == set(reading.targets)
    assert len(shown) > 1_000
