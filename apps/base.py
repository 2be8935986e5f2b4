"""The contract of an app clone: what it is made of, the tasks it offers, how both are registered."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from flask import Flask
from numpy.random import Generator
from sqlalchemy import Table
from sqlalchemy.orm import Session

from gristmill.apps.kit.aria import AriaSnapshot
from gristmill.apps.world.choice import DEFAULT_SKIN, DEFAULT_WORLD, WorldChoice
from gristmill.apps.world.handlers import Handler
from gristmill.apps.world.models import Model
from gristmill.apps.world.world import World
from gristmill.errors import PluginError
from gristmill.verifiers.base import Evidence, Verdict

SKIN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KIND = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")
CONTRACT = 1
RESERVED = frozenset({"world", "gristmill"})
CAPABILITIES = frozenset({"scripts", "pixels", "layout"})
TASK_ID = re.compile(r"[A-Z][A-Za-z0-9]*-[A-Z][A-Za-z0-9]*-v\d+")

# What is nested is `Any`: msgspec, which reads tasks out of checkpoints, knows no recursive types.
Json = str | int | float | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One instance of a task family: what is asked, of whom, from where.

    `split` tells which worlds it was drawn from, `world` which of them it is in (families leave that out:
    whoever samples a task fills it in), `wordings` which of its family's ways to word a goal it was drawn
    from: agents can so be tried on new words in a known world, and the other way round. `terms` is all that
    the verifier and the oracle need to know, as JSON, so that a task can be stored beside its episode and
    scored again later. It is the answer key: no agent may see it.
    """

    family: str
    seed: int
    split: str
    wordings: str
    goal: str
    start_url: str
    person_id: int
    terms: Mapping[str, Json]
    world: WorldChoice = DEFAULT_WORLD

    def to_json(self) -> dict[str, Json]:
        """This task as JSON; its terms are the answer key."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        return parts | {"terms": dict(self.terms), "world": self.world.to_json()}


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What an oracle looks at: the page as the agent sees it, and (privileged) the database."""

    task: Task
    url: str
    page: AriaSnapshot
    db: Session


