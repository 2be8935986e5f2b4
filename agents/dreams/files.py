"""A dream in one file: the logged pages, each line once, the steps, and what was recovered from them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from gristmill.agents.dreams.logs import Episode, Scene
from gristmill.agents.dreams.outlines import Page
from gristmill.agents.dreams.recovery import Recovered
from gristmill.agents.policies.sealed_file import read_sealed, write_sealed
from gristmill.errors import LearningFileError

KIND = "dream-1"
KEPT = 4  # dreams of a process


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Dream:
    """Logged episodes and what was recovered from them.

    Attributes:
        model: weights of a learned model, see `learned.learn`; None for an authored dream.
    """

    episodes: tuple[Episode, ...]
    recovered: Recovered
    model: bytes | None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """The families that were logged: those to measure on."""
        return tuple(dict.fromkeys(episode.task for episode in self.episodes))


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredEpisode:
    """An episode whose scenes name their page by number."""

    task: str
    seed: int
    goal: str
    scenes: tuple[tuple[str, str, str, int], ...]
    actions: tuple[str, ...]
    rewards: tuple[float, ...]
    is_cut: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDream:
    """The content of a file: pages are numbers of lines."""

    lines: tuple[str, ...]
    pages: tuple[tuple[int, ...], ...]
    episodes: tuple[StoredEpisode, ...]
    recovered: Recovered
    model: bytes | None


def save_dream(dream: Dream, path: Path) -> int:
    """Write a dream; returns the size of the file in bytes.

    Raises:
        LearningFileError: it cannot be written.
    """
    lines: dict[str, int] = {}
    pages: dict[Page, int] = {}
    rows = [stored(episode, pages) for episode in dream.episodes]
    numbered = tuple(tuple(lines.setdefault(line, len(lines)) for line in page) for page in pages)
    content = StoredDream(
        lines=tuple(lines),
        pages=numbered,
        episodes=tuple(rows),
        recovered=dream.recovered,
        model=dream.model,
    )
    packed = zlib.compress(msgspec.json.encode(content), 6)
    write_sealed(path, KIND, packed)
    return path.stat().st_size


def stored(episode: Episode, pages: dict[Page, int]) -> StoredEpisode:
    """An episode as it is stored; its pages are added to the others."""
    scenes = tuple(
        (each.url, each.title, each.error, pages.setdefault(each.page, len(pages))) for each in episode.scenes
    )
    return StoredEpisode(
        task=episode.task, seed=episode.seed, goal=episode.goal, scenes=scenes,
        actions=episode.actions, rewards=episode.rewards, is_cut=episode.is_cut,
    )  # fmt: skip


def load_dream(path: Path) -> Dream:
    """Read a dream; the last ones of a process are kept.

    Raises:
        LearningFileError: it is missing, empty, damaged, or of another version.
    """
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError as error:
        raise LearningFileError(
            f"{path} cannot be read: {error.strerror}. Build it: gristmill dream LOGS --out {path}"
        ) from error
    return loaded(path.absolute(), changed_at)


@lru_cache(maxsize=KEPT)
def loaded(path: Path, changed_at: int) -> Dream:
    """See `load_dream`."""
    try:
        content = msgspec.json.decode(zlib.decompress(read_sealed(path, KIND)), type=StoredDream)
    except (msgspec.DecodeError, zlib.error) as error:
        raise LearningFileError(
            f"{path} holds a dream of another version ({error}). Build it again from its logs."
        ) from error
    pages = [tuple(content.lines[number] for number in page) for page in content.pages]
    return Dream(
        episodes=tuple(restored(each, pages) for each in content.episodes),
        recovered=content.recovered,
        model=content.model,
    )


def restored(episode: StoredEpisode, pages: Sequence[Page]) -> Episode:
    """An episode with its pages."""
    return Episode(
        task=episode.task, seed=episode.seed, goal=episode.goal, actions=episode.actions,
        rewards=episode.rewards, is_cut=episode.is_cut,
        scenes=tuple(Scene(url, title, error, pages[page]) for url, title, error, page in episode.scenes),
    )  # fmt: skip
