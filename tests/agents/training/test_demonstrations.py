"""The store of demonstrations, and drawing them."""

from dataclasses import replace
from pathlib import Path

import pytest

from gristmill.agents.training.demonstrations import (
    Demonstration,
    DemonstrationStep,
    deduplicated,
    load_demonstrations,
    save_demonstrations,
)
from gristmill.agents.training.drawing import draw_demonstrations
from gristmill.errors import LearningFileError

STEP = DemonstrationStep(
    url="http://x.test/", title="X", error="", aria='- button "A" [ref=e1]', action="done"
)
ONE = Demonstration(task_id="X-v0", seed=1, goal="Press A", steps=(STEP, STEP), options={"split": "test"})


def test_a_store_is_read_back(tmp_path: Path) -> None:
    other = replace(ONE, goal="Press B", seed=2)
    assert save_demonstrations([ONE, other], tmp_path / "store") == 2
    assert load_demonstrations(tmp_path / "store") == [ONE, other]


def test_episodes_that_teach_the_same_are_kept_once() -> None:
    assert deduplicated([ONE, replace(ONE, seed=9), replace(ONE, goal="Press B")]) == [
        ONE,
        replace(ONE, goal="Press B"),
    ]


def test_an_empty_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LearningFileError, match="no episode succeeded"):
        save_demonstrations([], tmp_path / "store")
    (tmp_path / "store").touch()
    with pytest.raises(LearningFileError, match="is empty"):
        load_demonstrations(tmp_path / "store")


def test_a_damaged_store_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "store"
    save_demonstrations([ONE], path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(LearningFileError, match="damaged"):
        load_demonstrations(path)


@pytest.mark.slow
def test_what_is_drawn_does_not_depend_on_the_number_of_processes() -> None:
    one, two = (
        draw_demonstrations(["Shop-AddToCart-v0"], range(4), processes=processes) for processes in (1, 2)
    )
    assert one == two
    assert [each.seed for each in one] == list(range(4))
    assert one[0].steps[-1].action == "done"
