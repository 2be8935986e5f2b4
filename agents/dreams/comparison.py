"""How far a dream is from the real environment: the same actions in both, step by step."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Protocol, Self

from gristmill.agents.dreams.cases import Case, cases_of
from gristmill.agents.dreams.logs import NO_REF, Episode, Scene
from gristmill.agents.dreams.outlines import Page, elements, parsed, refs_of
from gristmill.agents.dreams.recovery import Recovered
from gristmill.agents.dreams.simulator import State
from gristmill.envs.actions.grammar import parse, write
from gristmill.errors import ActionError

HORIZONS = (1, 2, 4, 8)


class World(Protocol):
    """What says what an action leads to: an authored dream, or a learned model."""

    recovered: Recovered

    def step(self, state: State, line: str) -> State:
        """The state after an action."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """How right a dream is so many steps after a real state.

    Attributes:
        steps: of the dream.
        count: of the real states from which it began; those whose episode had ended before are left out.
        template: share with the pattern of the real address.
        same_elements: share with exactly the elements of the real page, by role, name and state.
        elements: mean F1 of these elements.
        reward, end: share with the real reward and the real end of this step.
    """

    steps: int
    count: int
    template: float
    same_elements: float
    elements: float
    reward: float
    end: float

    def __str__(self) -> str:
        """One row."""
        return (
            f"{self.steps} steps ({self.count}): template {self.template:.1%}, elements {self.elements:.1%} "
            f"(all right {self.same_elements:.1%}), reward {self.reward:.1%}, end {self.end:.1%}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdicts:
    """What a dream says about whole episodes, and what the real environment says."""

    both: int
    false_successes: int
    missed: int
    neither: int

    @classmethod
    def of(cls, found: Counter[tuple[bool, bool]]) -> Self:
        """The numbers of a count by what the dream says and what is real."""
        return cls(
            both=found[True, True],
            false_successes=found[True, False],
            missed=found[False, True],
            neither=found[False, False],
        )

    def __str__(self) -> str:
        """One line."""
        total = self.both + self.false_successes + self.missed + self.neither
        return (
            f"{total} episodes: {self.both} successes in both, {self.false_successes} false successes of the "
            f"dream, {self.missed} missed, {self.neither} failures in both"
        )


@dataclass(frozen=True, slots=True)
class Sight:
    """One state of the dream beside the real one."""

    template: bool
    elements: float
    reward: bool
    end: bool


def states_of(episode: Episode, found: Recovered) -> list[tuple[State, Case]]:
    """The real states of an episode as states of a dream, each with the step that follows, if it parses."""
    past: tuple[Scene, ...] = ()
    states: list[tuple[State, Case]] = []
    for case in cases_of(episode, found.patterns, found.reads, found.edits)[1:]:
        states.append((State(episode.goal, case.before, past, case.writes, case.step), case))
        if case.before.url != case.after.url:
            past = (*past, case.before)
    return states


def errors_by_horizon(
    world: World, episodes: Iterable[Episode], horizons: Sequence[int] = HORIZONS
) -> list[Horizon]:
    """Begin a dream in each real state of held-out episodes, and do there what was really done."""
    sights: dict[int, list[Sight]] = {steps: [] for steps in horizons}
    for episode in episodes:
        for state, _ in states_of(episode, world.recovered):
            for steps, sight in dreamt(world, episode, state, max(horizons)):
                if steps in sights:
                    sights[steps].append(sight)
    return [horizon_of(steps, found) for steps, found in sights.items() if found]


def horizon_of(steps: int, found: Sequence[Sight]) -> Horizon:
    """The means of all sights."""
    return Horizon(
        steps=steps,
        count=len(found),
        template=fmean(each.template for each in found),
        same_elements=fmean(each.elements == 1 for each in found),
        elements=fmean(each.elements for each in found),
        reward=fmean(each.reward for each in found),
        end=fmean(each.end for each in found),
    )


def dreamt(world: World, episode: Episode, state: State, most: int) -> Iterator[tuple[int, Sight]]:
    """The dream after 1, 2, ... steps, beside the real episode."""
    first, last = state.steps_taken, len(episode.actions) - 1
    for step in range(first, min(first + most, last + 1)):
        line = translated(episode.actions[step], episode.scenes[step].page, state.scene.page)
        state = replace(state, reward=0.0) if state.is_over else world.step(state, line)
        real, patterns = episode.scenes[step + 1], world.recovered.patterns
        is_end = step == last and not episode.is_cut
        yield (
            step - first + 1,
            Sight(
                template=patterns.of(state.scene.url) == patterns.of(real.url),
                elements=f1(state.scene.page, real.page),
                reward=abs(state.reward - episode.rewards[step]) < 0.01,
                end=state.is_over == is_end,
            ),
        )


def translated(line: str, real: Page, dream: Page) -> str:
    """An action on the element of the same role and name, the same one of several, of the other page."""
    try:
        action = parse(line)
    except ActionError:
        return line
    place = refs_of(real).get(getattr(action, "ref", ""))
    if place is None:
        return line
    wanted, number = identity(real, place), 0
    number = sum(identity(real, each) == wanted for each in refs_of(real).values() if each < place)
    there = [ref for ref, each in refs_of(dream).items() if identity(dream, each) == wanted]
    ref = there[min(number, len(there) - 1)] if there else NO_REF
    return write(replace(action, ref=ref))  # type: ignore[call-arg]


def identity(page: Page, place: int) -> tuple[str, str]:
    """Role and name."""
    line = parsed(page[place])
    return (line.role, line.name) if line is not None else ("", "")


def f1(some: Page, others: Page) -> float:
    """F1 of the named elements, with their states and what they hold, of two pages."""
    one, two = named_on(some), named_on(others)
    shared = sum((one & two).values())
    return 2 * shared / max(one.total() + two.total(), 1)


def named_on(page: Page) -> Counter[tuple[str, ...]]:
    """The named elements of a page."""
    return Counter(
        (each.line.role, each.line.name, each.line.text, *sorted(dict(each.line.attributes)))
        for each in elements(page)
        if each.line.name
    )


def verdicts(world: World, episodes: Iterable[Episode]) -> Verdicts:
    """Whether the dream calls whole held-out episodes successes, done in it from their beginnings."""
    found: Counter[tuple[bool, bool]] = Counter()
    for episode in episodes:
        state = State(episode.goal, episode.scenes[0])
        for real, line in zip(episode.scenes, episode.actions, strict=False):
            if not state.is_over:
                state = world.step(state, translated(line, real.page, state.scene.page))
        found[state.is_success, episode.is_success] += 1
    return Verdicts.of(found)
