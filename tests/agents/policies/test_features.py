"""What the arrays of a page say."""

from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.memory import Memory

PAGE = """
- main:
  - heading "Blue Teapot" [level=1]
  - searchbox "Search" [ref=e1]: round kettle
  - text: We search for nothing.
"""


def test_words_of_the_goal_tell_where_else_they_stand() -> None:
    goal = "Compare Teapot, Kettle, Bowl and Plate. Search!"
    observation = {
        "goal": goal,
        "url": "http://shop.test/",
        "title": "",
        "error": "",
        "aria": PAGE.strip("\n"),
    }
    memory = Memory(actions=('click link "Bowl"',), notes=("A plate, 20 cm",))
    features = features_of(observation, memory)  # type: ignore[arg-type]
    words = features.sources[0].words
    found = {
        word: "".join(name for name, value in zip("pbat", row, strict=True) if value)
        for word, row in zip(words, features.covered, strict=False)
    }
    assert found == {
        "compare": "", "teapot": "p", ",": "", "kettle": "b", "bowl": "a", "and": "", "plate": "t", ".": "",
        "search": "p", "!": "",
    }  # fmt: skip
    assert not features.covered[features.goal_size :].any()
    assert len(features.covered) == len(features.goal)
