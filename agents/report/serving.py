"""The report of a stored run, served on this machine."""

import re
from pathlib import Path

from gristmill.agents.bench import Run
from gristmill.agents.bench.run import FRAMES
from gristmill.agents.local_pages.loopback import HTML, JPEG, Reply
from gristmill.agents.report.runs import render_runs

NAME = re.compile(r"[\w-]+\.jpg")
OTHER = "other-frames"


class ReportPages:
    """The pages of a report: the report, and the screenshots of its runs. Built once, when it is made."""

    def __init__(self, run: Run, other: Run | None = None) -> None:
        self._folders = {FRAMES: run.directory / FRAMES}
        if other is not None:
            self._folders[OTHER] = other.directory / FRAMES
        self._page = render_runs(run, other, frames=f"{FRAMES}/", other_frames=f"{OTHER}/").encode()

    def answer(self, path: str) -> Reply | None:
        """The reply to a path; None if there is no such page."""
        if path == "":
            return Reply(content_type=HTML, body=self._page)
        folder, _, name = path.partition("/")
        if folder not in self._folders or not NAME.fullmatch(name):
            return None
        return picture(self._folders[folder] / name)


def picture(file: Path) -> Reply | None:
    """A screenshot; None if there is none of this name."""
    try:
        return Reply(content_type=JPEG, body=file.read_bytes())
    except OSError:
        return None
