"""Runs a learned model: reward, end and next pattern are its own, pages are logged ones, edited."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from gristmill.agents.dreams.cases import GroundedAction, Write, can_write, grounded_action, same_place
from gristmill.agents.dreams.comparison import states_of
from gristmill.agents.dreams.edits import edited
from gristmill.agents.dreams.forms import asked_address
from gristmill.agents.dreams.logs import Episode, Scene
from gristmill.agents.dreams.model import (
    STAYS,
    ModelConfig,
    OutcomeModel,
    choice_at,
    examples_of,
    features_at,
    pattern_after,
    trained,
)
from gristmill.agents.dreams.recovery import Recovered
from gristmill.agents.dreams.simulator import UNKNOWN, Simulator, State
from gristmill.agents.policies.files import from_bytes, to_bytes
from gristmill.envs.actions import types as do
from gristmill.envs.actions.errors import no_element
from gristmill.errors import ActionError

LIKELY = 0.5  # least probability of a success or an end that is taken for one


def learn(episodes: Sequence[Episode], found: Recovered, config: ModelConfig) -> bytes:
    """Train a model on logged episodes; its weights as bytes.

    Raises:
        TrainingError: the page policy could take none of the logged steps.
    """
    torch.set_num_threads(1)
    walks = [states_of(each, found) for each in episodes]
    patterns = sorted({pattern_after(case, found) for walk in walks for _, case in walk} | {STAYS})
    examples = [
        example
        for each, walk in zip(episodes, walks, strict=True)
        for example in examples_of(walk, each.actions, found, patterns)
    ]
    model = trained(examples, patterns, config)
    content = {"width": config.width, "patterns": list(model.patterns), "weights": model.state_dict()}
    return to_bytes(content)


def model_of(content: bytes) -> OutcomeModel:
    """The model in these bytes."""
    loaded = from_bytes(content)
    model = OutcomeModel(loaded["width"], loaded["patterns"])
    model.load_state_dict(loaded["weights"])
    return model.eval()


class LearnedWorld:
    """A learned dream in memory.

    Args:
        simulator: whose logged steps pages are retrieved from; its rules of success are not used.
        model: says reward, end and the pattern of the next page.
    """

    def __init__(self, simulator: Simulator, model: OutcomeModel) -> None:
        self.recovered = simulator.recovered
        self._base, self._model = simulator.base, model

    def step(self, state: State, line: str) -> State:
        """The state that the model expects after an action."""
        try:
            after = self._expected(state, line)
        except ActionError as error:
            after = replace(state, scene=replace(state.scene, error=str(error)), reward=0.0)
        return replace(after, steps_taken=state.steps_taken + 1)

    def _expected(self, state: State, line: str) -> State:
        scene = replace(state.scene, error="")
        grounded = grounded_action(scene.page, scene.url, line, self.recovered.patterns)
        features = features_at(state)
        choice = choice_at(features, line)
        if hasattr(grounded.action, "ref") and grounded.place is None:
            raise no_element(grounded.action.ref)
        if choice is None:
            return replace(state, scene=scene, reward=0.0)
        outcome = self._model.outcome(features, choice)
        has_won = outcome.reward >= LIKELY and outcome.end >= LIKELY
        own = Write(grounded.kind, grounded.slots) if can_write(grounded, self.recovered.reads) else None
        writes = state.writes if own is None else (*state.writes, own)
        after = self._next(scene, grounded, outcome.pattern, writes)
        return replace(
            state,
            scene=after,
            past=state.past if same_place(after.url, scene.url) else (*state.past, scene),
            writes=writes,
            is_over=outcome.end >= LIKELY,
            is_success=has_won,
            reward=self.recovered.success_reward if has_won else 0.0,
        )

    def _next(self, scene: Scene, grounded: GroundedAction, pattern: str, writes: tuple[Write, ...]) -> Scene:
        """The present page, changed by rule, or the logged page of the pattern that fits best."""
        if pattern == STAYS:
            page = edited(scene.page, grounded.place, grounded.action) if grounded.place is not None else None
            return scene if page is None else replace(scene, page=page)
        if isinstance(grounded.action, do.Fill | do.Select | do.Check | do.Uncheck):
            assert grounded.place is not None
            page = edited(scene.page, grounded.place, grounded.action)  # as it is sent
            scene = scene if page is None else replace(scene, page=page)
        url = grounded.target
        if url is None or self.recovered.patterns.of(url) != pattern:
            url = self._address(grounded, pattern)
        found = self._base.scene_at(url, scene, grounded, writes) if url is not None else None
        if found is None:
            raise ActionError(UNKNOWN)
        return found

    def _address(self, grounded: GroundedAction, pattern: str) -> str | None:
        """The logged address of a pattern to which the closest step led."""
        closest = self._base.closest(grounded, pattern)
        if closest is None:
            return None
        is_form = grounded.kind in self.recovered.reads
        return (
            asked_address(closest, self._base.like(grounded.kind), grounded.slots)
            if is_form
            else closest.after.url
        )
