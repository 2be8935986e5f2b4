"""Runs a learned model: reward, end and next pattern are its own, pages are logged ones, edited."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from gristmill.agents.dreams.cases import Deed, Write, can_write, deed_of, same_place
from gristmill.agents.dreams.comparison import states_of
from gristmill.agents.dreams.edits import edited
from gristmill.agents.dreams.forms import asked_address
from gristmill.agents.dreams.logs import Episode, Scene
from gristmill.agents.dreams.model import (
    STAYS,
    ModelConfig,
    OutcomeModel,
    choice_at,
    features_at,
    lessons_of,
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
    lessons = [
        lesson
        for each, walk in zip(episodes, walks, strict=True)
        for lesson in lessons_of(walk, each.actions, found, patterns)
    ]
    model = trained(lessons, patterns, config)
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
        deed = deed_of(scene.page, scene.url, line, self.recovered.patterns)
        features = features_at(state)
        choice = choice_at(features, line)
        if hasattr(deed.action, "ref") and deed.place is None:
            raise no_element(deed.action.ref)
        if choice is None:
            return replace(state, scene=scene, reward=0.0)
        outcome = self._model.outcome(features, choice)
        has_won = outcome.reward >= LIKELY and outcome.end >= LIKELY
        own = Write(deed.kind, deed.slots) if can_write(deed, self.recovered.reads) else None
        writes = state.writes if own is None else (*state.writes, own)
        after = self._next(scene, deed, outcome.pattern, writes)
        return replace(
            state,
            scene=after,
            past=state.past if same_place(after.url, scene.url) else (*state.past, scene),
            writes=writes,
            is_over=outcome.end >= LIKELY,
            is_success=has_won,
            reward=self.recovered.success_reward if has_won else 0.0,
        )

    def _next(self, scene: Scene, deed: Deed, pattern: str, writes: tuple[Write, ...]) -> Scene:
        """The present page, changed by rule, or the logged page of the pattern that fits best."""
        if pattern == STAYS:
            page = edited(scene.page, deed.place, deed.action) if deed.place is not None else None
            return scene if page is None else replace(scene, page=page)
        if isinstance(deed.action, do.Fill | do.Select | do.Check | do.Uncheck):
            assert deed.place is not None
            page = edited(scene.page, deed.place, deed.action)  # as it is sent
            scene = scene if page is None else replace(scene, page=page)
        url = deed.target
        if url is None or self.recovered.patterns.of(url) != pattern:
            url = self._address(deed, pattern)
        found = self._base.scene_at(url, scene, deed, writes) if url is not None else None
        if found is None:
            raise ActionError(UNKNOWN)
        return found

    def _address(self, deed: Deed, pattern: str) -> str | None:
        """The logged address of a pattern to which the likest step led."""
        likest = self._base.likest(deed, pattern)
        if likest is None:
            return None
        is_form = deed.kind in self.recovered.reads
        return asked_address(likest, self._base.like(deed.kind), deed.slots) if is_form else likest.after.url
