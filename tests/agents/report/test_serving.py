from collections.abc import Callable
from pathlib import Path

from gristmill.agents.bench import BenchEpisode, load_run
from gristmill.agents.report.serving import ReportPages

Make = Callable[..., BenchEpisode]
Store = Callable[..., Path]


def test_the_report_and_the_screenshots_of_both_runs_are_served_and_no_other_file(
    make_episode: Make, store: Store
) -> None:
    new, old = store("new", [make_episode()]), store("old", [make_episode()])
    (new / "frames" / "a.jpg").write_bytes(b"new")
    (old / "frames" / "a.jpg").write_bytes(b"old")
    pages = ReportPages(load_run(new), load_run(old))
    page = pages.answer("")
    assert page is not None
    assert b"new against old" in page.body  # type: ignore[operator]
    pictures = [pages.answer(path) for path in ("frames/a.jpg", "other-frames/a.jpg")]
    assert [each and each.body for each in pictures] == [b"new", b"old"]
    for path in ("frames/b.jpg", "frames/../run.json", "frames/", "run.json", "frames/%2e%2e/run.json"):
        assert pages.answer(path) is None
