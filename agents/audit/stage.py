"""An environment in which an audit starts, forks, plays and judges episodes."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from gristmill.apps.base import Task, TaskFamily
from gristmill.apps.kit.aria import AriaSnapshot
from gristmill.envs.actions.grammar import parse
from gristmill.envs.actions.types import ENDINGS, Action, Answer, Done, GiveUp
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.engines.base import ObservationMode, PageObservation
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.episode import Ending, Episode
from gristmill.envs.episode.faults import detail_of
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import GristmillError, InfraError, Unwinnable
from gristmill.snapshots.diff import RowChange
from gristmill.verifiers.base import Verdict

REF = re.compile(r"(?<=\[ref=)e\d+(?=\])")
REPEATS = 6  # the oracle is stuck once it has done the same thing on the same page more often than this


class Defect(GristmillError):  # noqa: N818 - a finding about audited code
    """A family or app clone raised an exception; `fault` names it, with file and line."""

    def __init__(self, what: str, fault: InfraError) -> None:
        self.fault = fault
        place = f" ({fault.file}:{fault.line})" if fault.file else ""
        super().__init__(f"{what}: {fault}{place}")


class OracleDefect(Defect):
    """An oracle raised an exception other than `Unwinnable`, or returned no action."""


class Stuck(GristmillError):  # noqa: N818 - describes a play
    """An oracle did not end its episode; the message says where it was."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A moment of an episode, from which it can be continued any number of times."""

    checkpoint: Checkpoint
    actions: tuple[str, ...]