class TaskFamily(ABC):
    """A kind of task: draws instances, judges their outcome, knows the way to success.

    Families hold no state: everything that differs between episodes is in the `Task`.

    Attributes:
        success_is_final: whether the agent cannot leave the goal's state again, as with an order that was
            placed. An episode then ends with success by itself. Otherwise an agent could pass through the
            goal's state without meaning to (one piece after another into a cart), so it must say `done`.
    """

    id: ClassVar[str]
    tags: ClassVar[tuple[str, ...]]
    max_steps: ClassVar[int]
    apps: ClassVar[tuple[str, ...]]
    success_is_final: ClassVar[bool] = False

    @abstractmethod
    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Write the set-up rows and say what is asked, in one of the `train` or `test` wordings.

        Depends on nothing but its arguments; and all but the goal's wording on all but `wordings`, so the
        wording is drawn last.
        """

    @abstractmethod
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Judge an outcome. Pure: equal evidence, equal verdict."""

    @abstractmethod
    def oracle(self, view: View) -> str:
        """The next right action from any state of the task, `done` when nothing is left to do.

        Raises:
            Unwinnable: something was done that cannot be undone, so no action leads to success any more.
        """

    @classmethod
    def summary(cls) -> str:
        """What the family asks, in one line."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class TaskRegistry:
    """The task families of one app clone, in the order they were added.

    Attributes:
        watchers: called with each family that any app clone adds.
    """

    watchers: ClassVar[list[Callable[[type[TaskFamily]], None]]] = []

    def __init__(self, app: str) -> None:
        self.app = app
        self._families: dict[str, type[TaskFamily]] = {}

    def add(
        self,
        task_id: str,
        *,
        tags: tuple[str, ...] = (),
        max_steps: int,
        apps: tuple[str, ...] = (),
        success_is_final: bool = False,
    ) -> Callable[[type[TaskFamily]], type[TaskFamily]]:
        """Register the decorated family under a versioned id such as `Shop-Checkout-v0`.

        Raises:
            PluginError: the id is malformed or taken.
        """
        if not TASK_ID.fullmatch(task_id):
            raise PluginError(f"Task id {task_id!r} must look like 'App-Task-v0'.")
        if task_id in self._families:
            raise PluginError(f"Task id {task_id!r} is registered twice.")

        def register(family: type[TaskFamily]) -> type[TaskFamily]:
            family.id, family.tags, family.max_steps = task_id, tags, max_steps
            family.apps, family.success_is_final = apps or (self.app,), success_is_final
            self._families[task_id] = family
            for watch in self.watchers:
                watch(family)
            return family

        return register

    def __iter__(self) -> Iterator[type[TaskFamily]]:
        return iter(self._families.values())


@dataclass(frozen=True, kw_only=True)
class AppSpec:
    """An app clone, as registered in the entry-point group `gristmill.apps`.

    Its worlds, and the checkpoints in them, are known by a digest of every file of its package: code, data
    files that its seed reads, templates and static files. Whoever edits one has new worlds. Files elsewhere
    are in no digest, so a seed reads none.

    Attributes:
        name: lower-case word; its host is `<name>.test`, its tables are called `<name>_...`.
        title: the invented brand that its pages show.
        version: changes whenever its tables or its seeded rows change, for people to read.
        create_app: makes a fresh Flask app; called once per process.
        seed: writes the app's rows into a new world, from `rng` alone; how many, by `world.size`.
        tasks: its task families.
        bookkeeping: tables that diffs and digests leave out.
        needs: capabilities of an engine that its pages need: `scripts` (JavaScript of their own),
            `pixels` (what they show can only be seen), `layout` (where something lies matters).
        handlers: what it does when an event is due, by the event's kind, such as `mail.deliver`.
        on: what it does when another app publishes a signal, by the signal's kind.
        skins: the ways in which its pages can look, chosen by `gym.make(..., skin=...)`; `world.skin` tells
            views and templates which one. `default` is always among them.
        contract: the version of this contract that the app clone was written for.

    Raises:
        PluginError: the name, a need, a kind, a skin or the contract is none that there is.
    """

    name: str
    title: str
    version: str
    create_app: Callable[[], Flask]
    seed: Callable[[World, Generator], None]
    tasks: TaskRegistry
    bookkeeping: frozenset[str] = field(default_factory=frozenset)
    needs: frozenset[str] = field(default_factory=frozenset)
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    on: Mapping[str, Handler] = field(default_factory=dict)
    skins: tuple[str, ...] = (DEFAULT_SKIN,)
    contract: int = CONTRACT

    def __post_init__(self) -> None:
        if self.contract != CONTRACT:
            raise PluginError(
                f"App clone {self.name!r} was written for contract {self.contract!r}; this gristmill "
                f"has contract {CONTRACT}. Install the version of one that fits the other, or bring the app "
                f"clone up to date with `AppSpec` and set contract={CONTRACT}."
            )
        if self.name in RESERVED:
            raise PluginError(f"App name {self.name!r} is taken by gristmill itself. Choose another.")
        if unknown := sorted(set(self.needs) - CAPABILITIES):
            raise PluginError(
                f"App clone {self.name!r} needs {', '.join(unknown)}, which is no capability of engines. "
                f"Available: {', '.join(sorted(CAPABILITIES))}."
            )
        if not re.fullmatch(r"[a-z][a-z0-9]*", self.name):
            raise PluginError(f"App name {self.name!r} must be one lower-case word.")
        self._require_skins()
        self._require_kinds()

    def _require_skins(self) -> None:
        wrong = [skin for skin in self.skins if not SKIN.fullmatch(skin)]
        if wrong or DEFAULT_SKIN not in self.skins or len(set(self.skins)) != len(self.skins):
            raise PluginError(
                f"The skins of {self.name} are {self.skins!r}: they must be different words such as "
                f"'high-contrast', {DEFAULT_SKIN!r} among them."
            )

    def _require_kinds(self) -> None:
        for kind in (*self.handlers, *self.on):
            if not KIND.fullmatch(kind):
                raise PluginError(f"The kind {kind!r} must look like 'app.what_happens'.")
        foreign = [kind for kind in self.handlers if not kind.startswith(f"{self.name}.")]
        if foreign:
            raise PluginError(
                f"Events of {self.name} are called '{self.name}....', not {', '.join(foreign)}."
            )
        own = [kind for kind in self.on if kind.startswith(f"{self.name}.")]
        if own:
            raise PluginError(f"{self.name} cannot listen to its own signals: {', '.join(own)}.")

    @property
    def host(self) -> str:
        """The host name of its pages."""
        return f"{self.name}.test"

    @property
    def modules(self) -> frozenset[str]:
        """The modules that its functions and task families come from."""
        parts = (self.create_app, self.seed, *self.tasks)
        return frozenset(part.__module__ for part in parts)

    @property
    def tables(self) -> list[Table]:
        """Its tables, in an order that respects foreign keys."""
        return [t for t in Model.metadata.sorted_tables if t.name.startswith(f"{self.name}_")]
