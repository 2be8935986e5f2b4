"""The page that shows episodes: what was asked, how it ended, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.summary import Summary

DETAILED = 100  # more episodes of an agent would make a page that no browser likes

TEMPLATES = Environment(
    loader=PackageLoader("gristmill.cli", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class AgentReport:
    """One agent's numbers and episodes."""

    summary: Summary
    results: Sequence[EpisodeResult]


@dataclass(frozen=True, slots=True)
class Scene:
    """What was to be seen, and the action taken there; either may be missing."""

    picture: str | None
    step: StepRecord | None


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """An episode as the page shows it."""

    result: EpisodeResult
    scenes: Sequence[Scene]

    @property
    def outcome(self) -> str:
        """One word, which is also its style class."""
        return {True: "success", False: "failure", None: "fault"}[self.result.success]

    @property
    def records_frames(self) -> bool:
        """Whether there are pictures of it."""
        return bool(self.result.frames)


def write_report(
    folder: Path, *, task_id: str, asks: str, reports: Sequence[AgentReport], detailed: int = DETAILED
) -> Path:
    """Write `index.html` and the screenshots beside it; returns the page's path.

    Each agent's first `detailed` episodes are shown step by step. Pictures of an earlier report in the
    same folder are replaced.
    """
    pictures = folder / "frames"
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob("*.jpg"):
        old.unlink()
    for report in reports:
        for result in report.results:
            for name, frame in zip(picture_names(result), result.frames, strict=True):
                (folder / name).write_bytes(frame)
    page = folder / "index.html"
    text = render(task_id=task_id, asks=asks, reports=reports, detailed=detailed)
    page.write_text(text, encoding="utf-8")
    return page


def render(*, task_id: str, asks: str, reports: Sequence[AgentReport], detailed: int = DETAILED) -> str:
    """The page as HTML."""
    agents = [(report.summary, [view(result) for result in report.results[:detailed]]) for report in reports]
    return TEMPLATES.get_template("report.html").render(task_id=task_id, asks=asks, agents=agents)


def view(result: EpisodeResult) -> EpisodeView:
    """An episode's scenes: each picture with the action taken on what it shows."""
    scenes = [Scene(picture, step) for picture, step in zip_longest(picture_names(result), result.steps)]
    return EpisodeView(result, scenes)


def picture_names(result: EpisodeResult) -> list[str]:
    """Where an episode's pictures lie, beside the page. Named by content: equal ones are stored once."""
    return [f"frames/{sha256(frame).hexdigest()[:24]}.jpg" for frame in result.frames]
