from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.bench import BenchEpisode, load_run
from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.agents.report.runs import report_of, title_of, write_run_report
from gristmill.errors import RecordError

Make = Callable[..., BenchEpisode]
Store = Callable[..., Path]
Unpack = Callable[[str], dict[str, Any]]


def test_the_report_holds_every_episode_and_what_a_page_of_it_shows(
    make_episode: Make, store: Store, unpack: Unpack
) -> None:
    folder = store("run", [make_episode(0), make_episode(1, success=False), make_episode(2, success=None)])
    written = write_run_report(folder)
    assert written == folder / "report.html"
    data = unpack(written.read_text())
    assert [row["success"] for row in data["index-0"]["rows"]] == [True, False, None]
    assert data["index-0"]["rows"][1]["failed"] == ["one cart line"]
    assert data["index-0"]["rows"][1]["errors"] == ["There is no element …"]
    details = data["chunk-0-0"]
    assert details[1]["changes"] == ["shop_cart_item 7 was added"]
    assert details[2]["infra_error"] == "The page crashed."
    assert details[2]["traceback"] == "Traceback: x"
    assert [each.name for each in folder.iterdir() if each.suffix == ".part"] == []


def test_a_run_that_was_killed_says_how_much_of_it_there_is(
    make_episode: Make, store: Store, unpack: Unpack
) -> None:
    folder = store("run", [make_episode(0)], tail=make_episode(1).to_line()[:50], episodes=5)
    notice = unpack(write_run_report(folder).read_text())["index-0"]["run"]["notice"]
    assert notice == ("This run is not complete: 1 of 5 episodes. 1 damaged lines of its file were left out.")


def test_two_runs_are_compared_by_what_was_played_and_not_by_engine(
    make_episode: Make, store: Store, unpack: Unpack, tmp_path: Path
) -> None:
    in_browser = EpisodeKey(task="Shop-AddToCart-v0", seed=0, engine="chromium")
    new, old = store("new", [make_episode(0)]), store("old", [make_episode(key=in_browser)])
    out = tmp_path / "compared.html"
    data = unpack(write_run_report(new, against=old, out=out).read_text())
    assert data["index-0"]["rows"][0]["key"] == data["index-1"]["rows"][0]["key"]
    assert [data[f"index-{number}"]["run"]["frames"] for number in (0, 1)] == ["new/frames/", "old/frames/"]
    assert [data[f"index-{number}"]["run"]["label"] for number in (0, 1)] == ["new", "old"]


def test_episodes_in_both_engines_of_one_run_are_kept_apart(make_episode: Make, store: Store) -> None:
    keys = [EpisodeKey(task="Shop-AddToCart-v0", seed=0, engine=engine) for engine in ("chromium", "dom")]
    run = load_run(store("run", [make_episode(key=key) for key in keys]))
    shown = report_of(run, label="", frames="")
    assert len({episode.key for episode in shown.episodes}) == 2
    assert [episode.variant for episode in shown.episodes] == ["engine chromium", "engine dom"]


def test_screenshots_can_be_put_into_the_file(make_episode: Make, store: Store, unpack: Unpack) -> None:
    folder = store("run", [make_episode(frames=("aa.jpg", "gone.jpg"))])
    (folder / "frames" / "aa.jpg").write_bytes(b"picture")
    data = unpack(write_run_report(folder, embeds=True).read_text())
    assert data["chunk-0-0"][0]["frames"] == ["data:image/jpeg;base64,cGljdHVyZQ==", "gone.jpg"]


def test_the_title_says_what_was_asked_for_and_of_whom(make_episode: Make, store: Store) -> None:
    suite = load_run(store("suite", [make_episode()])).settings
    ids = load_run(store("ids", [], suites=(), tasks=tuple(f"A-{i}-v0" for i in range(5)))).settings
    assert title_of(suite) == "smoke · oracle"
    assert title_of(ids) == "A-0-v0, A-1-v0, A-2-v0 and 2 more · oracle"


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"run\.json is missing"):
        write_run_report(tmp_path)
