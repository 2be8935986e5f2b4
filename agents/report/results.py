"""The report of episodes that were played but not stored, as by `gristmill demo`."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from gristmill.agents.report.document import ReportRun, render
from gristmill.agents.report.episode import of_result
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.plugins import installed

PAGE, FRAMES = "index.html", "frames"


def write_results_report(
    folder: Path,
    results: Sequence[EpisodeResult],
    *,
    heading: str,
    subtitle: str,
    settings: Mapping[str, Any] | None = None,
) -> Path:
    """Write `index.html` and its screenshots into a folder; returns the page's path.

    Screenshots of an earlier report in the same folder are deleted.
    """
    pictures = folder / FRAMES
    for old in pictures.glob("*.jpg"):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    episodes = []
    for result in results:
        names = [f"{sha256(frame).hexdigest()[:24]}.jpg" for frame in result.frames]
        for name, frame in zip(names, result.frames, strict=True):
            pictures.mkdir(exist_ok=True)
            (pictures / name).write_bytes(frame)
        episodes.append(of_result(result, names, **facts_of(result.task_id)))
    run = ReportRun(label=heading, episodes=episodes, settings=settings or {}, frames=f"{FRAMES}/")
    page = folder / PAGE
    page.write_text(render(heading, subtitle, run), encoding="utf-8")
    return page


def facts_of(task_id: str) -> dict[str, Any]:
    """Kind, level and apps of a task family."""
    family = installed().family(task_id)
    return {"kind": str(family.kind), "level": str(family.level), "apps": tuple(family.apps)}
