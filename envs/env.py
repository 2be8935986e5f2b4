"""`WebEnv`: a task on app clones as a Gymnasium environment."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NoReturn

import gymnasium as gym

from gristmill.envs.actions.grammar import holds_several, verbs_of
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.checkpoints.compatibility import checkpoint_option, require_compatible
from gristmill.envs.config import (
    EnvConfig,
    RewardMode,
    StopMode,
    checked_aria_limit,
    checked_pixel_scale,
    checked_step_cost,
    checked_viewport,
    parse_choice,
)
from gristmill.envs.engines.base import WITHOUT_PIXELS, ObservationMode, Pixels
from gristmill.envs.episode.copying import refuse_copy
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.envs.episode.runner import EpisodeRunner
from gristmill.envs.episode.runtime import IN_INTERPRETER, Runtime, require_engine
from gristmill.envs.episode.scheduling import Coroutine, run
from gristmill.envs.episode.step_limits import count_further, count_on, limits_above, steps_left
from gristmill.envs.episode.step_result import Info, Observation, StepResult
from gristmill.envs.episode.worlds import checked_options, require_split, wordings_of
from gristmill.envs.spaces import ActionText, observation_space
from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.plugins import installed


class WebEnv(gym.Env[Observation, Any]):
    """A task family as an environment; each `reset` samples a task of it.

    Equal seeds and actions give equal observations, rewards and rows on every machine with the same versions.
    An environment may be used from any thread, by one at a time.

    Reward: 1.0 when the episode ends with success, which sets `info["success"]`, else 0.0. The goal state
    may hold earlier, see `info["goal_reached"]`. With `reward="progress"` the change in the share of passed
    checks is added at each step (Ng, Harada and Russell 1999: potential-based shaping with discount 1; the
    potential is not zeroed at the end, so partial success shows in the return).

    Args:
        task: id of the task family.
        engine: `chromium`, or `dom`: the same pages and accessibility trees without a browser or pixels.
        observation: `aria`, `pixels` or `aria+pixels`.
        reward: `sparse` or `progress`.
        stop: `auto` ends the episode once the goal state is reached; `agent` only at `done` or `answer`,
            which always end it. Default: `auto` if success is final (a placed order), `agent` if an agent
            could pass through the goal state by accident (a cart).
        step_cost: subtracted from the reward of each step, to favour short episodes; 0 or more.
        split: `train` or `test`, which use different worlds.
        wordings: `train` or `test`, which word the goals differently; by default those of the split.
        worlds: number of worlds that the tasks of the split are spread over, by seed, 1 to 64. Each world is
            built once, when it is first needed.
        size: `small`, `standard` or `large` worlds, which have different rows and numbers of rows.
        skin: look of the pages: one of the kit's skins, or another one that all apps of the task declare;
            `varied` draws one of the split's skins for each seed. Rows, tasks and verdicts are the same.
        brief: `explicit`, or `ticket`: the details stand in a mail or message that the goal names.
        news: `none`, or `midway`: a message that arrives during the episode changes one term.
        viewport: width and height in CSS pixels.
        aria_limit: characters of `aria`, from 1,000; a longer page is shown in parts, which `scroll` turns.
            None: up to 200,000 in one part.
        pixel_scale: size of `pixels` relative to the viewport, 0.1 to 1. Mouse actions stay in CSS pixels.
        render_mode: `rgb_array` or None.
        runtime: servers, engines and caches to use; by default those shared by the process. The caller closes
            it after the environment.

    Raises:
        UnknownNameError: a name does not exist; the message lists the valid ones.
        InvalidOptionError: the viewport, `worlds`, `aria_limit`, `pixel_scale` or the step cost is out of
            range, `runtime` is not a `Runtime`, or the engine or family does not support the options.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 4}  # noqa: RUF012 - Gymnasium's name

    def __init__(
        self,
        task: str,
        *,
        engine: str = "chromium",
        observation: str = "aria",
        reward: str = "sparse",
        stop: str | None = None,
        step_cost: float = 0.0,
        split: str = "train",
        wordings: str | None = None,
        worlds: int = 1,
        size: str = "standard",
        skin: str = "default",
        brief: str = "explicit",
        news: str = "none",
        viewport: tuple[int, int] = (1024, 768),
        aria_limit: int | None = None,
        pixel_scale: float = 1.0,
        render_mode: str | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        family = installed().family(task).configured(brief=brief, news=news)
        apps = [installed().app(name) for name in family.apps]
        require_split(split)
        if render_mode not in {None, *self.metadata["render_modes"]}:
            raise UnknownNameError("render_mode", render_mode, self.metadata["render_modes"])
        if not isinstance(runtime, Runtime | None):
            raise InvalidOptionError(f"runtime must be a Runtime or None, not {runtime!r}.")
        mode = parse_choice(ObservationMode, "observation", observation)
        with_pixels = mode.has_pixels or render_mode is not None
        require_engine(engine, family, with_pixels=with_pixels)
        chosen = EnvConfig(
            engine=engine,
            split=split,
            wordings=wordings_of(split, wordings),
            worlds=checked_options(apps, worlds=worlds, size=size, skin=skin),
            observation=mode,
            reward=parse_choice(RewardMode, "reward", reward),
            stop=StopMode.of_family(family) if stop is None else parse_choice(StopMode, "stop", stop),
            step_cost=checked_step_cost(step_cost),
            viewport=checked_viewport(viewport),
            with_pixels=with_pixels,
            aria_limit=checked_aria_limit(aria_limit),
            pixel_scale=checked_pixel_scale(pixel_scale),
        )
        self.family, self.config = family, chosen
        self.runner = EpisodeRunner(family, chosen, runtime)
        self.metadata = {**self.metadata, "render_modes": [] if engine in WITHOUT_PIXELS else ["rgb_array"]}
        self.render_mode = render_mode
        self.observation_space = observation_space(
            mode, chosen.viewport, aria_limit=chosen.aria_limit, pixel_scale=chosen.pixel_scale
        )
        self.action_space = ActionText(viewport=chosen.viewport, verbs=verbs_of(engine))
        self._turn = threading.RLock()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Sample a task and open its start page, or restore a checkpoint.

        Args:
            seed: the task's seed; by default the next one of the environment's generator.
            options: nothing, or `{"checkpoint": c}`: the episode resumes from `c`, and its last observation
                is returned. Steps before the checkpoint count, also for Gymnasium's `TimeLimit`. `seed` then
                only affects later resets.

        Raises:
            InvalidOptionError: `options` holds anything else.
            CheckpointError: the checkpoint cannot be restored here; the running episode is unchanged.
            BrowserNotFoundError: the engine needs a browser and there is none.
            EngineFault: the infrastructure failed twice in a row.
        """
        checkpoint = checkpoint_option(options or {})
        with self.turn:
            result = run(self.resetting(seed=seed, checkpoint=checkpoint))
        if checkpoint is not None:
            count_on(self, checkpoint.steps_taken)
        return result

    def step(self, action: Any) -> StepResult:
        """Perform an action (a line of the grammar, a tool call or an `Action`), judge and observe.

        Several actions in one call (a list, or lines of text) are performed in order, with one observation
        after the last. Each counts as a step. They stop at the first that fails, leads to another page or
        ends the episode; `error` then says how many were done, and `info["actions_done"]` always does.

        An action that cannot be parsed or performed costs a step and is reported as the observation's
        `error`. After an infrastructure failure the episode is truncated with `info["infra_error"]`,
        `success` and `verdict` are None, and the next `reset` opens a new page.

        Raises:
            ResetNeeded: no episode is running.
        """
        with self.turn:
            if not holds_several(action):
                return run(self.stepping(action))
            limits, before = list(limits_above(self, "step")), self.steps_taken
            self.step_limit = before + steps_left(limits)
            result = run(self.stepping(action))
            count_further(limits, self.steps_taken - before - 1)
            return result

    def close(self) -> None:
        """Close session and page. Idempotent; a later `reset` opens new ones."""
        with self.turn:
            self.runner.close()

    def resetting(
        self, *, seed: int | None = None, checkpoint: Checkpoint | None = None
    ) -> Coroutine[tuple[Observation, Info]]:
        """`reset` as a coroutine that pauses while the page is busy; see `envs.episode.scheduling`."""
        if checkpoint is not None:
            self.require_compatible(checkpoint)
        super().reset(seed=seed)
        if checkpoint is not None:
            yield from self.runner.restore(checkpoint)
        else:
            yield from self.runner.start(seed if seed is not None else int(self.np_random.integers(2**31)))
        return self.runner.observation(), self.runner.info()

    def stepping(self, action: Any) -> Coroutine[StepResult]:
        """`step` as a coroutine that pauses while the page is busy; see `envs.episode.scheduling`."""
        return self.runner.step(action)

    def require_compatible(self, checkpoint: Checkpoint) -> None:
        """Check that this environment can restore a checkpoint.

        Raises:
            CheckpointError: its task, split, wordings, world, viewport or versions differ.
        """
        require_compatible(
            checkpoint,
            family=self.family,
            split=self.config.split,
            wordings=self.config.wordings,
            viewport=self.config.viewport,
            worlds=self.config.worlds,
            versions=self.runtime.versions(self.family),
        )

    def oracle(self) -> str:
        """Return the next correct action, as a line of the grammar. Privileged: reads the database.

        Raises:
            Unwinnable: no action leads to success any more, such as after a wrong order.
            PluginError: the family's oracle returned an invalid action.
            ResetNeeded: no episode is running.
        """
        with self.turn:
            return self.runner.oracle()

    def checkpoint(self) -> Checkpoint:
        """Capture the episode, for `reset(options={"checkpoint": ...})` of any compatible environment.

        Raises:
            ResetNeeded: no episode is running.
            EngineFault: the infrastructure failed.
        """
        with self.turn:
            return self.runner.checkpoint()

    def record(self) -> EpisodeRecord:
        """Record the episode, running or ended, with everything needed to score it again.

        Raises:
            ResetNeeded: there was no episode yet.
        """
        with self.turn:
            return EpisodeRecord.of(self.runner.begun("record()"), steps=self.runner.steps_taken)

    def state_digest(self) -> str:
        """The sha256 of the episode's rows, without bookkeeping tables.

        Raises:
            ResetNeeded: there was no episode yet.
        """
        with self.turn:
            return self.runner.begun("state_digest()").state_digest()

    def render(self) -> Pixels | None:
        """The viewport as an array (height, width, 3) with `render_mode="rgb_array"`, else None."""
        with self.turn:
            page = self.runner.own_page()
            return None if self.render_mode is None or page is None else page.screenshot()

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse `copy`, `deepcopy` and `pickle`: page and session have a single owner."""
        refuse_copy(self)

    @property
    def runtime(self) -> Runtime:
        """The runtime passed to the constructor, else the process's."""
        return self.runner.runtime

    @property
    def steps_taken(self) -> int:
        """Steps since the start of the episode, including those before a checkpoint."""
        return self.runner.steps_taken

    @property
    def step_limit(self) -> float:
        """Value of `steps_taken` at which a list of actions stops. Whoever truncates the episode sets it."""
        return self.runner.step_limit

    @step_limit.setter
    def step_limit(self, limit: float) -> None:
        self.runner.step_limit = limit

    @property
    def process_id(self) -> int:
        """Id of the process that the page and the episode belong to; differs by actor in a Ray vector."""
        return self.runner.process_id

    @property
    def has_browser(self) -> bool:
        """Whether the engine uses a browser, so that steps wait for another process."""
        return self.config.engine not in IN_INTERPRETER

    @property
    def turn(self) -> AbstractContextManager[Any]:
        """The lock to hold while the environment is used by a thread; reentrant.

        Without a browser, garbage is collected rarely while it is held; see `Tuning.rare_gc`.
        """
        return self._turn if self.has_browser else self._rarely_collected()

    @contextmanager
    def _rarely_collected(self) -> Iterator[None]:
        with self._turn, self.runtime.rare_collections:
            yield
