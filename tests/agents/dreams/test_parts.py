"""What a dream recovers: patterns of addresses, slots, skeletons; and how it edits pages."""

import pytest

from gristmill.agents.dreams.addresses import patterns_of
from gristmill.agents.dreams.edits import edited
from gristmill.agents.dreams.goals import without_boilerplate
from gristmill.agents.dreams.outlines import page_of, refs_of, shown
from gristmill.agents.dreams.skeletons import TAG, Context
from gristmill.agents.dreams.slots import label_of, name_pattern, slots_of
from gristmill.envs.actions.grammar import parse
from gristmill.errors import ActionError

PRODUCT = """\
- banner [ref=e1]:
  - combobox "Search" [ref=e2]: lamp
- main [ref=e3]:
  - heading "Oak Lamp" [level=1] [ref=e4]
  - group "Colour" [ref=e5]:
    - radio "Red" [checked] [ref=e6]
    - radio "Blue $4" [ref=e7]
  - combobox "Sort" [ref=e8]:
    - option "Newest" [selected]
    - option "Oldest"
  - checkbox "Gift" [ref=e9]
  - spinbutton "Quantity" [active] [ref=e10]: "1"
  - button "Remove Oak Lamp, Red" [ref=e12]"""
PAGE = page_of(PRODUCT)


def after(line: str) -> str:
    action = parse(line)
    page = edited(PAGE, refs_of(PAGE)[action.ref], action)  # type: ignore[attr-defined]
    assert page is not None
    return shown(page)


def test_a_page_is_shown_as_it_was_with_refs_in_reading_order() -> None:
    assert shown(PAGE) == PRODUCT.replace("e12", "e11")
    odd = '- button "[ref=e5]" [ref=e40]: text [ref=e9]\n- text: plain [ref=e3]'
    assert shown(page_of(odd)) == odd.replace("e40", "e1")


def test_a_box_with_a_placeholder_holds_its_text_below() -> None:
    empty = page_of('- textbox "To" [ref=e1]:\n  - /placeholder: Name\n- text: after')
    action = parse('fill e1 "Ada"')
    page = edited(empty, 0, action)
    assert page is not None
    assert shown(page) == (
        '- textbox "To" [active] [ref=e1]:\n  - /placeholder: Name\n  - text: Ada\n- text: after'
    )
    assert slots_of(page, "http://x.test/") == {"box To": "Ada"}
    assert slots_of(empty, "http://x.test/") == {"box To": ""}
    assert edited(page, 0, parse('fill e1 ""')) == page_of(shown(empty).replace("[ref", "[active] [ref"))


def test_slots_are_what_varies() -> None:
    assert slots_of(PAGE, "http://x.test/p/oak-lamp?q=lamp") == {
        "bar Search": "lamp", "heading": "Oak Lamp", "choice Colour": "Red", "choice Sort": "Newest",
        "box Quantity": "1", "path 0": "p", "path 1": "oak-lamp", "query q": "lamp",
    }  # fmt: skip
    assert label_of("24 cm $85.99") == "24 cm"
    assert label_of("Lindrake (16)") == "Lindrake"
    assert name_pattern("Remove Oak Lamp, Red", PAGE) == "Remove …, Red"


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ('fill e10 "3"', '  - spinbutton "Quantity" [active] [ref=e10]: "3"'),
        ('fill e2 ""', '  - combobox "Search" [active] [ref=e2]'),
        ("check e7", '    - radio "Blue $4" [checked] [active] [ref=e7]'),
        ("click e7", '    - radio "Red" [ref=e6]'),
        ("check e9", '  - checkbox "Gift" [checked] [active] [ref=e9]'),
        ('select e8 "Oldest"', '    - option "Oldest" [selected]'),
        ('select e8 "Oldest"', '    - option "Newest"'),
        ('select e8 "Oldest"', '  - spinbutton "Quantity" [ref=e10]: "1"'),
    ],
)
def test_a_page_changes_by_the_roles_of_its_elements(action: str, line: str) -> None:
    assert line in after(action).split("\n")


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ('fill e10 "three"', "takes a number"),
        ('fill e6 "x"', "takes no text"),
        ('select e8 "None"', "has no option"),
        ("uncheck e6", "choose another one"),
        ("check e10", "not a checkbox"),
    ],
)
def test_what_an_element_does_not_take_is_refused(action: str, words: str) -> None:
    with pytest.raises(ActionError, match=words):
        after(action)


def test_a_skeleton_is_written_again_with_other_values() -> None:
    context = Context({"heading": "Oak Lamp", "choice Size": "24 cm $85.99", "box Quantity": "2"})
    skeleton = context.skeleton('link "Oak Lamp, 24 cm" /url: /p/oak-lamp, 2 of 12 [level=2]')
    other = Context({"heading": "Elm Chair", "choice Size": "Small", "box Quantity": "5"})
    assert other.rendered(skeleton) == 'link "Elm Chair, Small" /url: /p/elm-chair, 5 of 12 [level=2]'
    assert Context({}).rendered(skeleton) is None


def test_words_of_a_value_are_found_where_the_whole_is_not() -> None:
    context = Context({"choice Card": "Halden ending in 1994 Ann Lee"}, with_words=True)
    skeleton = context.skeleton("Pay with the Halden card ending in 1994.")
    other = Context({"choice Card": "Corvid ending in 6703 Ann Lee"}, with_words=True)
    assert other.rendered(skeleton) == "Pay with the Corvid card ending in 6703."


def test_words_that_are_the_same_in_every_option_are_text() -> None:
    options = ("Halden ending in 1994", "Corvid ending in 6703")
    goals = [f"Pay by {name} ending in {number}" for name, _, _, number in map(str.split, options)]
    slots = [{"write -1 choice Card": option} for option in options]
    found = {Context(each, with_words=True).skeleton(goal) for each, goal in zip(slots, goals, strict=True)}
    assert len(found) == 1  # the whole value stands in the goal
    goals = [f"Pay, ending in {number}, by {name}" for name, _, _, number in map(str.split, options)]
    skeletons = {Context(each, with_words=True).skeleton(g) for each, g in zip(slots, goals, strict=True)}
    plain = without_boilerplate(skeletons.pop(), {"write -1 choice Card": set(options)})
    assert skeletons == set()
    assert TAG.sub("*", plain) == "Pay, ending in *, by *"
    alone = without_boilerplate(plain, {"write -1 choice Card": {options[0]}})
    assert alone == plain  # one option says nothing about what all of them have


def test_parts_of_paths_that_vary_on_pages_of_one_structure_are_patterns() -> None:
    steps = [
        (
            f"http://x.test/checkout/{step}",
            page_of(f'- textbox "{step}" [ref=e1]\n- button "{step}" [ref=e2]'),
        )
        for step in ("address", "delivery", "payment")
    ]
    found = patterns_of([*((f"http://x.test/p/{name}", PAGE) for name in ("a", "b", "c")), *steps])
    assert found.of("http://x.test/p/zebra?q=1#top") == "x.test/p/*"
    assert found.of("http://x.test/checkout/review") == "x.test/checkout/review"