class Stage:
    """An environment of one family on the engine `dom`; the agent alone ends its episodes.

    The caller closes it.

    Attributes:
        observation: the last observation.
        actions: what was done since the start of the episode.
    """

    def __init__(
        self,
        task_id: str,
        *,
        split: str,
        brief: str = "explicit",
        news: str = "none",
        runtime: Runtime | None = None,
    ) -> None:
        self.env = WebEnv(
            task_id, engine="dom", split=split, brief=brief, news=news, stop="agent", runtime=runtime
        )
        self.observation: dict[str, Any] = {}
        self.actions: tuple[str, ...] = ()
        self._info: dict[str, Any] = {}
        self._sampled: dict[int, Task] = {}

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def begin(self, seed: int) -> None:
        """Start the episode of a seed.

        Raises:
            Defect: the task cannot be drawn, judged or opened.
        """
        try:
            self.observation, self._info = self.env.reset(seed=seed)
        except Exception as error:
            raise Defect("The episode cannot be started", detail_of(error, url="")) from error
        self.actions = ()

    def fork(self) -> Fork:
        """This moment of the episode."""
        return Fork(self.env.checkpoint(), self.actions)

    def resume(self, fork: Fork) -> None:
        """Continue from an earlier moment."""
        self.observation, self._info = self.env.reset(options={"checkpoint": fork.checkpoint})
        self.actions = fork.actions

    def act(self, action: str) -> bool:
        """Perform an action; returns whether the episode was ended with success.

        Raises:
            Defect: an app clone or the verifier failed.
        """
        self.observation, _, _, _, self._info = self.env.step(action)
        self.actions = (*self.actions, action)
        fault = self._info["infra_error"]
        if fault is not None:
            raise Defect(f"The step {action!r} failed", fault)
        return bool(self._info["success"])

    @property
    def family(self) -> TaskFamily:
        """The family that is audited."""
        return self.env.family

    @property
    def episode(self) -> Episode:
        """The running episode, or the one that has just ended."""
        return self.env.runner.begun("audit")

    @property
    def task(self) -> Task:
        """The task of the episode."""
        return self.episode.task

    @property
    def url(self) -> str:
        """Address of the open page."""
        return str(self.observation["url"])

    @property
    def page(self) -> AriaSnapshot:
        """The open page."""
        outline = self.env.runner.outline()
        assert outline is not None
        return outline

    @property
    def verdict(self) -> Verdict:
        """The verdict on the last step."""
        found: Verdict = self._info["verdict"]
        return found

    def oracle(self, task: Task | None = None) -> str:
        """The oracle's next action towards this task, by default the episode's.

        Raises:
            Unwinnable: no action leads to success.
            OracleDefect: it failed, or returned no action.
        """
        try:
            return self.episode.oracle(self.url, self.page, task=task)
        except Unwinnable:
            raise
        except Exception as error:
            raise OracleDefect("The oracle failed", detail_of(error, url=self.url)) from error

    def solve(self, limit: int, *, task: Task | None = None, repeats: int = REPEATS) -> Fork:
        """Play the oracle to the end; returns the moment before its last action.

        Raises:
            Stuck: it has not ended the episode after so many steps, or repeats itself.
            Unwinnable: it says that the task cannot be done any more.
            Defect: something failed.
        """
        done: Counter[tuple[tuple[str, int], str]] = Counter()
        for _ in range(limit):
            action = self.oracle(task)
            if is_ending(action):
                fork = self.fork()
                self.act(action)
                return fork
            here = without_refs(action, self.observation["aria"]), self.url
            done[here] += 1
            if done[here] > repeats and not action.startswith("wait"):
                raise Stuck(
                    f"It repeats {action!r} on {self.url}: {self.observation['error'] or 'no effect'}"
                )
            self.act(action)
        raise Stuck(
            f"It has not ended after {limit} steps; the last one was {self.actions[-1]!r} on {self.url}"
        )

    def verdict_if(self, ending: Ending) -> Verdict:
        """The verdict if the episode ended like this now.

        Raises:
            Defect: the verifier failed.
        """
        try:
            return self.episode.verdict_if(ending)
        except Exception as error:
            raise Defect("The verifier failed", detail_of(error, url=self.url)) from error

    def visited(self) -> frozenset[str]:
        """The pages opened so far."""
        return frozenset(self.episode.session.visited)

    def changes(self) -> tuple[RowChange, ...]:
        """The agent's changes so far."""
        return self.episode.diff().changes

    def changes_later(self, steps: int) -> tuple[RowChange, ...]:
        """Let the world go on for some steps of two minutes; returns all changes since the start.

        The world's own are among them.
        """
        for _ in range(steps):
            self.act("wait 2")
        episode = self.episode
        with episode.session.compare_with(episode.start, ignore=episode.hidden_tables) as comparison:
            return comparison.diff().changes

    def now(self) -> str:
        """The world's time, as rows store times."""
        time = self.episode.session.time()
        return time[0] if time else ""

    def sample(self, seed: int) -> Task:
        """The task of another seed; cached."""
        if seed not in self._sampled:
            config, runtime, family = self.env.config, self.env.runtime, self.family
            choice = config.worlds.choice(config.split, seed)
            world = runtime.world(family, choice).data
            self._sampled[seed] = runtime.task_cache.get(
                family, world, choice=choice, seed=seed, split=config.split, wordings=config.wordings
            ).task
        return self._sampled[seed]

    def perform_untimed(self, action: Action) -> PageObservation:
        """Perform an action that takes no time, such as a press of Tab, and read the page."""
        page = self.env.runner.page
        assert page is not None
        page.perform(action).result()
        return page.read(ObservationMode.ARIA).result()


def without_refs(action: str, aria: str) -> tuple[str, int]:
    """An action and a digest of its page, equal for equal pages: no ref is used twice in an episode."""
    places = {ref: f"e{place}" for place, ref in enumerate(REF.findall(aria))}
    verb, _, rest = action.partition(" ")
    ref, _, more = rest.partition(" ")
    return f"{verb} {places.get(ref, ref)} {more}", hash(REF.sub("", aria))


def ending_of(action: str, visited: frozenset[str]) -> Ending:
    """What a last action says, after these pages were opened."""
    parsed = parse(action)
    return Ending(
        answer=parsed.text if isinstance(parsed, Answer) else None,
        gave_up=parsed.reason if isinstance(parsed, GiveUp) else None,
        visited=visited,
    )


def is_ending(action: str) -> bool:
    """Whether an action ends the episode."""
    return isinstance(parse(action), ENDINGS)


def is_done(action: str) -> bool:
    """Whether an action is `done`."""
    return isinstance(parse(action), Done)


def failed_checks(verdict: Verdict) -> str:
    """The checks that failed, with their details, for messages."""
    failed = [f"{check.name} ({check.detail:.120})" for check in verdict.checks if not check.passed]
    return "; ".join(failed) or "all checks passed"
