from pathlib import Path
from typing import Any

from gristmill.agents.report.results import write_results_report
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.verifiers.base import Check


def result(**fields: Any) -> EpisodeResult:
    step = StepRecord(action="done", target="", error="", reward=0.0, url="", wall_s=0.1)
    known: dict[str, Any] = {
        "task_id": "Shop-AddToCart-v0",
        "agent": "oracle",
        "seed": 7,
        "goal": "Buy it",
        "success": False,
        "steps": (step,),
        "checks": (Check(name="quantity", passed=False, detail="2 instead of 1"),),
        "reset_s": 0.1,
        "ended_by": "done",
    }
    return EpisodeResult(**(known | fields))


def write(folder: Path, *results: EpisodeResult) -> Path:
    return write_results_report(folder, results, heading="Shop-AddToCart-v0", subtitle="")


def test_played_episodes_give_a_page_with_kind_and_apps_of_their_family(tmp_path: Path, unpack: Any) -> None:
    page = write(tmp_path / "new", result())
    assert list((tmp_path / "new").iterdir()) == [page]
    [row] = unpack(page.read_text())["index-0"]["rows"]
    assert (row["kind"], row["apps"], row["ended_by"]) == ("change", ["shop"], "done")


def test_equal_screenshots_are_stored_once_beside_the_page(tmp_path: Path, unpack: Any) -> None:
    page = write(tmp_path, result(frames=(b"same", b"same")))
    [file] = (tmp_path / "frames").iterdir()
    assert unpack(page.read_text())["chunk-0-0"][0]["frames"] == [file.name, file.name]


def test_screenshots_of_an_earlier_report_are_gone(tmp_path: Path) -> None:
    for frames in ((b"old", b"older"), (b"new", b"newer")):
        write(tmp_path, result(frames=frames))
    assert {file.read_bytes() for file in (tmp_path / "frames").iterdir()} == {b"new", b"newer"}
