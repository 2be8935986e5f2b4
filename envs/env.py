"""`WebEnv`: a task on app clones as a Gymnasium environment."""

import threading
from contextlib import AbstractContextManager
from typing import Any, NoReturn

import gymnasium as gym

from gristmill.envs.actions.grammar import verbs_of
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.checkpoints.compatibility import checkpoint_option, require_compatible
from gristmill.envs.config import (
    EnvConfig,
    RewardMode,
    StopMode,
    checked_step_cost,
    checked_viewport,
    parse_choice,
)
from gristmill.envs.engines.base import WITHOUT_PIXELS, ObservationMode, Pixels
from gristmill.envs.episode.copying import refuse_copy
from gristmill.envs.episode.observing import Info, Observation, StepResult
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.envs.episode.runner import EpisodeRunner
from gristmill.envs.episode.runtime import IN_INTERPRETER, Runtime, require_engine
from gristmill.envs.episode.scheduling import Coroutine, run
from gristmill.envs.episode.step_limits import count_on
from gristmill.envs.episode.worlds import checked_options, require_split, wordings_of
from gristmill.envs.spaces import ActionText, observation_space
from gristmill.errors import UnknownNameError
from gristmill.plugins import installed


class WebEnv(gym.Env[Observation, Any]):
    """One task family as an environment; each `reset` draws a task of it.

    The same seed and the same actions give the same observations, rewards and rows, on every
    machine with the same versions. An environment may be used from any thread, by one at a time.

    Reward: 1.0 when the episode ends with success, which is when `info["success"]` is True, else 0.0.
    `info["goal_reached"]` tells whether the goal's state holds at the moment, paid or not. With
    `reward="progress"` the change in the share of passed checks is added at each step (Ng, Harada and
    Russell 1999, potential-based shaping with discount 1; the potential is not zeroed at the end, so
    partial success shows in the return).

    Args:
        task: id of the task family.
        engine: `chromium`, or `dom`: the same pages and outlines without a browser, without pixels.
        observation: `aria`, `pixels` or `aria+pixels`.
        reward: `sparse` or `progress`.
        stop: `auto` ends once the goal's state is reached; `agent` ends only at `done` or `answer`. Both
            end at those. By default `auto` where success is final (an order that was placed), and `agent`
            where an agent could pass through the goal's state (a cart).
        step_cost: subtracted from the reward of each step, to favour short episodes; 0 or more.
        split: `train` or `test`: different worlds.
        wordings: `train` or `test`: different ways to word the goals; by default those of the split.
        worlds: over how many worlds the tasks of the split are spread, by their seeds, 1 to 64. Each world
            is built once, when a task first needs it.
        size: `small`, `standard` or `large` worlds: other rows, and more of them.
        skin: how pages look, `default` or another skin that all apps of the task have. Rows are the same in
            each.
        viewport: width and height in CSS pixels.
        render_mode: `rgb_array` or None.
        runtime: the servers, engines and caches to use; by default those that all environments of this
            process share. The caller closes it, after the environment.

    Raises:
        UnknownNameError: a name does not exist; the message lists those that do.
        InvalidOptionError: the viewport, `worlds` or the step cost is out of range, or the engine cannot do
            what is asked of it.
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
        viewport: tuple[int, int] = (1024, 768),
        render_mode: str | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        family = installed().family(task)
        apps = [installed().app(name) for name in family.apps]
        require_split(split)
        if render_mode not in {None, *self.metadata["render_modes"]}:
            raise UnknownNameError("render_mode", render_mode, self.metadata["render_modes"])
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
        )
        self.family, self.config = family, chosen
        self.runner = EpisodeRunner(family, chosen, runtime)
        self.metadata = {**self.metadata, "render_modes": [] if engine in WITHOUT_PIXELS else ["rgb_array"]}
        self.render_mode = render_mode
        self.observation_space = observation_space(mode, chosen.viewport)
        self.action_space = ActionText(viewport=chosen.viewport, verbs=verbs_of(engine))
        self._turn = threading.RLock()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Draw a task and open its start page, or go on from a checkpoint.

        Args:
            seed: the task's seed; without one, a next one is drawn.
            options: nothing, or `{"checkpoint": c}`: the episode goes on as that of `c` would, and what
                is returned is its last observation. Its steps count on, in Gymnasium's `TimeLimit` too.
                `seed` then decides the tasks of later resets alone.

        Raises:
            InvalidOptionError: `options` holds anything else.
            CheckpointError: the checkpoint cannot be continued here; the running episode goes on.
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
        """Perform an action (a line of the grammar, a tool call or an `Action`), then judge and observe.

        An action that cannot be parsed or performed costs a step and comes back as the observation's
        `error`. After an infrastructure failure the episode is truncated with `info["infra_error"]`, its
        `success` and `verdict` are None, and the next `reset` starts afresh.

        Raises:
            ResetNeeded: no episode is under way.
        """
        with self.turn:
            return run(self.stepping(action))

    def close(self) -> None:
        """Give back the session and the page. Twice is harmless; a later `reset` opens new ones."""
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
        """Refuse a checkpoint that this environment cannot continue.

        Raises:
            CheckpointError: it is of another task, split, wordings, world, viewport or version.
        """
        require_compatible(
            checkpoint,
            task=self.family.id,
            split=self.config.split,
            wordings=self.config.wordings,
            viewport=self.config.viewport,
            worlds=self.config.worlds,
            versions=self.runtime.versions(self.family),
        )

    def oracle(self) -> str:
        """The next right action from here, as a line of the grammar. Privileged: it reads the database.

        Raises:
            Unwinnable: no action leads to success any more, such as after a wrong order.
            PluginError: the family's oracle returned something that is no action.
            ResetNeeded: no episode is under way.
        """
        with self.turn:
            return self.runner.oracle()

    def checkpoint(self) -> Checkpoint:
        """The episode as it stands, for `reset(options={"checkpoint": ...})` of any such environment.

        Raises:
            ResetNeeded: no episode is under way.
            EngineFault: the infrastructure failed.
        """
        with self.turn:
            return self.runner.checkpoint()

    def record(self) -> EpisodeRecord:
        """The episode as it stands or ended, with all that scoring it again needs.

        Raises:
            ResetNeeded: there was no episode yet.
        """
        with self.turn:
            return EpisodeRecord.of(self.runner.begun("record()"), steps=self.runner.steps_taken)

    def state_digest(self) -> str:
        """The sha256 of the episode's rows, bookkeeping left out.

        Raises:
            ResetNeeded: there was no episode yet.
        """
        with self.turn:
            return self.runner.begun("state_digest()").state_digest()

    def render(self) -> Pixels | None:
        """With `render_mode="rgb_array"` what the viewport shows, (height, width, 3); else None."""
        with self.turn:
            page = self.runner.own_page()
            return None if self.render_mode is None or page is None else page.screenshot()

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse `copy`, `deepcopy` and `pickle`: a page and a session belong to one environment."""
        refuse_copy(self)

    @property
    def runtime(self) -> Runtime:
        """The runtime that it was made with, else that of this process."""
        return self.runner.runtime

    @property
    def steps_taken(self) -> int:
        """Steps since the episode began, those before a checkpoint included."""
        return self.runner.steps_taken

    @property
    def has_browser(self) -> bool:
        """Whether a browser does part of the work, or this interpreter all of it."""
        return self.config.engine not in IN_INTERPRETER

    @property
    def turn(self) -> AbstractContextManager[Any]:
        """What is held while the environment is used: by one thread at a time.

        Environments without a browser share one. Threads that used them side by side would take turns all
        the same, at the interpreter's own pace: a third slower.
        """
        return self._turn if self.has_browser else self.runtime.turn
