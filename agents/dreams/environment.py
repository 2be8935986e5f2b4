"""`DreamEnv`: an authored dream as a Gymnasium environment."""

from collections.abc import Generator as Coroutine
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.error import ResetNeeded
from numpy.random import Generator, default_rng

from gristmill.agents.dreams.comparison import World, states_of
from gristmill.agents.dreams.files import Dream, load_dream
from gristmill.agents.dreams.observing import observed
from gristmill.agents.dreams.opening import PREFIX
from gristmill.agents.dreams.outlines import shown
from gristmill.agents.dreams.simulator import Simulator, State
from gristmill.agents.dreams.tasks import DreamTasks
from gristmill.agents.policies.torch_import import require_torch
from gristmill.apps.kit.aria import LazyOutline
from gristmill.envs.actions.grammar import split, verbs_of, write
from gristmill.envs.actions.types import Action
from gristmill.envs.config import checked_step_cost
from gristmill.envs.engines.base import ObservationMode, Viewport
from gristmill.envs.episode.scheduling import run
from gristmill.envs.spaces import ActionText, observation_space
from gristmill.errors import ActionError, InvalidOptionError

VIEWPORT = Viewport(width=1024, height=768)
Observation = dict[str, Any]
Info = dict[str, Any]
Stepped = tuple[Observation, float, bool, bool, Info]
Before = tuple[tuple[Observation, str], ...]
"""Observations and actions that led to the state where an episode begins; an agent may remember them."""


@dataclass(frozen=True, slots=True)
class DreamFamily:
    """As much of a family as trainers use."""

    id: str
    max_steps: int


@dataclass(frozen=True, slots=True)
class DreamCheckpoint:
    """A state of a dream, to go on from in any environment of the same file."""

    state: State
    before: Before = ()

    @property
    def steps_taken(self) -> int:
        """Steps since the start of the episode."""
        return self.state.steps_taken


