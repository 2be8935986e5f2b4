"""The HTML report of `gristmill demo`."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryFile

from jinja2 import Environment, PackageLoader, StrictUndefined

from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.summary import Summary
from gristmill.errors import InvalidOptionError

DETAILED = 100  # episodes per agent shown in detail; more make the page too heavy for browsers

TEMPLATES = Environment(
    loader=PackageLoader("gristmill.cli", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class AgentReport:
    """An agent's statistics and episodes."""

    summary: Summary
    results: Sequence[EpisodeResult]


@dataclass(frozen=True, slots=True)
class Scene:
    """A screenshot and the action taken on it; either may be missing."""

    picture: str | None
    step: StepRecord | None


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """Template data of one episode."""

    result: EpisodeResult
    scenes: Sequence[Scene]

    @property
    def outcome(self) -> str:
        """success, failure or fault; also the CSS class."""
        return {True: "success", False: "failure", None: "fault"}[self.result.success]

    @property
    def has_frames(self) -> bool:
        """Whether screenshots were recorded."""
        return bool(self.result.frames)


def require_writable(folder: Path) -> None:
    """Create the directory of a report, before anything is played for it.

    Raises:
        InvalidOptionError: files cannot be created there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidOptionError(
            f"The report cannot be written to {folder}: {error.strerror}. "
            "Choose another directory with --out."
        ) from error


def write_report(
    folder: Path, *, task_id: str, asks: str, reports: Sequence[AgentReport], detailed: int = DETAILED
) -> Path:
    """Write `index.html` and its screenshots into a directory; returns the page's path.

    The first `detailed` episodes of each agent are shown step by step. Screenshots of an earlier report in
    the same directory are deleted.
    """
    pictures = folder / "frames"
    for old in pictures.glob("*.jpg"):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for report in reports:
        for result in report.results:
            for name, frame in zip(picture_names(result), result.frames, strict=True):
                pictures.mkdir(exist_ok=True)
                (folder / name).write_bytes(frame)
    page = folder / "index.html"
    text = render(task_id=task_id, asks=asks, reports=reports, detailed=detailed)
    page.write_text(text, encoding="utf-8")
    return page


def render(*, task_id: str, asks: str, reports: Sequence[AgentReport], detailed: int = DETAILED) -> str:
    """Render the report as HTML."""
    agents = [(report.summary, [view(result) for result in report.results[:detailed]]) for report in reports]
    return TEMPLATES.get_template("report.html").render(task_id=task_id, asks=asks, agents=agents)


def view(result: EpisodeResult) -> EpisodeView:
    """Pair an episode's screenshots with the actions taken on them."""
    scenes = [Scene(picture, step) for picture, step in zip_longest(picture_names(result), result.steps)]
    return EpisodeView(result, scenes)


def picture_names(result: EpisodeResult) -> list[str]:
    """Relative paths of an episode's screenshots, named by content so that equal ones are stored once."""
    return [f"frames/{sha256(frame).hexdigest()[:24]}.jpg" for frame in result.frames]
