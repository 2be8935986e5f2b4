"""The app clone contract: `AppSpec`, and the names of `task` and `task_family` that app clones need."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask
from numpy.random import Generator
from sqlalchemy import Table

from gristmill.apps.kit.skins import VARIED
from gristmill.apps.notes import NoteCarrier
from gristmill.apps.task import Brief, EndsWith, Json, Level, News, Task, TaskKind
from gristmill.apps.task_family import TASK_ID, TaskFamily, TaskRegistry, View
from gristmill.apps.world.choice import DEFAULT_SKIN
from gristmill.apps.world.handlers import Handler
from gristmill.apps.world.models import Model
from gristmill.apps.world.world import World
from gristmill.errors import PluginError

__all__ = [
    "TASK_ID", "AppSpec", "Brief", "EndsWith", "Json", "Level", "News", "NoteCarrier", "Task", "TaskFamily",
    "TaskKind", "TaskRegistry", "View",
]  # fmt: skip

SKIN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KIND = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")
CONTRACT = 1
RESERVED = frozenset({"world", "gristmill"})
CAPABILITIES = frozenset({"scripts", "pixels", "layout"})


@dataclass(frozen=True, kw_only=True)
class AppSpec:
    """An app clone, as registered in the entry-point group `gristmill.apps`.

    Its worlds and checkpoints are keyed by a digest of the files of its package: code, data files, templates
    and static files. Editing one gives new worlds. Only its folder `tasks` is left out, from which its seed
    must not import; files elsewhere are no part of the digest, so a seed must not read them.

    Attributes:
        name: lower-case word; the host is `<name>.test`, tables are named `<name>_...`.
        title: the invented brand shown on its pages.
        version: for people; change it when tables or seeded rows change.
        create_app: makes a Flask app; called once per process.
        seed: writes the app's rows into a new world, deterministic in `rng`; scaled by `world.size`.
        tasks: its task families.
        bookkeeping: tables left out of diffs and digests.
        public_sequences: those of `World.next_number` whose numbers people read, such as order numbers. A
            task that takes numbers of them, or that spans several apps, continues them at a point of its own,
            so that no number can be known without looking.
        prelude: writes what several apps share before any of them seeds, such as the company that mail and
            chat are set in. One that several apps of a world name runs once.
        seeds_after: apps whose seeds run before this one's, if they are in the world.
        needs: engine capabilities required by its pages: `scripts` (JavaScript of their own), `pixels`
            (content that can only be seen), `layout` (positions matter).
        handlers: event handlers by event kind, such as `mail.deliver`.
        on: handlers of other apps' signals, by signal kind.
        notes: how the details of a task can reach the person in this app; mail and chat have it.
        skins: looks of its own besides those of the kit, which every app clone has; chosen by
            `gym.make(..., skin=...)`. Must include `default`, and not `varied`, which is no skin.
        expected_failures: conformance checks that it is known to fail, with the reason for each, by the
            check's name (`gristmill check`). One that passes is reported too.
        contract: the version of this contract that the app clone was written for.

    Raises:
        PluginError: the name, a need, a kind, a skin or the contract version is invalid, or a text was given
            in place of a set of names.
    """

    name: str
    title: str
    version: str
    create_app: Callable[[], Flask]
    seed: Callable[[World, Generator], None]
    tasks: TaskRegistry
    bookkeeping: frozenset[str] = field(default_factory=frozenset)
    public_sequences: frozenset[str] = field(default_factory=frozenset)
    prelude: Callable[[World, int], None] | None = None
    seeds_after: frozenset[str] = field(default_factory=frozenset)
    needs: frozenset[str] = field(default_factory=frozenset)
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    on: Mapping[str, Handler] = field(default_factory=dict)
    notes: NoteCarrier | None = None
    skins: tuple[str, ...] = (DEFAULT_SKIN,)
    expected_failures: Mapping[str, str] = field(default_factory=dict)
    contract: int = CONTRACT

    def __post_init__(self) -> None:
        if self.contract != CONTRACT:
            raise PluginError(
                f"App clone {self.name!r} was written for contract {self.contract!r}; this Gristmill "
                f"has contract {CONTRACT}. Install matching versions of the two, or update the app clone to "
                f"the present `AppSpec` and set contract={CONTRACT}."
            )
        if self.name in RESERVED:
            raise PluginError(f"App name {self.name!r} is reserved by Gristmill. Choose another.")
        if unknown := sorted(set(self.needs) - CAPABILITIES):
            raise PluginError(
                f"App clone {self.name!r} needs {', '.join(unknown)}, which no engine has. "
                f"Available: {', '.join(sorted(CAPABILITIES))}."
            )
        if not re.fullmatch(r"[a-z][a-z0-9]*", self.name):
            raise PluginError(f"App name {self.name!r} must be one lower-case word.")
        self._require_sets()
        self._require_skins()
        self._require_kinds()

    def _require_sets(self) -> None:
        for field_name in ("bookkeeping", "public_sequences", "seeds_after"):
            if isinstance(given := getattr(self, field_name), str):
                raise PluginError(
                    f"{field_name} of {self.name} is the text {given!r}, each letter of which would be a "
                    f"name: give a set, such as frozenset({{{given!r}}})."
                )

    def _require_skins(self) -> None:
        wrong = [skin for skin in self.skins if not SKIN.fullmatch(skin)]
        has_default = DEFAULT_SKIN in self.skins and VARIED not in self.skins
        if wrong or not has_default or len(set(self.skins)) != len(self.skins):
            raise PluginError(
                f"The skins of {self.name} are {self.skins!r}: they must be different words such as "
                f"'high-contrast', {DEFAULT_SKIN!r} among them and {VARIED!r} not."
            )

    def _require_kinds(self) -> None:
        for kind in (*self.handlers, *self.on):
            if not KIND.fullmatch(kind):
                raise PluginError(f"The kind {kind!r} must look like 'app.what_happens'.")
        foreign = [kind for kind in self.handlers if not kind.startswith(f"{self.name}.")]
        if foreign:
            raise PluginError(
                f"Events of {self.name} must be named '{self.name}....', not {', '.join(foreign)}."
            )
        own = [kind for kind in self.on if kind.startswith(f"{self.name}.")]
        if own:
            raise PluginError(f"{self.name} cannot handle its own signals: {', '.join(own)}.")

    @property
    def host(self) -> str:
        """The host name of its pages."""
        return f"{self.name}.test"

    @property
    def modules(self) -> frozenset[str]:
        """The modules that define its functions and task families."""
        parts = (self.create_app, self.seed, *self.tasks, *([self.prelude] if self.prelude else []))
        return frozenset(part.__module__ for part in parts)

    @property
    def tables(self) -> list[Table]:
        """Its tables, ordered by their foreign keys."""
        return [t for t in Model.metadata.sorted_tables if t.name.startswith(f"{self.name}_")]
