"""Runs an authored dream: the state after an action in a state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gristmill.agents.dreams.cases import (
    FINISHING,
    Case,
    GroundedAction,
    Write,
    can_write,
    cases_of,
    context_of,
    grounded_action,
    same_place,
)
from gristmill.agents.dreams.edits import edited
from gristmill.agents.dreams.forms import asked_address, moved
from gristmill.agents.dreams.goals import answer_of
from gristmill.agents.dreams.logs import Episode, Scene
from gristmill.agents.dreams.recovery import Recovered
from gristmill.agents.dreams.retrieval import CaseBase, changed, is_change
from gristmill.envs.actions import types as do
from gristmill.envs.actions.errors import no_element, nothing_before
from gristmill.errors import ActionError

UNKNOWN = "The dream knows no page like that; stayed on this page."
QUIET = (do.Scroll, do.Hover, do.Wait)


@dataclass(frozen=True, slots=True)
class State:
    """A state of a dream; immutable, so that it is its own checkpoint.

    Attributes:
        past: scenes before this one, for `back`.
        writes: so far.
        reward: of the step that led here.
        is_success: whether it includes the reward for success.
    """

    goal: str
    scene: Scene
    past: tuple[Scene, ...] = ()
    writes: tuple[Write, ...] = ()
    steps_taken: int = 0
    reward: float = 0.0
    is_success: bool = False
    is_over: bool = False


class Simulator:
    """An authored dream in memory.

    Args:
        episodes: logged ones.
        found: what was recovered from them.
    """

    def __init__(self, episodes: Sequence[Episode], found: Recovered) -> None:
        self.recovered = found
        cases = [
            case for each in episodes for case in cases_of(each, found.patterns, found.reads, found.edits)
        ]
        self.base = CaseBase(cases, found)

    def step(self, state: State, line: str) -> State:
        """The state after an action; one that cannot be performed is reported as the scene's error."""
        scene = state.scene
        try:
            grounded = grounded_action(scene.page, scene.url, line, self.recovered.patterns)
            after = self._performed(replace(state, reward=0.0), grounded)
        except ActionError as error:
            after = replace(state, scene=replace(scene, error=str(error)), reward=0.0)
        after = replace(after, steps_taken=state.steps_taken + 1)
        return after

    def _performed(self, state: State, grounded: GroundedAction) -> State:
        scene = replace(state.scene, error="")
        action, found = grounded.action, self.recovered
        if isinstance(action, FINISHING):
            has_won = not isinstance(action, do.GiveUp) and self.is_success(state, state.writes, action)
            return self._ended(replace(state, scene=scene, is_over=True), has_won=has_won)
        if hasattr(action, "ref") and grounded.place is None:
            raise no_element(action.ref)
        if isinstance(action, do.Back):
            if not state.past:
                raise nothing_before()
            return replace(state, scene=replace(state.past[-1], error=""), past=state.past[:-1])
        if grounded.place is not None and self._is_edit(grounded):
            page = edited(scene.page, grounded.place, action)
            if page is not None:
                return replace(state, scene=replace(scene, page=page))
        if grounded.target is not None:
            return self._at(state, scene, grounded.target, grounded)
        if grounded.kind in found.reads:
            return self._asked(state, scene, grounded)
        return self._wrote(state, scene, grounded)

    def _is_edit(self, grounded: GroundedAction) -> bool:
        return grounded.kind in self.recovered.edits or not self.base.like(grounded.kind)

    def _at(self, state: State, scene: Scene, url: str, grounded: GroundedAction) -> State:
        """Open an address."""
        if same_place(url, scene.url) and "#" in url:
            return replace(state, scene=replace(scene, url=url))
        found = self.base.scene_at(url, scene, grounded, state.writes)
        if found is None:
            raise ActionError(UNKNOWN)
        past = state.past if same_place(url, scene.url) else (*state.past, scene)
        return replace(state, scene=found, past=past)

    def _asked(self, state: State, scene: Scene, grounded: GroundedAction) -> State:
        """Send a form that only looks: the address is that of the closest logged one, with these values."""
        case = self.base.written_case(grounded, scene, state.writes, is_success=False)
        assert case is not None
        if case.after.error:
            raise ActionError(case.after.error)
        url = asked_address(case, self.base.like(grounded.kind), grounded.slots)
        return self._at(state, scene, url, grounded)

    def _wrote(self, state: State, scene: Scene, grounded: GroundedAction) -> State:
        """Do what may have changed more than the page, as in the closest logged step."""
        own = Write(grounded.kind, grounded.slots) if can_write(grounded, self.recovered.reads) else None
        writes = state.writes if own is None else (*state.writes, own)
        has_won = (
            self.recovered.ends_by_itself
            and own is not None
            and self.is_success(state, writes, grounded.action)
        )
        case = self.base.written_case(grounded, scene, state.writes, is_success=has_won)
        if case is None:
            after = replace(state, scene=scene, writes=writes)
        elif case.after.error and not has_won:
            raise ActionError(case.after.error)
        else:
            after = replace(state, writes=writes, scene=self._led_to(case, scene, grounded, writes))
            if not same_place(after.scene.url, scene.url):
                after = replace(after, past=(*state.past, scene))
        return self._ended(replace(after, is_over=True), has_won=True) if has_won else after

    def _led_to(self, case: Case, scene: Scene, grounded: GroundedAction, writes: tuple[Write, ...]) -> Scene:
        theirs = context_of(case.grounded, case.after.url, case.written)
        ours = context_of(grounded, case.after.url, writes)
        is_same = same_place(case.before.url, case.after.url)
        url = scene.url if is_same else moved(case.after.url, theirs, ours)
        if is_change(case):
            page = changed(case, scene.page, theirs, ours)
            return Scene(url, scene.title if is_same else case.after.title, "", page)
        return self.base.written_anew(case, url, scene, context_of(grounded, url, writes))

    def is_success(self, state: State, writes: tuple[Write, ...], action: do.Action) -> bool:
        """Whether any rule of success holds after these writes."""
        answer = answer_of(action)
        return any(rule.holds(state.goal, writes, answer) for rule in self.recovered.rules)

    def _ended(self, state: State, *, has_won: bool) -> State:
        return replace(state, is_success=has_won, reward=self.recovered.success_reward if has_won else 0.0)
