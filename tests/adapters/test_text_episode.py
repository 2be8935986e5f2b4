"""Episodes as text: parts of long pages, the step limit, infrastructure failures."""

import pytest
from gymnasium.error import NameNotFound

from gristmill.adapters.text_episode import OVER, TextEpisode, parts_of
from gristmill.envs.episode.episode import Episode
from gristmill.errors import EngineFault, InvalidOptionError

TASK = "Shop-AddToCart-v0"


def fail(*arguments: object, **options: object) -> None:
    raise EngineFault("broken on purpose")


def test_parts_hold_every_line_once() -> None:
    lines = [f"- text: line {number}" for number in range(100)]
    parts = parts_of("\n".join(lines), 500)
    kept = [line for part in parts for line in part.splitlines() if not line.startswith("(part ")]
    assert kept == lines
    assert all(len(part) < 560 for part in parts)
    assert parts[0].endswith(f"(part 1 of {len(parts)}; read_part 2 shows the next)")
    assert "read_part" not in parts[-1]


def test_a_line_without_an_end_is_divided_and_an_empty_page_has_one_part() -> None:
    assert [len(part.splitlines()[0]) for part in parts_of("x" * 1200, 500)] == [500, 500, 200]
    assert parts_of("", 500) == [""]


def test_other_parts_are_read_without_a_step() -> None:
    episode = TextEpisode(max_chars=2000)
    first = episode.start(TASK, 3)
    assert "read_part 2" in first
    second = episode.part(2)
    assert second != first
    assert "[ref=" in second
    assert episode.part(99).startswith("Error: this page has the parts 1 to ")
    assert episode.env.unwrapped.steps_taken == 0  # type: ignore[attr-defined]


def test_the_step_limit_ends_the_episode_without_success() -> None:
    episode = TextEpisode(max_episode_steps=2)
    episode.start(TASK, 3)
    assert episode.perform("scroll down").startswith("Page: ")
    assert episode.perform("scroll down").startswith("The episode is over: no step is left.")
    assert (episode.is_over, episode.success, episode.reward) == (True, False, 0.0)
    assert episode.perform("done") == episode.part(1) == OVER


def test_an_infrastructure_failure_in_a_step_has_no_reward(monkeypatch: pytest.MonkeyPatch) -> None:
    episode = TextEpisode()
    episode.start(TASK, 3)
    monkeypatch.setattr(Episode, "judge", fail)
    assert episode.perform("done") == "The environment failed, and the episode is over."
    assert (episode.is_over, episode.success, episode.reward) == (True, None, None)
    assert "broken on purpose" in str(episode.infra_error)
    monkeypatch.undo()
    assert episode.start(TASK, 3).startswith("Task: ")
    assert (episode.is_over, episode.reward, episode.infra_error) == (False, 0.0, None)


def test_an_infrastructure_failure_at_the_start_has_no_reward(monkeypatch: pytest.MonkeyPatch) -> None:
    episode = TextEpisode()
    episode.start(TASK, 3)
    monkeypatch.setattr(Episode, "draw", fail)
    assert episode.start(TASK, 4) == "The environment could not be started."
    assert (episode.is_over, episode.reward) == (True, None)
    assert episode.infra_error is not None


def test_what_cannot_work_is_refused() -> None:
    with pytest.raises(InvalidOptionError, match="at least 500, not 20"):
        TextEpisode(max_chars=20)
    with pytest.raises(InvalidOptionError, match=r"aria\+pixels"):
        TextEpisode(observation="pixels")
    with pytest.raises(NameNotFound, match="No-Such"):
        TextEpisode().start("No-Such-v0", 0)
    with pytest.raises(InvalidOptionError, match="call start"):
        _ = TextEpisode().env
