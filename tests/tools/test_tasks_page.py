"""The page of all task families is about each of them, and has what an author or reader looks for."""

from pathlib import Path

import pytest
import tasks_page

from gristmill.plugins import installed

DOCS = Path(tasks_page.__file__).resolve().parents[1] / "docs"


@pytest.mark.slow
def test_a_section_shows_goals_checks_traps_and_steps() -> None:
    family = installed().family("Chat-Post-v0")
    shown = tasks_page.played(family)
    text = "\n".join(tasks_page.section(family, shown))
    assert text.startswith("### Chat-Post-v0\nPost an announcement")
    assert "one message posted" in text
    assert "Traps: not in a thread; no @channel or @here." in text
    assert f"> {shown.goals[0]}" in text
    assert "*(test)*" in text


def test_the_page_is_about_every_family_of_ours() -> None:
    """Run `make tasks` after adding a family."""
    text = (DOCS / "tasks.md").read_text()
    ours = [each for each in installed().families if each.partition("-")[0] in tasks_page.APPS]
    assert [each for each in ours if f"### {each}\n" not in text] == []
    assert [each for each in ours if not (DOCS / "images" / "tasks" / f"{each}.webp").exists()] == []
