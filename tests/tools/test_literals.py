"""The phrases that policies can write are what texts need beside copies, and hold no facts of a world."""

import literals
import pytest

from gristmill.agents.policies.texts import LITERALS
from gristmill.agents.training.demonstrations import Demonstration, DemonstrationStep

PAGE = '- searchbox "Search" [ref=e1]\n- textbox "To" [ref=e2]'


def typed(*texts: str, goal: str = "Find what Lena Moss wrote in 2031", seed: int = 0) -> Demonstration:
    steps = tuple(
        DemonstrationStep(url="http://mail.test/", title="", error="", aria=PAGE, action=f'fill e1 "{text}"')
        for text in texts
    )
    return Demonstration(task_id="Mail-Find-v0", seed=seed, goal=goal, steps=steps)


def found(*demonstrations: Demonstration, least: int = 1) -> dict[str, int]:
    return literals.phrases_in(demonstrations, each=10, least=least, most=100)


def test_what_stands_between_copies_is_counted_by_episode() -> None:
    one, other = typed("sent by Lena Moss", "sent by Lena Moss"), typed("sent by Moss, 2031", seed=1)
    assert found(one, other) == {"sent by ": 2, ", ": 1}
    assert found(one, other, least=2) == {"sent by ": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("since 2031-02-21", {"since ", "-02", "-21"}),  # the year is copied, and no day is one phrase
        ("about MW-48213-07", {"about MW-", "-07"}),
        ("ada.reed@x.test", {"@x.test"}),
        ("Ada Reed <ada.reed@x.test>", {"@x.test>"}),
        ("what Lena Moss wrote", set()),
    ],
)
def test_facts_of_a_world_are_no_phrases(text: str, expected: set[str]) -> None:
    assert set(found(typed(text))) == expected


def test_the_shipped_phrases_hold_no_facts() -> None:
    phrases = [text for text in LITERALS if len(text) > 1]
    assert phrases
    assert not [text for text in phrases if literals.FACT.search(text)]
    assert set(literals.CHARACTERS) == set(LITERALS) - set(phrases)
