"""One episode of a benchmark run, and its JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec

from gristmill.agents.rollouts.results import EndedBy
from gristmill.apps.base import Json
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.errors import RecordError
from gristmill.verifiers.base import Check


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class EpisodeKey:
    """What is played: equal keys ask for the same task on the same pages.

    Attributes:
        task: id of the task family.
        skin: `varied` draws one by seed.
    """

    task: str
    seed: int
    split: str = "train"
    wordings: str = "train"
    worlds: int = 1
    size: str = "standard"
    skin: str = "default"
    brief: str = "explicit"
    news: str = "none"
    engine: str = "chromium"
    observation: str = "aria"

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of `gymnasium.make` besides the id."""
        return {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name not in {"task", "seed"}
        }

    @property
    def pair(self) -> tuple[Any, ...]:
        """Equal for keys that are compared with each other: engine and observation are the agent's matter."""
        return (
            self.task, self.seed, self.split, self.wordings, self.worlds, self.size, self.skin, self.brief,
            self.news,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """The three versions that move apart; see `docs/versioning.md`.

    Attributes:
        machinery: Gristmill's version.
        tasks: digest of the code of the task family and of what its verdicts are computed by.
        world: digest of what the world was built from; None after a fault before there was a world.
    """

    machinery: str
    tasks: str
    world: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What an agent's model used.

    Attributes:
        cost_usd: US dollars; None if the price is unknown.
        calls: number of requests.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    calls: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchStep:
    """One step.

    Attributes:
        action: the action as the agent wrote it.
        target: role and name of the element that it names, such as `button "Add to cart"`; or empty.
        error: why the action was refused; or empty.
        url: address of the page after the step.
        wall_s: seconds spent in the environment.
        agent_s: seconds that the agent took to answer.
    """

    action: str
    target: str
    error: str
    reward: float
    url: str
    wall_s: float
    agent_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Why an episode has no verdict.

    Attributes:
        source: what failed: `agent`, `verifier`, `process` (it died or was killed) or `infrastructure`.
        kind: class name of the root cause; or empty.
        traceback: of all chained exceptions; or empty.
    """

    message: str
    source: str = "infrastructure"
    kind: str = ""
    url: str = ""
    file: str = ""
    line: int = 0
    traceback: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When and how long; the only part of an episode that differs between equal runs.

    Attributes:
        reset_s: seconds of the reset.
        agent_s: seconds that the agent took for all answers.
        total_s: seconds from reset to verdict.
    """

    reset_s: float = 0.0
    agent_s: float = 0.0
    total_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchEpisode:
    """One finished episode.

    Attributes:
        agent: name of the agent.
        suites: names of the suites that asked for it.
        kind: kind of the task family, see `TaskKind`.
        level: level of the task family, see `Level`.
        apps: names of the apps of its world.
        ends_with: the action that the task asks to end with, see `EndsWith`. Part of the answer key.
        success: whether it was rewarded with success; None after a fault.
        reward: sum of all steps' rewards.
        progress: share of passed checks at the end, in 0..1; None after a fault.
        side_effects: each change that the task did not permit, in words.
        retries: number of attempts before this one that ended in a fault.
        fault: why there is no verdict, or None.
        frames: names of the screenshots in the folder `frames`: before each action, and at the end.
        outlines: accessibility trees before each action and at the end, if they were kept.
        record: JSON of the `EpisodeRecord`; None if the episode never began.
        changes: the rows that the agent changed, in words.
        usage: what the agent's model used; None if the agent does not say.
        transcript: what the agent recorded of its own accord, such as a model's messages.
    """

    key: EpisodeKey
    agent: str
    goal: str
    kind: str
    level: str
    apps: tuple[str, ...]
    versions: Versions
    ends_with: str
    success: bool | None
    reward: float
    progress: float | None
    ended_by: EndedBy
    checks: tuple[Check, ...] = ()
    side_effects: tuple[str, ...] = ()
    steps: tuple[BenchStep, ...] = ()
    times: Times = field(default_factory=Times)
    suites: tuple[str, ...] = ()
    retries: int = 0
    fault: Fault | None = None
    frames: tuple[str, ...] = ()
    outlines: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = None
    changes: tuple[str, ...] = ()
    usage: Usage | None = None
    transcript: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_false_completion(self) -> bool:
        """Whether the agent said `done` without success."""
        return self.ended_by is EndedBy.DONE and self.success is False

    @property
    def final_state(self) -> EpisodeRecord | None:
        """The record, parsed: both databases as patches.

        Raises:
            RecordError: it is damaged, or has another format version.
        """
        return (
            None
            if self.record is None
            else EpisodeRecord.from_json(msgspec.json.encode(self.record).decode())
        )

    def to_json(self) -> dict[str, Json]:
        """This episode as JSON."""
        plain: dict[str, Json] = msgspec.to_builtins(self, enc_hook=dict)
        return plain

    def to_line(self) -> bytes:
        """This episode as a line of `episodes.jsonl`, with its line feed."""
        return msgspec.json.encode(self, enc_hook=dict) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Parse a line that `to_line` wrote.

        Raises:
            RecordError: it is something else, or incomplete.
        """
        try:
            return msgspec.json.decode(line, type=cls)
        except msgspec.DecodeError as error:
            raise RecordError(f"Not an episode of a benchmark run: {line[:60]!r} ({error}).") from error
