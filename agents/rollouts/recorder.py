"""Records one episode: its steps, pages and result."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from types import MappingProxyType
from typing import Any, TypeVar

from gristmill.agents.rollouts.frames import encode
from gristmill.agents.rollouts.results import EndedBy, EpisodeResult, StepRecord
from gristmill.apps.kit.aria import LINE
from gristmill.envs.engines.base import Pixels
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.envs.episode.scheduling import READY, Coroutine, run
from gristmill.verifiers.checks import described

T = TypeVar("T")

THUMBNAIL_WIDTH = 400
MAX_ACTION_LENGTH = 4000  # of what is kept of an action that is no text


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeping:
    """What is kept of an episode besides its steps and checks.

    Attributes:
        frames: screenshots; about 50 ms a step.
        outlines: accessibility trees.
        record: the record, with which it can be scored again, and the changed rows in words.
    """

    frames: bool = False
    outlines: bool = False
    record: bool = False


NOTHING = Keeping()
LOGGER = logging.getLogger("gristmill")
Stepped = tuple[dict[str, Any], dict[str, Any], bool]


class EpisodeRecorder:
    """Collects the steps and frames of one episode."""

    def __init__(self, web: WebEnv, *, max_steps: int, keeping: Keeping) -> None:
        self._web, self._max_steps, self._keeping = web, max_steps, keeping
        web.step_limit = max_steps
        self._info: dict[str, Any] = {}
        self._has_begun = self._is_terminated = False
        self._outlines: list[str] = []
        self._titles: list[str] = []
        self._goal, self._aria, self._title, self._reset_s = "", "", "", 0.0
        self._pixels: Pixels | None = None
        self.steps: list[StepRecord] = []
        self._frames: list[bytes] = []

    def resetting(self, seed: int) -> Coroutine[tuple[dict[str, Any], dict[str, Any]]]:
        """Reset the environment and start its record; returns observation and info."""
        resetting = timed(self._web, self._web.resetting(seed=seed))
        (observation, self._info), self._reset_s = yield from resetting
        self._goal, self._aria = observation["goal"], observation.get("aria", "")
        self._title = observation["title"]
        self._pixels = observation.get("pixels")
        self._has_begun = True
        self._record_page()
        return observation, self._info

    def stepping(self, action: Any, agent_s: float = 0.0) -> Coroutine[Stepped]:
        """Perform and record a step; returns observation, info and whether the episode is over."""
        text = action if isinstance(action, str) else as_text(action)
        target = named_element(text, self._aria)
        result, wall_s = yield from timed(self._web, self._web.stepping(action))
        observation, reward, terminated, truncated, self._info = result
        self._aria, self._pixels = observation.get("aria", ""), observation.get("pixels")
        self._title = observation["title"]
        self.steps.append(
            StepRecord(
                action=text,
                target=target,
                error=observation["error"],
                reward=float(reward),
                url=observation["url"],
                wall_s=wall_s,
                agent_s=agent_s,
            )
        )
        self._is_terminated = bool(terminated)
        if self._info["infra_error"] is None:
            self._record_page()
        is_over = terminated or truncated or self._info["steps_taken"] >= self._max_steps
        return observation, self._info, is_over

    def _record_page(self) -> None:
        if self._keeping.outlines:
            self._outlines.append(self._aria)
            self._titles.append(self._title)
        if self._keeping.frames and (pixels := self._web.render()) is not None:
            self._frames.append(encode(pixels))

    def thumbnail(self) -> bytes | str:
        """A picture of the page: what was recorded or observed, if possible; without pixels the outline."""
        if self._frames:
            return self._frames[-1]
        if self._pixels is None and self._web.render_mode is not None and self._info["infra_error"] is None:
            self._pixels = self._web.render()
        return self._aria if self._pixels is None else encode(self._pixels, width=THUMBNAIL_WIDTH)

    def result(
        self,
        *,
        agent: str,
        seed: int,
        fault: str | None,
        retries: int,
        report: Mapping[str, Any] = MappingProxyType({}),
    ) -> EpisodeResult:
        """Return the result of the episode so far; `fault` is the infrastructure failure, if any."""
        verdict = None if fault is not None else self._info["verdict"]
        record = self._record(fault) if self._keeping.record and self._has_begun else None
        keeps_changes = self._keeping.record and fault is None
        return EpisodeResult(
            task_id=self._web.family.id,
            agent=agent,
            seed=seed,
            goal=self._goal,
            success=None if fault is not None else self._info["success"],
            steps=tuple(self.steps),
            checks=() if verdict is None else verdict.checks,
            reset_s=self._reset_s,
            retries=retries,
            infra_error=fault,
            frames=tuple(self._frames),
            ended_by=self._ended_by(fault),
            outlines=tuple(self._outlines),
            titles=tuple(self._titles),
            verdict=verdict,
            record=record,
            changes=self._changes() if keeps_changes else (),
            report=report,
        )

    def _record(self, fault: str | None) -> EpisodeRecord | None:
        """The record; after a failure only as far as there is one."""
        try:
            record = self._web.record()
        except Exception:
            if fault is None:
                raise
            return None
        return record if fault is None else replace(record, verdict=None, infra_error=str(fault))

    def _changes(self) -> tuple[str, ...]:
        """The rows that the agent changed, in words."""
        changes = self._web.runner.begun("the changes").diff().changes
        return tuple(described([change]) for change in changes)

    def _ended_by(self, fault: str | None) -> EndedBy:
        if fault is not None:
            return EndedBy.FAULT
        episode = self._web.runner.begun("the end")
        if episode.answer is not None:
            return EndedBy.ANSWER
        if episode.gave_up is not None:
            return EndedBy.GIVE_UP
        if not self._is_terminated:
            return EndedBy.STEP_LIMIT
        is_done = not self._info["success"] or '"done"' in self.steps[-1].action
        return EndedBy.DONE if is_done or self.steps[-1].action.strip() == "done" else EndedBy.SUCCESS


def timed(web: WebEnv, work: Coroutine[T]) -> Coroutine[tuple[T, float]]:
    """Run an environment's coroutine; returns its value and its duration in seconds.

    An engine without a browser never waits for I/O, so its step runs to completion while the environment's
    `turn` lock is held; other environments are scheduled afterwards.
    """
    if web.has_browser:
        started_at = perf_counter()
        result = yield from work
        return result, perf_counter() - started_at
    with web.turn:
        started_at = perf_counter()
        result = run(work)
        wall_s = perf_counter() - started_at
    yield READY
    return result, wall_s


def as_text(action: object) -> str:
    """An action that is no text, such as a tool call or garbage, as it is kept."""
    return json.dumps(action, ensure_ascii=False, default=repr)[:MAX_ACTION_LENGTH]


def named_element(action: str, aria: str) -> str:
    """The role and name of the element whose ref an action names, such as `button "Add to cart"`; or ''."""
    for word in action.split()[1:2]:
        for line in aria.splitlines():
            if f" [ref={word}]" in line and (found := LINE.fullmatch(line)):
                return " ".join(part for part in (found["role"], found["name"]) if part)
    return ""