class DreamEnv(gym.Env[Observation, Any]):
    """Tasks in a dream. Actions, observations and infos are those of `WebEnv` with `observation="aria"`.

    Equal seeds and actions give equal observations and rewards. `info["success"]` is what the dream guesses;
    there is no verdict. An episode is truncated after as many steps as the longest one that was cut in
    the log.

    Args:
        dream: file that `gristmill dream` wrote, or a dream in memory.
        step_cost: subtracted from the reward of each step; 0 or more.
        redrawn: share of the tasks whose goal is drawn anew, 0 to 1; the others are logged. A learned dream
            begins in logged states instead, and ends after `horizon` steps.
        horizon: of a learned dream.
        render_mode: None; a dream has no pixels.

    Raises:
        LearningFileError: the file is missing, damaged, or of another version.
        InvalidOptionError: `redrawn` or the step cost is out of range, or a render mode is asked for.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 - Gymnasium's name

    def __init__(
        self,
        dream: str | Path | Dream,
        *,
        step_cost: float = 0.0,
        redrawn: float = 0.5,
        horizon: int = 8,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None:
            raise InvalidOptionError("A dream has no pixels: leave out render_mode.")
        if not 0 <= redrawn <= 1:
            raise InvalidOptionError(f"redrawn must be from 0 to 1, not {redrawn!r}.")
        self.dream = dream if isinstance(dream, Dream) else load_dream(Path(dream))
        name = "memory" if isinstance(dream, Dream) else str(dream)
        is_learned = self.dream.model is not None
        most = horizon if is_learned else self.dream.recovered.max_steps
        self.family = DreamFamily(f"{PREFIX}{name}", most)
        self.world = world_of(self.dream)
        self._states = logged_states(self.dream) if is_learned else ()
        self._before: Before = ()
        self.tasks = tasks_of(self.dream, redrawn)
        self._step_cost = checked_step_cost(step_cost)
        self._state: State | None = None
        self.render_mode = None
        self.observation_space = observation_space(ObservationMode.ARIA, VIEWPORT)
        self.action_space = ActionText(viewport=VIEWPORT, verbs=verbs_of("dom"))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Draw a task, or go on from `options={"checkpoint": c}`.

        Raises:
            InvalidOptionError: `options` holds anything else.
        """
        given = dict(options or {})
        checkpoint = given.pop("checkpoint", None)
        if given or not isinstance(checkpoint, DreamCheckpoint | None):
            raise InvalidOptionError(
                f"options may hold nothing but the checkpoint of a dream, not {options!r}."
            )
        return run(self.resetting(seed=seed, checkpoint=checkpoint))

    def step(self, action: Any) -> Stepped:
        """Perform an action, or several in order up to the first that fails, leads elsewhere or ends.

        Raises:
            ResetNeeded: no episode is running.
        """
        return run(self.stepping(action))

    def resetting(
        self, *, seed: int | None = None, checkpoint: DreamCheckpoint | None = None
    ) -> Coroutine[Any, None, tuple[Observation, Info]]:
        """`reset` as a coroutine, as vectors and trainers call it."""
        yield from ()
        super().reset(seed=seed)
        if checkpoint is not None:
            self._state, self._before = checkpoint.state, checkpoint.before
        else:
            drawn = seed if seed is not None else int(self.np_random.integers(2**31))
            self._state, self._before = self._drawn(default_rng([drawn, 0xD2EA]))
        return self._observation(), self._info(0)

    def stepping(self, action: Any) -> Coroutine[Any, None, Stepped]:
        """`step` as a coroutine."""
        yield from ()
        state = self._running()
        if state.is_over:
            raise ResetNeeded("The episode is over: call reset().")
        reward, done = 0.0, 0
        for line in lines_of(action):
            before = self._running()
            state = self.world.step(before, line)
            self._state = state
            reward += state.reward - self._step_cost
            if state.scene.error:
                break
            done += 1
            if state.is_over or state.scene.url != before.scene.url:
                break
        is_cut = not state.is_over and state.steps_taken >= self.family.max_steps
        return self._observation(), reward, state.is_over, is_cut, self._info(done)

    def checkpoint(self) -> DreamCheckpoint:
        """The present state; costs nothing.

        Raises:
            ResetNeeded: no episode was begun.
        """
        return DreamCheckpoint(self._running(), self._before)

    def oracle(self) -> str:
        """A dream has none.

        Raises:
            InvalidOptionError: always.
        """
        raise InvalidOptionError("A dream has no oracle: practise in it with expert, grpo or ppo.")

    @property
    def steps_taken(self) -> int:
        """Steps since the start of the episode."""
        return 0 if self._state is None else self._state.steps_taken

    def _drawn(self, rng: Generator) -> tuple[State, Before]:
        if self._states:
            return self._states[int(rng.integers(len(self._states)))]
        task = self.tasks.draw(rng)
        return State(goal=task.goal, scene=task.start), ()

    def _running(self) -> State:
        if self._state is None:
            raise ResetNeeded("There is no episode yet: call reset() first.")
        return self._state

    def _observation(self) -> Observation:
        state = self._running()
        return observed(state.goal, state.scene)

    def _info(self, actions_done: int) -> Info:
        state = self._running()
        return {
            "success": state.is_success,
            "goal_reached": state.is_success,
            "verdict": None,
            "infra_error": None,
            "task": None,
            "outline": LazyOutline(shown(state.scene.page)),
            "actions_done": actions_done,
            "steps_taken": state.steps_taken,
            "pixel_scale": 1.0,
            "before": self._before,
        }


def lines_of(action: Any) -> list[Any]:
    """The actions of a step; what cannot be divided is left to be refused."""
    try:
        return [write(each) if isinstance(each, Action) else each for each in split(action)]
    except ActionError:
        return [action]


@lru_cache(maxsize=4)
def simulator_of(dream: Dream) -> Simulator:
    """The simulator of a dream, shared by its environments: it has no state."""
    return Simulator(dream.episodes, dream.recovered)


@lru_cache(maxsize=4)
def world_of(dream: Dream) -> World:
    """What says what an action leads to: the learned model if there is one.

    Raises:
        MissingExtraError: there is one, and torch is not installed.
    """
    if dream.model is None:
        return simulator_of(dream)
    require_torch()
    from gristmill.agents.dreams.learned import LearnedWorld, model_of

    return LearnedWorld(simulator_of(dream), model_of(dream.model))


@lru_cache(maxsize=4)
def logged_states(dream: Dream) -> tuple[tuple[State, Before], ...]:
    """The states of all logged episodes, with what led to them."""
    found = []
    for episode in dream.episodes:
        for state, case in states_of(episode, dream.recovered):
            scenes = zip(episode.scenes[: case.step], episode.actions, strict=False)
            before = tuple((observed(episode.goal, scene), line) for scene, line in scenes)
            found.append((replace(state, steps_taken=0), before))
    return tuple(found)


@lru_cache(maxsize=8)
def tasks_of(dream: Dream, redrawn: float) -> DreamTasks:
    """The tasks of a dream, shared by its environments."""
    return DreamTasks(dream.episodes, dream.recovered, redrawn=redrawn)
