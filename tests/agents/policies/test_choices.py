"""Pages as tokens and features, and choices as actions and back."""

from typing import Any

import numpy as np
import pytest

from gristmill.agents.policies.choices import Choice, action_of, choices_of, is_one_of
from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.matching import is_word, matched, places_of_words
from gristmill.agents.policies.memory import Memory, describe
from gristmill.agents.policies.texts import Piece
from gristmill.agents.policies.tokens import MAX_TOKENS, MOVES, Kind
from gristmill.agents.policies.words import read

PAGE = """- banner [ref=e1]:
  - link "Marlowick" [ref=e2]:
    - /url: /
  - searchbox "Search" [ref=e3]: old words
- main [ref=e4]:
  - heading "Results" [level=1] [ref=e5]
  - list [ref=e6]:
    - listitem [ref=e7]:
      - link "Pewter Pan" [ref=e8]
      - generic [ref=e9]: Order MW-57108-05 costs $44.99
  - combobox "Size" [ref=e10]:
    - option "Small" [selected]
    - option "Large"
  - checkbox "Wrap it" [checked] [ref=e11]
  - radio "Express" [ref=e12]
  - radio "Standard" [checked] [ref=e14]
  - button "Add" [disabled] [ref=e13]"""


def observation(goal: str = "Buy a frying pan, size Large", **changes: str) -> dict[str, Any]:
    page = {"goal": goal, "url": "http://shop.test/search?q=pan", "title": "Search", "error": ""}
    return page | {"aria": PAGE} | changes


@pytest.mark.parametrize(
    "line",
    [
        "click e2", "click e8", 'fill e3 "frying pan"', 'fill e3 "Frying pan"', 'fill e3 "MW-57108-05"',
        'fill e3 "Pewter Pan"', 'select e10 "Large"', "uncheck e11", "check e12", 'answer "$44.99"', "done",
        "back", "press Enter", "switch_app mail", "wait 30", "wait", 'give_up "It cannot be done."',
        'fill e3 ""', 'fill e3 "bicycle"', 'fill e3 "from:pewter $44.99"',
    ],
)  # fmt: skip
def test_an_action_can_be_expressed_and_read_back(line: str) -> None:
    features = features_of(observation(), Memory())
    choices = choices_of(features, line)
    assert choices
    assert {action_of(features, choice) for choice in choices} == {line}


@pytest.mark.parametrize(
    "line", ["click e13", 'fill e3 "naïve"', 'fill e99 "pan"', "click e99", "scroll down"]
)
def test_what_cannot_be_expressed_has_no_choice(line: str) -> None:
    assert choices_of(features_of(observation(), Memory()), line) == []


@pytest.mark.parametrize("line", ["check e14", "click e14", 'select e10 "Small"'])
def test_what_is_chosen_already_is_seen_and_cannot_be_chosen_again(line: str) -> None:
    features = features_of(observation(), Memory())
    seen = {token.name: token.kind for token in features.tokens}
    assert (seen["Standard"], seen["Small"]) == (Kind.ELEMENT, Kind.OPTION)
    assert choices_of(features, line) == []


def test_elements_know_the_position_of_their_item_in_its_list() -> None:
    rows = "".join(f"\n  - row [ref=e{i}]:\n    - cell [ref=e{i + 10}]: Cell {i}" for i in (20, 21, 22))
    page = f'{PAGE}\n- table [ref=e30]:{rows}\n- link "Help" [ref=e15]'
    features = features_of(observation(aria=page), Memory())
    position = {token.name: token.position for token in features.tokens}
    assert [position[name] for name in ("Pewter Pan", "Cell 20", "Cell 22", "Marlowick", "Help")] == [
        1, 1, 3, 0, 0,
    ]  # fmt: skip


def test_a_click_on_a_box_is_the_same_as_switching_it() -> None:
    features = features_of(observation(), Memory())
    assert [action_of(features, choice) for choice in choices_of(features, "click e12")] == ["check e12"]


