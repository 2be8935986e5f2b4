"""Which labels of an oracle a policy can learn from."""

import pytest

pytest.importorskip("torch")

from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.training.dagger import is_knowable

ARIA = """- combobox "Search the store" [ref=e1]
- button "Search" [ref=e2]
- link "Ghyll Family Tent" [ref=e3]"""


def knowable(action: str, *notes: str) -> bool:
    observation = {"goal": "Buy one Warp Glass Vase.", "url": "http://shop.test/", "title": "", "error": ""}
    return is_knowable(features_of(observation | {"aria": ARIA}, Memory(notes=notes)), action)


@pytest.mark.parametrize(
    "text", ["Warp Glass Vase", "warp glass", "Ghyll Family Tent", "12", "2031-02-22", "XL"]
)
def test_what_stands_in_goal_or_page_or_is_short_can_be_known(text: str) -> None:
    assert knowable(f'fill e1 "{text}"')


def test_a_name_that_stands_nowhere_cannot_be_known_until_a_note_has_it() -> None:
    assert not knowable('fill e1 "Pebble Diamond Kite"')
    assert knowable('fill e1 "Pebble Diamond Kite"', "Pebble Diamond Kite, Blue")


def test_actions_without_a_text_can_be_known() -> None:
    assert knowable("click e2")
    assert knowable("goto /")
