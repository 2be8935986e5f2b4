"""Parts of a snapshot, and searches in it."""

import pytest

from gristmill.adapters.snapshot_text import found_in, part_of
from gristmill.errors import ActionError

ARIA = """\
- generic [active] [ref=e1]:
  - banner [ref=e2]:
    - link "Home" [ref=e3]:
      - /url: /
  - main [ref=e4]:
    - heading "Orders" [level=1] [ref=e5]
    - link "Order 7" [ref=e6]
    - text: Total $12.00
    - button "Pay" [ref=e7]"""


def test_an_element_alone() -> None:
    assert part_of(ARIA, ref="e2") == "\n".join(ARIA.splitlines()[1:4])
    assert part_of(ARIA, ref="e7") == '    - button "Pay" [ref=e7]'


def test_some_levels_alone() -> None:
    assert part_of(ARIA, depth=1).splitlines() == [
        "- generic [active] [ref=e1]:",
        "  - banner [ref=e2]:",
        "  - main [ref=e4]:",
    ]
    assert part_of(ARIA, ref="e2", depth=0) == "  - banner [ref=e2]:"


def test_an_element_that_is_not_there() -> None:
    with pytest.raises(ActionError, match="There is no element e70 on this page"):
        part_of(ARIA, ref="e70")


def test_text_is_found_in_any_case_with_the_lines_around_it() -> None:
    found = found_in(ARIA, text="home").splitlines()
    assert found[0] == "1 lines match:"
    assert found[1:] == ARIA.splitlines()[:5]


def test_hits_far_apart_are_shown_apart() -> None:
    far = "\n".join(f"- text: line {n}" for n in range(20))
    shown = found_in(far, pattern="line (0|19)$").replace("- text: line ", "").splitlines()
    assert shown == ["2 lines match:", "0", "1", "2", "...", "17", "18", "19"]


def test_patterns_match_each_line_once() -> None:
    assert found_in(ARIA, pattern="/^ +- LINK/i").startswith("2 lines match:")
    assert found_in(ARIA, pattern="e").startswith("8 lines match:")
    assert found_in(ARIA, pattern="^ +- LINK") == "Nothing matches."


def test_many_hits_are_cut() -> None:
    assert found_in("\n".join(["- text: a"] * 100), text="a").startswith("100 lines match; the first 20:")


def test_one_thing_to_look_for() -> None:
    for given in ({}, {"text": "a", "pattern": "b"}):
        with pytest.raises(ActionError, match="either"):
            found_in(ARIA, **given)


def test_a_pattern_that_never_ends_is_refused() -> None:
    with pytest.raises(ActionError, match="takes too long"):
        found_in("a" * 3000 + "!", pattern="(a+)+$")
    with pytest.raises(ActionError, match="no regular expression"):
        found_in(ARIA, pattern="(")
