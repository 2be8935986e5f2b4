"""Names of keys as vendors write them."""

import pytest

from gristmill.agents.llm.tools.keys import combination, sequence
from gristmill.errors import ActionError


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["ENTER"], "Enter"),
        (["CTRL", "A"], "Control+a"),
        (["a", "ctrl", "SHIFT"], "Control+Shift+a"),
        (["ARROWDOWN"], "ArrowDown"),
        (["Page_Down"], "PageDown"),
        (["BackSpace"], "Backspace"),
        ([" "], "Space"),
        (["cmd", "plus"], "Meta++"),
        (["/"], "/"),
    ],
)
def test_a_combination_is_written_as_the_grammar_does(names: list[str], written: str) -> None:
    assert combination(names) == written


@pytest.mark.parametrize("names", [[], ["CTRL"], ["a", "b"], ["Hyper"], ["é"]])
def test_what_is_no_combination_is_refused(names: list[str]) -> None:
    with pytest.raises(ActionError, match="is no key that can be pressed here"):
        combination(names)


def test_a_sequence_is_separated_by_spaces() -> None:
    assert sequence("ctrl+a Delete +") == ["Control+a", "Delete", "+"]
    with pytest.raises(ActionError, match="There is no key"):
        sequence("  ")
