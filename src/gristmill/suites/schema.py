"""The form of suite files, which episodes they ask for, and errors that name what is wrong with them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec

from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.apps.base import TaskFamily
from gristmill.envs.config import parse_choice
from gristmill.envs.engines.base import ObservationMode
from gristmill.envs.episode.runtime import ENGINES, engines_of, require_engine
from gristmill.envs.episode.worlds import checked_options, require_split, wordings_of
from gristmill.errors import GristmillError, InvalidOptionError, UnknownNameError
from gristmill.plugins import installed

PATTERN = frozenset("*?[")
MAX_SEEDS = 100_000


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Episodes with the same options: an `[[episodes]]` of a suite file.

    Attributes:
        tasks: ids, or patterns such as `Shop-*`. A pattern leaves out families that do not support the
            options; an id that does not is an error.
        seeds: `first:end` (the end is left out), or a list.
        skins: each is played; `varied` draws one by seed.
    """

    tasks: tuple[str, ...]
    seeds: str | tuple[int, ...] = "0:5"
    engine: str = "chromium"
    observation: str = "aria"
    split: str = "train"
    wordings: str | None = None
    worlds: int = 1
    size: str = "standard"
    skins: tuple[str, ...] = ("default",)
    brief: str = "explicit"
    news: str = "none"

    def keys(self) -> Iterator[EpisodeKey]:
        """Its episodes.

        Raises:
            UnknownNameError, InvalidOptionError: an id or option is wrong; the message names it.
        """
        require_split(self.split)
        if self.engine not in ENGINES:
            raise UnknownNameError("engine", self.engine, ENGINES)
        mode = parse_choice(ObservationMode, "observation", self.observation)
        if not self.skins:
            raise InvalidOptionError("skins is empty: name at least one, such as default.")
        seeds = parsed_seeds(self.seeds)
        for family in self.families():
            require_engine(self.engine, family, with_pixels=mode.has_pixels)
            apps = [installed().app(name) for name in family.apps]
            for skin in self.skins:
                checked_options(apps, worlds=self.worlds, size=self.size, skin=skin)
                for seed in seeds:
                    yield self._key(family, seed, skin)

    def _key(self, family: TaskFamily, seed: int, skin: str) -> EpisodeKey:
        return EpisodeKey(
            task=family.id,
            seed=seed,
            split=self.split,
            wordings=wordings_of(self.split, self.wordings),
            worlds=self.worlds,
            size=self.size,
            skin=skin,
            brief=self.brief,
            news=self.news,
            engine=self.engine,
            observation=self.observation,
        )

    def families(self) -> list[TaskFamily]:
        """The families of its ids and patterns, each once, in the order of the first mention."""
        found: dict[str, TaskFamily] = {}
        for name in self.tasks:
            for family in self._families_of(name):
                found.setdefault(family.id, family)
        if not found:
            raise InvalidOptionError(
                f"No installed family fits tasks = {list(self.tasks)} with brief={self.brief!r}, "
                f"news={self.news!r} and engine={self.engine!r}; `gristmill list` shows what each supports."
            )
        return list(found.values())

    def _families_of(self, name: str) -> list[TaskFamily]:
        known = installed().families
        if not PATTERN.intersection(name):
            return [configured(name, self.brief, self.news)]
        ids = [task_id for task_id in known if fnmatchcase(task_id, name)]
        if not ids:
            raise InvalidOptionError(f"No installed family fits the pattern {name!r}; see `gristmill list`.")
        fitting = []
        for task_id in ids:
            try:
                family = configured(task_id, self.brief, self.news)
            except InvalidOptionError:
                continue
            if self.engine in engines_of(family):
                fitting.append(family)
        return fitting


class SuiteFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A suite file: TOML with `name`, `description` and any number of `[[episodes]]`."""

    episodes: tuple[Part, ...]
    name: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """A named list of episodes.

    Attributes:
        name: of the file or the built-in.
    """

    name: str
    description: str
    parts: tuple[Part, ...]

    def with_options(self, **chosen: Any) -> "Suite":
        """This suite with some options of all parts replaced; None leaves an option as it is."""
        changed = {name: value for name, value in chosen.items() if value is not None}
        return replace(self, parts=tuple(msgspec.structs.replace(part, **changed) for part in self.parts))

    def episode_keys(self) -> list[EpisodeKey]:
        """All episodes, each once, in the order of play.

        Raises:
            UnknownNameError, InvalidOptionError: an id or option is wrong; the message names part and value.
        """
        found: dict[EpisodeKey, None] = {}
        for number, part in enumerate(self.parts, 1):
            try:
                found |= dict.fromkeys(part.keys())
            except GristmillError as error:
                raise InvalidOptionError(f"{self._place(number)}{error}") from error
        return list(found)

    def _place(self, number: int) -> str:
        """Where a part stands, as the beginning of a message; nowhere if it was made of options."""
        if not self.name:
            return ""
        part = f", [[episodes]] number {number}" if len(self.parts) > 1 else ""
        return f"Suite {self.name}{part}: "


def parse_suite(text: str, *, name: str) -> Suite:
    """Parse the text of a suite file.

    Args:
        text: TOML.
        name: of the suite if the text does not say it; named in errors.

    Raises:
        InvalidOptionError: it is no TOML, an option does not exist or is of the wrong type, or there is no
            episode.
    """
    try:
        data = tomllib.loads(text)
        file = msgspec.convert(data, SuiteFile)
    except tomllib.TOMLDecodeError as error:
        raise InvalidOptionError(f"Suite {name} is no TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise InvalidOptionError(f"Suite {name}: {unknown_option(data) or error}.") from error
    if not file.episodes:
        raise InvalidOptionError(f"Suite {name} has no [[episodes]].")
    return Suite(name=file.name or name, description=file.description, parts=file.episodes)


def unknown_option(data: Mapping[str, Any]) -> str | None:
    """Describe the first option of a suite file that does not exist, if there is one."""
    parts = data.get("episodes", [])
    rows: list[tuple[Mapping[str, Any], type[msgspec.Struct], str]] = [(data, SuiteFile, "")]
    if isinstance(parts, list):
        rows += [
            (part, Part, f" in [[episodes]] number {n}")
            for n, part in enumerate(parts, 1)
            if isinstance(part, dict)
        ]
    for row, form, where in rows:
        for option in row:
            if option not in form.__struct_fields__:
                near = get_close_matches(option, form.__struct_fields__, 1)
                hint = f"Did you mean {near[0]}?" if near else ""
                known = ", ".join(form.__struct_fields__)
                return f"unknown option {option!r}{where}. {hint} Available: {known}".replace("  ", " ")
    return None


def read_suite(path: Path) -> Suite:
    """Read a suite file.

    Raises:
        InvalidOptionError: it cannot be read, or see `parse_suite`.
    """
    try:
        return parse_suite(path.read_text(encoding="utf-8"), name=path.stem)
    except OSError as error:
        raise InvalidOptionError(f"The suite {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidOptionError(f"The suite {path} is no UTF-8 text.") from error


def configured(task_id: str, brief: str, news: str) -> TaskFamily:
    """A family with its options.

    Raises:
        UnknownNameError: there is none; the message suggests the nearest id.
        InvalidOptionError: it does not support the options.
    """
    known = installed().families
    if task_id not in known:
        near = get_close_matches(task_id, known, 3, 0.5)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise InvalidOptionError(f"Unknown task id {task_id!r}. {hint}`gristmill list` shows all.")
    return known[task_id].configured(brief=brief, news=news)


def parsed_seeds(text: str | tuple[int, ...]) -> tuple[int, ...]:
    """Seeds given as `first:end` (without the end), as `3` or `0,4,9`, or as numbers.

    Raises:
        InvalidOptionError: they are not that, or none, or more than 100,000.
    """
    try:
        seeds = seeds_of(text) if isinstance(text, str) else text
    except ValueError:
        seeds = ()
    if not 0 < len(seeds) <= MAX_SEEDS or min(seeds) < 0 or max(seeds) >= 2**31:
        raise InvalidOptionError(
            f"seeds must be first:end such as 0:50 (without the end), or a list such as 0,4,9, of numbers "
            f"from 0 to {2**31 - 1}, not {text!r}."
        )
    return tuple(dict.fromkeys(seeds))


def seeds_of(text: str) -> tuple[int, ...]:
    """Parse the text form of seeds; raises ValueError."""
    if ":" in text:
        first, end = (int(part) for part in text.split(":"))
        return tuple(range(first, min(end, first + MAX_SEEDS + 1)))
    return tuple(int(part) for part in text.split(","))
