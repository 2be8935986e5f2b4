"""Notes: what is written down of an episode, and which note is read for a goal."""

import pytest

pytest.importorskip("torch")

from gristmill.agents.deployment.notes import Note, nearest, note_of_episode
from gristmill.agents.policies.memory import Memory
from gristmill.agents.training.played import Job, Played, Step


def test_the_note_with_the_nearest_goal_is_read() -> None:
    notes = [Note("Buy a red lamp", ("one",)), Note("Cancel order 12", ("two",))]
    assert nearest(notes, "Buy a blue lamp.") == ("one",)
    assert nearest(notes, "Please cancel order 99") == ("two",)
    assert nearest([], "Buy a lamp") == ()


def test_of_equally_near_notes_most_decide_and_then_the_newest() -> None:
    right, wrong = Note("Press Amber", ("click Bernstein",)), Note("Press Amber", ("click Karmin",))
    assert nearest([right, right, wrong], "Press Amber") == right.lines
    assert nearest([wrong, right], "Press Amber") == right.lines
    assert nearest([right, wrong], "Press Amber") == wrong.lines


def test_a_note_has_each_action_once_with_names_for_refs() -> None:
    page = {"goal": "Press Amber", "url": "http://toy.test/", "aria": '- button "Amber" [ref=e4]'}
    played = Played(Job(task_id="Toy", seed=0), observation=page)
    for action in ("click e4", "click e4", "done"):
        played.steps.append(Step(page, Memory(), None, None, 0.0, action))  # type: ignore[arg-type]
    assert note_of_episode(played) == Note("Press Amber", ('click button "Amber"', "done"))
