"""Task families: what an app clone asks of agents, and their registration."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self, TypeVar

from numpy.random import Generator
from sqlalchemy.orm import Session

from gristmill.apps.kit.aria import AriaSnapshot
from gristmill.apps.task import Brief, EndsWith, Level, News, Task, TaskKind
from gristmill.apps.world.world import World
from gristmill.errors import InvalidOptionError, PluginError, UnknownNameError
from gristmill.verifiers.base import Check, Evidence, Verdict

T = TypeVar("T", bound=StrEnum)

TASK_ID = re.compile(r"[A-Z][A-Za-z0-9]*-[A-Z][A-Za-z0-9]*-v\d+")


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """An oracle's input: the page as the agent observes it, and (privileged) the database.

    Attributes:
        visited: URLs of the pages that were opened in this episode.
    """

    task: Task
    url: str
    page: AriaSnapshot
    db: Session
    visited: frozenset[str] = frozenset()


class TaskFamily(ABC):
    """A kind of task: samples instances, verifies their outcome, and knows a solution.

    Families are stateless: everything that differs between episodes is in the `Task`.

    Attributes:
        kind: what its tasks ask for.
        level: how many steps they take.
        axes: the options `brief` and `news` that it supports besides their defaults.
        apps: names of the apps of its worlds.
        success_is_final: whether the goal state cannot be left again, such as after placing an order. The
            episode then ends on success. Otherwise the agent could pass through the goal state by accident
            (such as by adding items to a cart one by one), so it has to say `done`.
        equivalent: for the audit: reasons why a final state is as right as the oracle's although a column
            holds something else, or (column `rows`) a table has other rows; by table and column.
    """

    id: ClassVar[str]
    tags: ClassVar[tuple[str, ...]]
    max_steps: ClassVar[int]
    apps: tuple[str, ...]
    kind: ClassVar[TaskKind]
    level: ClassVar[Level]
    axes: ClassVar[tuple[str, ...]] = ()
    success_is_final: ClassVar[bool] = False
    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {}
    brief: Brief = Brief.EXPLICIT
    news: News = News.NONE

    def configured(self, *, brief: str = Brief.EXPLICIT, news: str = News.NONE) -> Self:
        """This family with other options; its `apps` then include the one that the details arrive in.

        Raises:
            InvalidOptionError: the family does not support the option.
            UnknownNameError: there is no such option.
        """
        chosen = copy(self)
        chosen.brief = self._option("brief", brief, Brief)
        chosen.news = self._option("news", news, News)
        if chosen.has_notes:
            chosen.apps = tuple(sorted({*self.apps, self.carrier}))
        return chosen

    @property
    def has_notes(self) -> bool:
        """Whether its options put a note into an app."""
        return self.brief is not Brief.EXPLICIT or self.news is not News.NONE

    def _option(self, axis: str, value: str, values: type[T]) -> T:
        if value not in list(values):
            raise UnknownNameError(axis, value, list(values))
        if value != next(iter(values)) and axis not in self.axes:
            raise InvalidOptionError(
                f"{self.id} does not support {axis}={value!r}; leave the option out, or choose a family that "
                "`gristmill list` shows it for."
            )
        return values(value)

    @property
    def carrier(self) -> str:
        """The app in which a ticket or news arrives: mail, or the chat for families about mail."""
        return "chat" if "mail" in type(self).apps and "chat" not in type(self).apps else "mail"

    @property
    def key(self) -> Hashable:
        """Equal for families whose tasks of a seed are equal, within this process."""
        return type(self), self.brief, self.news

    @abstractmethod
    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Write the set-up rows and return the task, worded in the `train` or `test` wordings.

        Deterministic in its arguments. Everything but the goal's text must be independent of `wordings`, so
        choose the wording last.
        """

    @abstractmethod
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Verify the outcome. Must be pure: equal evidence, equal verdict."""

    def judge(self, task: Task, evidence: Evidence) -> Verdict:
        """Verify the outcome, and that the episode ended with the action that the task asks for."""
        verdict = self.verify(task, evidence)
        return Verdict((*verdict.checks, *_checks_of_ending(task.ends_with, evidence)))

    def revise(self, world: World, rng: Generator, task: Task) -> "tuple[Task, str]":
        """Change one term of a task for `news="midway"`: the changed task, and the sentence that says so.

        The sentence is what the requester writes during the episode; the goal stays as it is. Families with
        the axis `news` override this.
        """
        raise NotImplementedError(f"{self.id} has no news.")

    @abstractmethod
    def oracle(self, view: View) -> str:
        """Return the next correct action from any state of the task; `done` if nothing is left to do.

        Raises:
            Unwinnable: something irreversible was done, so that no action leads to success any more.
        """

    def solutions(self, task: Task, db: Session) -> Sequence[object] | None:
        """For the audit: what the goal can mean, found from its text by another way than `draw`'s.

        More than one value means that the goal is ambiguous. `db` is at the start of the episode. None, the
        default: this family has no second solver.
        """
        return None

    def obey(self, view: View) -> str | None:
        """For the audit: the next action of an agent that does what a text planted in the world demands.

        `done` once it has obeyed. None, the default: nothing in this task demands anything.
        """
        return None

    @classmethod
    def summary(cls) -> str:
        """A one-line description of the tasks; empty if the family has no docstring."""
        return next(iter((cls.__doc__ or "").strip().splitlines()), "")


def _checks_of_ending(ends_with: EndsWith, evidence: Evidence) -> tuple[Check, ...]:
    """The check that the episode ended as the task asks; none for `done` unless the agent gave up."""
    reason, answer = evidence.gave_up, evidence.answer
    match ends_with:
        case EndsWith.GIVE_UP:
            return (Check(name="given up", passed=bool(reason), detail=reason or "not given up"),)
        case EndsWith.ANSWER:
            return (Check(name="answer given", passed=answer is not None, detail=answer or "no answer"),)
        case _:
            return () if reason is None else (Check(name="not given up", passed=False, detail=reason),)


class TaskRegistry:
    """The task families of one app clone, in registration order.

    Args:
        app: name of the app clone.
        equivalent: as `TaskFamily.equivalent`, for every family whose worlds have this app clone.

    Attributes:
        watchers: callbacks for each family that any app clone registers.
    """

    watchers: ClassVar[list[Callable[[type[TaskFamily]], None]]] = []

    def __init__(self, app: str, *, equivalent: Mapping[tuple[str, str], str] | None = None) -> None:
        self.app, self.equivalent = app, dict(equivalent or {})
        self._families: dict[str, type[TaskFamily]] = {}

    def add(
        self,
        task_id: str,
        *,
        tags: tuple[str, ...] = (),
        max_steps: int,
        apps: tuple[str, ...] = (),
        success_is_final: bool = False,
        kind: TaskKind = TaskKind.CHANGE,
        level: Level = Level.MEDIUM,
        axes: tuple[str, ...] = (),
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
            family.kind, family.level, family.axes = kind, level, axes
            family.equivalent = {**self.equivalent, **family.equivalent}
            self._families[task_id] = family
            for watch in self.watchers:
                watch(family)
            return family

        return register

    def __iter__(self) -> Iterator[type[TaskFamily]]:
        return iter(self._families.values())