def test_an_action_is_right_wherever_its_text_was_copied_from() -> None:
    features = features_of(observation("a pan or a pan"), Memory())
    (label,) = choices_of(features, 'fill e3 "pan"')
    places = label.pieces[0].places
    assert len(places) > 1
    single = Choice(label.token, (Piece(places=places[1:2]),))
    assert is_one_of(features, single, [label])
    assert is_one_of(features, choices_of(features, "click e12")[0], choices_of(features, "check e12"))
    assert not is_one_of(features, choices_of(features, 'fill e3 "Pan"')[0], [label])


def test_every_reason_to_give_up_is_the_same_choice() -> None:
    assert choices_of(features_of(observation(), Memory()), 'give_up "Out of stock."')


def test_the_text_of_notes_can_be_typed() -> None:
    memory = Memory(notes=("The code is Q-77.",))
    features = features_of(observation(), memory)
    assert [action_of(features, choice) for choice in choices_of(features, 'fill e3 "Q-77"')] == [
        'fill e3 "Q-77"'
    ]


def test_an_element_has_its_surroundings() -> None:
    tokens = {token.name: token for token in features_of(observation(title="Found"), Memory()).tokens}
    assert tokens["Pewter Pan"].context == "Results"
    assert tokens["Pewter Pan"].group == "Pewter Pan Order MW-57108-05 costs $44.99"
    assert tokens["Search"].value == "old words"
    assert tokens["Large"].context == "Size"


def test_words_that_goal_and_element_share_are_matched() -> None:
    features = features_of(observation(), Memory())
    row = next(i for i, token in enumerate(features.tokens) if token.name == "Large")
    places = [place for bag, token, place in features.matches.tolist() if (bag, token) == (0, row)]
    assert [features.sources[0].words[place] for place in places] == ["large"]


def test_the_longest_run_tells_a_name_with_a_price_from_its_like() -> None:
    goal = places_of_words(read("Towel (colour Sky, size 100 x 150 cm) or sky blue").words)
    right, other, all_of_it, none = (
        matched(tuple(filter(is_word, read(text).words)), goal)
        for text in ("100 x 150 cm $72.99", "50 x 100 cm $36.99", "Sky blue", "")
    )
    assert (right.longest, other.longest) == (4, 1)
    assert (right.share, other.share) == (4 / 5, 3 / 5)
    assert [each.is_run for each in (right, other, all_of_it, none)] == [False, False, True, False]
    assert len(all_of_it.places) == 3  # `sky` stands twice


def test_a_long_page_keeps_what_can_be_used() -> None:
    lines = [f"- paragraph [ref=e{i}]: text {i}" for i in range(1, 200)] + ['- button "Go" [ref=e500]']
    features = features_of(observation(aria="\n".join(lines)), Memory())
    assert sum(token.kind < Kind.MOVE for token in features.tokens) == MAX_TOKENS
    assert choices_of(features, "click e500")


def test_an_empty_page_still_has_moves() -> None:
    features = features_of(observation(goal="?", aria=""), Memory())
    usable = [action_of(features, Choice(int(row))) for row in np.flatnonzero(features.usable)]
    assert [line.split()[0] for line in usable] == [move.verb for move in MOVES]


def test_features_are_equal_for_equal_input() -> None:
    one, other = (features_of(observation(), Memory(actions=("click link",))) for _ in range(2))
    assert all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("bags", "numbers", "words")
    )


def test_memory_describes_elements_and_notes_what_concerns_the_goal() -> None:
    before = observation("What does order MW-57108-05 cost?")
    memory = Memory().after(before, "click e8", observation(url="http://shop.test/p/pan"))
    assert memory.actions == ('click link "Pewter Pan"',)
    assert memory.notes == ("Order MW-57108-05 costs $44.99",)
    assert Memory().after(before, "click e8", before).notes == ()
    assert describe(before, "done") == "done"


def test_notes_are_bounded() -> None:
    memory = Memory(max_words=8)
    for place in range(5):
        before = observation("order costs", aria=f"- main:\n  - paragraph: order costs {place} only now",
                             url=f"http://shop.test/{place}")  # fmt: skip
        memory = memory.after(before, "back", observation())
    assert memory.notes == ("order costs 4 only now",)
    assert len(memory.actions) == 3
