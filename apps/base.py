"""The app clone contract: `AppSpec`, `TaskFamily` and their registration."""

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
from gristmill.apps.kit.skins import VARIED
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

# Nested values are `Any`: msgspec, which decodes tasks from checkpoints, does not support recursive types.
Json = str | int | float | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One instance of a task family: goal, person, start address, and terms.

    `split` is the set of worlds that it was sampled from, `world` the one that it is in (families leave it
    out; the code that samples the task sets it). `wordings` is the set of goal wordings that was used, so
    agents can be evaluated on new wordings in a known world and vice versa. `terms` is everything that
    verifier and oracle need, as JSON, so that a stored episode can be scored again. It is the answer key:
    never show it to an agent.
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
        """This task as JSON, including its terms, the answer key."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        return parts | {"terms": dict(self.terms), "world": self.world.to_json()}


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """An oracle's input: the page as the agent observes it, and (privileged) the database."""

    task: Task
    url: str
    page: AriaSnapshot
    db: Session


class TaskFamily(ABC):
    """A kind of task: samples instances, verifies their outcome, and knows a solution.

    Families are stateless: everything that differs between episodes is in the `Task`.

    Attributes:
        success_is_final: whether the goal state cannot be left again, such as after placing an order. The
            episode then ends on success. Otherwise the agent could pass through the goal state by accident
            (such as by adding items to a cart one by one), so it has to say `done`.
    """

    id: ClassVar[str]
    tags: ClassVar[tuple[str, ...]]
    max_steps: ClassVar[int]
    apps: ClassVar[tuple[str, ...]]
    success_is_final: ClassVar[bool] = False

    @abstractmethod
    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Write the set-up rows and return the task, worded in the `train` or `test` wordings.

        Deterministic in its arguments. Everything but the goal's text must be independent of `wordings`, so
        choose the wording last.
        """

    @abstractmethod
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Verify the outcome. Must be pure: equal evidence, equal verdict."""

    @abstractmethod
    def oracle(self, view: View) -> str:
        """Return the next correct action from any state of the task; `done` if nothing is left to do.

        Raises:
            Unwinnable: something irreversible was done, so that no action leads to success any more.
        """

    @classmethod
    def summary(cls) -> str:
        """A one-line description of the tasks."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class TaskRegistry:
    """The task families of one app clone, in registration order.

    Attributes:
        watchers: callbacks for each family that any app clone registers.
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
            PluginError: the id is malformed or already registered.
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

    Its worlds and checkpoints are keyed by a digest of every file of its package: code, data files, templates
    and static files. Editing one gives new worlds. Files elsewhere are not part of the digest, so a seed must
    not read them.

    Attributes:
        name: lower-case word; the host is `<name>.test`, tables are named `<name>_...`.
        title: the invented brand shown on its pages.
        version: for people; change it when tables or seeded rows change.
        create_app: makes a Flask app; called once per process.
        seed: writes the app's rows into a new world, deterministic in `rng`; scaled by `world.size`.
        tasks: its task families.
        bookkeeping: tables left out of diffs and digests.
        prelude: writes what several apps share before any of them seeds, such as the company that mail and
            chat are set in. One that several apps of a world name runs once.
        seeds_after: apps whose seeds run before this one's, if they are in the world.
        needs: engine capabilities required by its pages: `scripts` (JavaScript of their own), `pixels`
            (content that can only be seen), `layout` (positions matter).
        handlers: event handlers by event kind, such as `mail.deliver`.
        on: handlers of other apps' signals, by signal kind.
        skins: looks of its own besides those of the kit, which every app clone has; chosen by
            `gym.make(..., skin=...)`. Must include `default`, and not `varied`, which is no skin.
        contract: the version of this contract that the app clone was written for.

    Raises:
        PluginError: the name, a need, a kind, a skin or the contract version is invalid.
    """

    name: str
    title: str
    version: str
    create_app: Callable[[], Flask]
    seed: Callable[[World, Generator], None]
    tasks: TaskRegistry
    bookkeeping: frozenset[str] = field(default_factory=frozenset)
    prelude: Callable[[World, int], None] | None = None
    seeds_after: frozenset[str] = field(default_factory=frozenset)
    needs: frozenset[str] = field(default_factory=frozenset)
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    on: Mapping[str, Handler] = field(default_factory=dict)
    skins: tuple[str, ...] = (DEFAULT_SKIN,)
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
        self._require_skins()
        self._require_kinds()

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
