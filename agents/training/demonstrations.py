"""A store of demonstrations: episodes of an oracle, each page kept once."""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from gristmill.agents.policies.sealed_file import read_sealed, write_sealed
from gristmill.errors import LearningFileError

KIND = "demonstrations-1"


@dataclass(frozen=True, kw_only=True, slots=True)
class DemonstrationStep:
    """What was observed, and the action that is right there."""

    url: str
    title: str
    error: str
    aria: str
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Demonstration:
    """A successful episode.

    Attributes:
        options: arguments of `gymnasium.make` under which the seed gives this task.
    """

    task_id: str
    seed: int
    goal: str
    steps: tuple[DemonstrationStep, ...]
    options: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The sha256 of goal, pages and actions: equal for episodes that teach the same."""
        return sha256(json.dumps([self.goal, [asdict(step) for step in self.steps]]).encode()).hexdigest()

    def observations(self) -> list[dict[str, str]]:
        """The observation of each step."""
        return [
            {"goal": self.goal, "url": s.url, "title": s.title, "error": s.error, "aria": s.aria}
            for s in self.steps
        ]


def deduplicated(demonstrations: Iterable[Demonstration]) -> list[Demonstration]:
    """The first of all that teach the same, in order."""
    return list({each.digest: each for each in reversed(list(demonstrations))}.values())[::-1]


def save_demonstrations(demonstrations: Sequence[Demonstration], path: Path) -> int:
    """Write a store without duplicates, and return how many are in it. About 8 kB an episode.

    Raises:
        LearningFileError: there is nothing to store, or the file cannot be written.
    """
    kept = deduplicated(demonstrations)
    if not kept:
        raise LearningFileError(f"There is no demonstration to store in {path}: no episode succeeded.")
    pages: dict[str, int] = {}
    episodes = []
    for each in kept:
        steps = [
            [s.url, s.title, s.error, pages.setdefault(s.aria, len(pages)), s.action] for s in each.steps
        ]
        episodes.append([each.task_id, each.seed, each.goal, each.options, steps])
    content = json.dumps({"pages": list(pages), "episodes": episodes}, ensure_ascii=False)
    write_sealed(path, KIND, zlib.compress(content.encode(), 6))
    return len(kept)


def load_demonstrations(path: Path) -> list[Demonstration]:
    """Read a store.

    Raises:
        LearningFileError: it is missing, empty, damaged, or of another version.
    """
    content = json.loads(zlib.decompress(read_sealed(path, KIND)))
    pages, loaded = content["pages"], []
    for task_id, seed, goal, options, steps in content["episodes"]:
        read = tuple(
            DemonstrationStep(url=url, title=title, error=error, aria=pages[page], action=action)
            for url, title, error, page, action in steps
        )
        loaded.append(Demonstration(task_id=task_id, seed=seed, goal=goal, steps=read, options=options))
    if not loaded:
        raise LearningFileError(f"{path} has no demonstrations. Draw them anew.")
    return loaded
