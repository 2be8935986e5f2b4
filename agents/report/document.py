"""Builds the report: one HTML file that needs no server, no network and no other file but screenshots."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gristmill.agents.report.episode import ReportEpisode

PAGE = Path(__file__).parent / "page"
SCRIPTS = (
    "dom.js",
    "stats.js",
    "data.js",
    "charts.js",
    "overview.js",
    "episodes.js",
    "player.js",
    "episode.js",
    "about.js",
    "main.js",
)
CHUNK = 50  # episodes whose details are unpacked together

TEMPLATES = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportRun:
    """A run as the report shows it.

    Attributes:
        label: its name beside another run.
        settings: what was asked, the machine and so on; nested mappings are shown with dotted names.
        versions: what must be equal for numbers to be comparable, by name.
        frames: address of the directory of screenshots, relative to the report, with a slash at its end.
        notice: a sentence at the top, such as about a run that is not complete; or empty.
    """

    label: str
    episodes: Sequence[ReportEpisode]
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    frames: str = "frames/"
    notice: str = ""

    def index(self) -> dict[str, Any]:
        """The run and a row for each episode, as JSON."""
        about = {
            "label": self.label,
            "settings": self.settings,
            "versions": self.versions,
            "frames": self.frames,
            "notice": self.notice,
        }
        return {"run": about, "rows": [episode.row() for episode in self.episodes], "chunk": CHUNK}


def render(heading: str, subtitle: str, run: ReportRun, *, against: ReportRun | None = None) -> str:
    """The report of a run as HTML, beside another run's if there is one.

    A run of 3,000 episodes of 15 steps gives about 2 MB. Episodes are unpacked when they are looked at.
    """
    runs = [run] if against is None else [run, against]
    blocks = [block for number, each in enumerate(runs) for block in data_blocks(number, each)]
    return TEMPLATES.get_template("page.html").render(
        title=f"{heading} - Gristmill",
        heading=heading,
        subtitle=subtitle,
        policy=policy(),
        style=Markup((PAGE / "page.css").read_text(encoding="utf-8")),
        script=Markup(script()),
        data=Markup("\n".join(blocks)),
    )


def data_blocks(number: int, run: ReportRun) -> Iterator[str]:
    """Script elements with the data of a run."""
    yield data_block(f"index-{number}", run.index())
    for chunk, first in enumerate(range(0, len(run.episodes), CHUNK)):
        details = [episode.detail() for episode in run.episodes[first : first + CHUNK]]
        yield data_block(f"chunk-{number}-{chunk}", details)


def data_block(name: str, content: Any) -> str:
    """A script element that no browser runs, with JSON in gzip in base64. Equal data give equal bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    packed = gzip.compress(text.encode("utf-8", "replace"), mtime=0)
    return f'<script type="application/gzip" id="{name}">{base64.b64encode(packed).decode()}</script>'


@cache
def script() -> str:
    """All scripts in one scope of their own."""
    parts = [(PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "(() => {\n" + '"use strict";\n' + "\n".join(parts) + "})();"


@cache
def policy() -> str:
    """The content security policy: only the page's own script runs, and nothing is loaded but pictures."""
    digest = base64.b64encode(hashlib.sha256(f"\n{script()}\n".encode()).digest()).decode()
    rules = (
        "default-src 'none'",
        f"script-src 'sha256-{digest}'",
        "style-src 'unsafe-inline'",
        "img-src 'self' file: data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)
