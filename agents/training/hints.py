"""Kinds of privileged context: what a teacher reads beside a student's states, and beside demonstrations."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from gristmill.agents.policies.choices import Choice, action_of, choices_of
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.hinted import Hint, hint_of_choice, hint_of_texts
from gristmill.agents.policies.memory import describe
from gristmill.agents.policies.texts import CASES, Piece, Place
from gristmill.agents.training.demonstrations import Demonstration
from gristmill.agents.training.played import Played
from gristmill.agents.training.playing import MakeEnv
from gristmill.agents.training.samples import Sample, states_of
from gristmill.envs.env import WebEnv
from gristmill.errors import Unwinnable

Lines = tuple[str, ...]
LONGEST_TEXT = 6  # words of a text in a lesson
TEXTS, OF_GOAL = 0.4, 0.7  # least shares of lessons with a text, and of these texts that are of the goal


@dataclass(frozen=True, slots=True)
class Privileged:
    """What is known of a state besides what the student sees.

    Attributes:
        action: the oracle's; None if the task can no longer be won.
        lines: what the kind of hint asked for.
    """

    action: str | None
    lines: Lines = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HintKind:
    """Where the hints for states come from, as lines of text that can be stored.

    Attributes:
        of_group: the lines for each step of each of the episodes that began in one snapshot; no lines where
            there is no hint.
        of_demonstration: the lines for each step of an oracle's episode.
        ask: called in each state before the student acts; returned as `Privileged.lines`.
        tokens: what the teacher reads, for a state's lines.
        may_be_empty: whether states without lines count.
        names_action: whether a hint names an action, which a teacher can learn to follow in any state.
        least_group: episodes that `of_group` needs.
    """

    of_group: Callable[[Sequence[Played]], list[list[Lines]]]
    of_demonstration: Callable[[Demonstration, MakeEnv], list[Lines]]
    ask: Callable[[WebEnv], Lines] = lambda env: ()
    tokens: Callable[[Features, Lines], Hint] = lambda features, lines: hint_of_texts(lines)
    may_be_empty: bool = False
    names_action: bool = False
    least_group: int = 1

    def privileged(self, env: WebEnv) -> Privileged:
        """To be asked in each state before the student acts; 3 to 9 ms, most of them the oracle's.

        The oracle is asked whatever the hint: for measurements, and because nothing can be learned once an
        episode cannot be won.
        """
        try:
            action: str | None = env.oracle()
        except Unwinnable:
            action = None
        return Privileged(action, self.ask(env))


def hint_of_action(features: Features, lines: Lines) -> Hint:
    """A hint at an action, or none if the policy cannot express it."""
    choices = choices_of(features, lines[0]) if lines else []
    return hint_of_choice(features, choices[0]) if choices else ()


def open_checks(env: WebEnv) -> Lines:
    """The checks of the present verdict that do not hold, with what decided them."""
    verdict = env.runner.info()["verdict"]
    return tuple(f"{check.name}: {check.detail}" for check in verdict.checks if not check.passed)


def open_checks_of(demonstration: Demonstration, make_env: MakeEnv) -> list[Lines]:
    """The open checks in each state of a demonstration, which is played again."""
    lines = []
    with closing(make_env(demonstration.task_id, engine="dom", **demonstration.options)) as env:
        env.reset(seed=demonstration.seed)
        for step in demonstration.steps:
            lines.append(open_checks(env))
            env.step(step.action)
    return lines


def sibling_lines(group: Sequence[Played]) -> list[list[Lines]]:
    """For each episode the actions, in words, of the shortest other one that succeeded."""
    winners = sorted((each for each in group if each.success), key=lambda each: len(each.steps))
    found = []
    for episode in group:
        others = [each for each in winners if each is not episode]
        lines = in_words((s.observation, s.action) for s in others[0].steps) if others else ()
        found.append([lines] * len(episode.steps))
    return found


def own_actions(demonstration: Demonstration, make_env: MakeEnv) -> list[Lines]:
    """All actions of a demonstration in words, in each of its states."""
    pairs = zip(demonstration.observations(), demonstration.steps, strict=True)
    lines = in_words((observation, step.action) for observation, step in pairs)
    return [lines] * len(demonstration.steps)


def in_words(steps: Any) -> Lines:
    """Actions with the names of their elements for refs, which differ between episodes."""
    return tuple(describe(observation, action) for observation, action in steps)


HINTS: Mapping[str, HintKind] = {
    "next_step": HintKind(
        of_group=lambda group: [
            [(step.label.action,) if step.label.action else () for step in each.steps] for each in group
        ],
        of_demonstration=lambda each, make_env: [(step.action,) for step in each.steps],
        tokens=hint_of_action,
        names_action=True,
    ),
    "open_checks": HintKind(
        of_group=lambda group: [[step.label.lines for step in each.steps] for each in group],
        of_demonstration=open_checks_of,
        ask=open_checks,
    ),
    "sibling": HintKind(of_group=sibling_lines, of_demonstration=own_actions, least_group=2),
    "none": HintKind(
        of_group=lambda group: [[()] * len(each.steps) for each in group],
        of_demonstration=lambda each, make_env: [()] * len(each.steps),
        may_be_empty=True,
    ),
}
"""By the name that settings use. Another kind, such as notes of a week, is another `HintKind`."""


@dataclass(frozen=True, slots=True)
class Hinted:
    """A state, its label, and the hint that a teacher reads there."""

    sample: Sample
    hint: Hint


def instruction(features: Features, rng: Generator) -> Hinted:
    """A lesson in following hints: an action drawn from all that a state allows, with the hint to do it.

    A text is a single copy. No oracle is needed, and the action is rarely right: whoever ignores the hint
    cannot learn it.
    """
    is_text = rng.random() < TEXTS  # boxes are few
    token = int(rng.choice(np.flatnonzero(features.takes_text if is_text else features.usable)))
    choice = Choice(token)
    if features.takes_text[token]:
        first = int(rng.integers(features.goal_size if rng.random() < OF_GOAL else len(features.words)))
        same = np.flatnonzero(features.segments == features.segments[first])
        last = min(first + int(rng.integers(LONGEST_TEXT)), int(same[-1]))
        choice = Choice(token, (Piece(places=(Place(first, last, int(rng.choice(CASES))),)),))
    label = choices_of(features, action_of(features, choice)) or [choice]
    return Hinted(Sample(features, tuple(label)), hint_of_choice(features, choice))


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """A state of a demonstration with the lines of its hint."""

    sample: Sample
    lines: Lines


def demonstrated(
    demonstrations: Sequence[Demonstration], hint: str, *, note_words: int, make_env: MakeEnv = WebEnv
) -> list[Demonstrated]:
    """The states of demonstrations whose labels the policy can express, with a kind of hint."""
    found = []
    for each in demonstrations:
        lines = HINTS[hint].of_demonstration(each, make_env)
        states = zip(states_of(each, note_words), lines, strict=True)
        found += [Demonstrated(sample, of_step) for sample, of_step in states if sample.label]
    return found
