"""Guesses when an episode is a success, from rewarded episodes alone, and draws new goals.

A rule is the most specific one that covers what it was made of (Mitchell 1982, Find-S): the same kinds of
writes, no more and no fewer, and a goal that can be written again from what was entered at them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.agents.dreams.cases import Case, Kind, Write
from gristmill.agents.dreams.logs import Scene
from gristmill.agents.dreams.outlines import elements
from gristmill.agents.dreams.skeletons import FORM, NAME, OPEN, TAG, Context, forms_of, prefixed, tags_of
from gristmill.agents.dreams.slots import Slots, alternatives, slots_of
from gristmill.envs.actions import types as do

ANSWER = "answer"
NOT_ENTERED = ("query", "path", "bar")


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalRule:
    """When episodes whose goal has this skeleton are successes.

    Attributes:
        skeleton: the goal with the slots of writes; without slots, the goal itself.
        kinds: of all writes, sorted; without the name of an element that the goal names.
        order: the same of one example, the last one first.
        examples: the slots of each episode that it was made of; `goals` are their goals.
    """

    skeleton: str
    kinds: tuple[Kind, ...]
    order: tuple[Kind, ...]
    examples: tuple[Slots, ...]
    goals: tuple[str, ...]

    def holds(self, goal: str, writes: Sequence[Write], answer: str | None) -> bool:
        """Whether this episode is a success."""
        if shape_of(self.skeleton, writes) != self.kinds:
            return False
        slots = written_slots(writes, answer)
        if not self.has_slots:
            return goal == self.skeleton and slots in self.examples
        found = Context(slots, with_words=True).rendered(self.skeleton)
        return found is not None and found.lower() == goal.lower() and self.knows_answer(slots)

    @property
    def has_slots(self) -> bool:
        """Whether it holds for goals of any content."""
        return OPEN in self.skeleton

    @property
    def in_words(self) -> str:
        """The skeleton with what stands in each place, such as `<Quantity>`."""
        return TAG.sub(lambda found: f"<{found[1].split(FORM)[0].split(' ', 2)[-1]}>", self.skeleton)

    def knows_answer(self, slots: Slots) -> bool:
        """Whether an answer was given if one was asked for."""
        return all((ANSWER in slots) == (ANSWER in each) for each in self.examples)


def written_slots(writes: Sequence[Write], answer: str | None) -> Slots:
    """What was entered at all writes, the last one first, and the answer."""
    slots: Slots = {}
    for age, each in enumerate(reversed(writes), start=1):
        entered = {key: value for key, value in each.slots.items() if not key.startswith(NOT_ENTERED)}
        slots |= prefixed(f"write -{age}", entered)
    return slots if answer is None else slots | {ANSWER: answer}


def shape_of(skeleton: str, writes: Sequence[Write]) -> tuple[Kind, ...]:
    """The kinds of writes, sorted; of elements whose name stands in the skeleton, the name is left out."""
    named = {address for address, _ in tags_of(skeleton)}
    return tuple(
        sorted(
            each.kind._replace(name="") if f"write -{age} {NAME}" in named else each.kind
            for age, each in enumerate(reversed(writes), start=1)
        )
    )


def answer_of(action: do.Action) -> str | None:
    """The text of an answer."""
    return action.text if isinstance(action, do.Answer) else None


def rules_of(episodes: Iterable[tuple[str, Sequence[Case]]]) -> tuple[GoalRule, ...]:
    """The rules that goals and cases of successful episodes suggest.

    A skeleton with slots needs two different goals; what occurs once is a rule for that goal alone.
    """
    found: dict[tuple[str, tuple[Kind, ...]], dict[str, Slots]] = defaultdict(dict)
    orders: dict[tuple[Kind, ...], tuple[Kind, ...]] = {}
    literal: list[GoalRule] = []
    options: dict[str, set[str]] = defaultdict(set)
    for goal, cases in episodes:
        for address, names in options_of(cases).items():
            options[address] |= names
        writes, grounded = cases[-1].written, cases[-1].grounded
        slots = written_slots(writes, answer_of(grounded.action) if grounded is not None else None)
        skeleton = Context(slots, with_words=True).skeleton(goal)
        general_kinds, kinds = shape_of(skeleton, writes), shape_of(goal, writes)
        order = tuple(write.kind for write in reversed(writes))
        orders.setdefault(general_kinds, order)
        found[skeleton, general_kinds][goal] = slots
        literal.append(GoalRule(skeleton=goal, kinds=kinds, order=order, examples=(slots,), goals=(goal,)))
    merged: dict[tuple[str, tuple[Kind, ...]], dict[str, Slots]] = defaultdict(dict)
    for (skeleton, kinds), goals in found.items():
        merged[without_boilerplate(skeleton, options), kinds] |= goals
    general = [
        GoalRule(
            skeleton=skeleton,
            kinds=kinds,
            order=orders[kinds],
            examples=tuple(goals.values()),
            goals=tuple(goals),
        )
        for (skeleton, kinds), goals in merged.items()
        if OPEN in skeleton and len(goals) > 1
    ]
    return (*general, *literal)


def without_boilerplate(skeleton: str, options: Mapping[str, Set[str]]) -> str:
    """A skeleton in which words that stand in every option, such as "ending in", are text.

    Args:
        skeleton: of a goal.
        options: what a slot could have held, by its address.
    """

    def text(found: re.Match[str]) -> str:
        address, _, form = found[1].partition(FORM)
        values = options.get(address, frozenset())
        words = {dict(forms_of(value, with_words=True)).get(form) for value in values}
        is_boilerplate = "word" in form and len(values) > 1 and len(words) == 1
        return str(words.pop()) if is_boilerplate else found[0]

    return TAG.sub(text, skeleton)


def options_of(cases: Sequence[Case]) -> dict[str, set[str]]:
    """The options that an episode had at each of its writes."""
    pages = [case.before.page for case in cases if case.own is not None]
    found: dict[str, set[str]] = {}
    for age, page in enumerate(reversed(pages), start=1):
        for address, names in alternatives(page).items():
            found.setdefault(f"write -{age} {address}", set()).update(names)
    return found


@dataclass(frozen=True, slots=True)
class Redrawing:
    """Goals that were never logged: the skeleton of a rule with slots from a page where they are entered.

    Attributes:
        rule: whose skeleton it is.
        age: of the write whose slots are drawn anew; those of others stay as in the example.
        pages: on which such a write was or could have been done.
    """

    rule: GoalRule
    age: int
    pages: tuple[Scene, ...]

    def draw(self, rng: Generator) -> tuple[str, str] | None:
        """A goal, and the logged one whose beginning it has; None if the drawn page has no fitting slots."""
        scene = self.pages[int(rng.integers(len(self.pages)))]
        number = int(rng.integers(len(self.rule.examples)))
        example = self.rule.examples[number]
        slots = dict(example)
        for address in self.needed:
            pool = self.pool(scene, address)
            if not pool:
                return None
            slots[address] = pool[int(rng.integers(len(pool)))]
        if {f"{self.prefix}{own}" for own in alternatives(scene.page)} - set(example):
            return None
        goal = Context(slots, with_words=True).rendered(self.rule.skeleton)
        return None if goal is None else (goal, self.rule.goals[number])

    @property
    def prefix(self) -> str:
        """Of the addresses of the slots that are drawn."""
        return f"write -{self.age} "

    @property
    def needed(self) -> list[str]:
        """The addresses of the slots that are drawn."""
        found = {address for address, _ in tags_of(self.rule.skeleton)}
        return sorted(address for address in found if address.startswith(self.prefix))

    def pool(self, scene: Scene, address: str) -> list[str]:
        """The values that a slot may have on a page: what can be chosen there, or was once typed."""
        own = address.removeprefix(self.prefix)
        if own.startswith("box"):
            return sorted({each[address] for each in self.rule.examples if address in each})
        if own == NAME:
            role = self.rule.order[self.age - 1].role
            return [each.line.name for each in elements(scene.page) if each.line.role == role]
        values = slots_of(scene.page, scene.url)
        return list(alternatives(scene.page).get(own, (values[own],) if own in values else ()))

    def is_possible(self, goal: str) -> bool | None:
        """Whether what a goal asks for can be entered on a logged page; None if it is another goal."""
        found = asked_for(self.rule.skeleton, goal)
        if found is None:
            return None
        wanted = [(tag, text) for tag, text in found if tag.startswith(self.prefix) and " box " not in tag]
        return any(all(self.offers(scene, tag, text) for tag, text in wanted) for scene in self.pages)

    def offers(self, scene: Scene, tag: str, text: str) -> bool:
        """Whether a slot can have a value on a page."""
        address, _, form = tag.partition(FORM)
        return any(
            dict(forms_of(value, with_words=True)).get(form) == text for value in self.pool(scene, address)
        )


def asked_for(skeleton: str, goal: str) -> list[tuple[str, str]] | None:
    """The text of each tag in a goal; None if the goal has another skeleton."""
    parts = TAG.split(skeleton)
    pattern = "".join(re.escape(part) if number % 2 == 0 else "(.+?)" for number, part in enumerate(parts))
    found = re.fullmatch(pattern, goal)
    return None if found is None else list(zip(parts[1::2], found.groups(), strict=True))


def redrawings_of(rules: Sequence[GoalRule], scenes: Mapping[str, Sequence[Scene]]) -> list[Redrawing]:
    """How goals can be drawn anew: by each general rule, at the write that has most slots of its skeleton.

    Args:
        rules: of success.
        scenes: pages by the pattern of their address.
    """
    found = []
    for rule in rules:
        ages = [int(address.split(" ")[1]) for address, _ in tags_of(rule.skeleton) if address != ANSWER]
        if ages:
            age = -max(set(ages), key=ages.count)
            if pages := tuple(scenes.get(rule.order[age - 1].pattern, ())):
                found.append(Redrawing(rule, age, pages))
    return found
