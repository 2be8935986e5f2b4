import pytest

from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.envs.actions import types as do
from gristmill.envs.wrappers.candidates import candidates, goal_terms, overlap, usable

PAGE = """
- banner:
  - link "Home" [ref=e1]
  - combobox "Search" [ref=e2]: lamp
  - button "Go" [disabled] [ref=e3]
- main:
  - heading "Lamps" [level=1]
  - checkbox "In stock" [checked] [ref=e4]
  - radio "4 stars" [ref=e5]
  - combobox "Sort" [ref=e6]:
    - option "Newest" [selected]
    - option "Price: low to high"
    - option "Price: high to low"
  - spinbutton "Quantity" [ref=e7]: "1"
"""
GOAL = "Find the low price of 2 lamps."


@pytest.mark.parametrize(
    ("goal", "terms"),
    [
        (
            "Add Sele Leaning Shelf (colour White) to my cart.",
            ["Add Sele Leaning Shelf", "Sele Leaning Shelf", "White"],
        ),
        ("Shear Beanie is out. Buy it.", ["Shear Beanie", "Beanie"]),
        ("Buy 3 x T-shirt, size 80 cm. Use the Halden card.", ["T-shirt", "Halden", "3", "80"]),
        ('Find a “garden lantern”. It costs 12.50, or "Free".', ["garden lantern", "Free", "12", "50"]),
        ("Send it to Ada, Ben and Ada.", ["Ada", "Ben"]),
        ("Étienne wants Émile's mug", ["Émile's"]),
        ("nothing here", []),
    ],
)
def test_terms_are_what_is_quoted_then_names_then_numbers(goal: str, terms: list[str]) -> None:
    assert goal_terms(goal, 8) == terms


def test_no_more_terms_than_asked_for() -> None:
    assert goal_terms("We need Ada, Ben and 7", 2) == ["Ada", "Ben"]


def test_elements_that_can_be_used_come_in_reading_order_up_to_a_limit() -> None:
    page = parse_aria_snapshot(PAGE)
    assert [node.ref for node in usable(page, 9)] == ["e1", "e2", "e4", "e5", "e6", "e7"]
    assert [node.ref for node in usable(page, 2)] == ["e1", "e2"]


def node_of(ref: str) -> AriaNode:
    return next(node for node in usable(parse_aria_snapshot(PAGE), 9) if node.ref == ref)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("e1", [do.Click("e1"), None, None]),
        ("e2", [None, do.Fill("e2", "Ada"), do.Fill("e2", "7")]),
        ("e4", [do.Uncheck("e4"), None, None]),
        ("e5", [do.Check("e5"), None, None]),
        ("e6", [None, do.Select("e6", "Price: low to high"), do.Select("e6", "Price: high to low")]),
        ("e7", [None, do.Fill("e7", "Ada"), do.Fill("e7", "7")]),
    ],
)
def test_each_kind_of_element_has_its_ways(ref: str, expected: list[do.Action | None]) -> None:
    found = candidates(node_of(ref), GOAL, ["Ada", "7"])
    assert [way and way.action for way in found] == expected


def test_overlap_is_the_share_of_words_in_the_goal() -> None:
    assert overlap("Low prices, 2 LAMPS", GOAL) == 0.75
    assert overlap("", GOAL) == 0.0
