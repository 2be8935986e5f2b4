"""Recovers from logged episodes what a dream needs: patterns, forms, templates, and rules of success."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mode

from gristmill.agents.dreams.addresses import Patterns, patterns_of
from gristmill.agents.dreams.cases import FINISHING, Case, Kind, cases_of, context_of, kinds_of, same_place
from gristmill.agents.dreams.edits import SWITCHES, is_box
from gristmill.agents.dreams.goals import GoalRule, rules_of
from gristmill.agents.dreams.logs import Episode
from gristmill.agents.dreams.skeletons import Context, forms_of
from gristmill.agents.dreams.slots import address_slots
from gristmill.envs.actions import types as do
from gristmill.errors import LearningFileError

LEAST_SHARE = 0.2  # of the pages of a template on which a skeleton with known slots is found
LEAST_LIKENESS = 0.9  # of pages of one address before and after writes that do not depend on them
EDITS = (do.Fill, do.Select, do.Check, do.Uncheck)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovered:
    """What was recovered.

    Attributes:
        patterns: of addresses.
        reads: kinds of buttons and keys that only look: what boxes hold stands in the address afterwards.
        edits: kinds of actions that change the page and nothing else.
        templates: by pattern, the skeletons of lines into which slots are copied.
        dependent: patterns of pages whose content depends on what was written.
        rules: when an episode is a success.
        ends_by_itself: whether a success ends the episode without `done`.
        success_reward: of the last step of a success.
        max_steps: after which an episode is cut.
    """

    patterns: Patterns
    reads: frozenset[Kind]
    edits: frozenset[Kind]
    templates: dict[str, frozenset[str]]
    dependent: frozenset[str]
    rules: tuple[GoalRule, ...]
    ends_by_itself: bool
    success_reward: float
    max_steps: int


def recovered(episodes: Sequence[Episode]) -> Recovered:
    """Recover everything; about 2 ms a logged step.

    Raises:
        LearningFileError: no episode was a success, so that success cannot be guessed.
    """
    won = [episode for episode in episodes if episode.is_success]
    if not won:
        raise LearningFileError(
            f"None of the {len(episodes)} logged episodes was rewarded with success, so that a dream cannot "
            "guess what success is. Record an agent that succeeds at times, such as --agent oracle."
        )
    patterns = patterns_of((scene.url, scene.page) for each in episodes for scene in each.scenes)
    plain = [case for each in episodes for case in cases_of(each, patterns, frozenset(), frozenset())]
    reads, edits = reads_of(plain), edits_of(plain)
    by_episode = [cases_of(each, patterns, reads, edits) for each in episodes]
    cases = [case for found in by_episode for case in found]
    lengths = [len(each.actions) for each in episodes]
    cut = [len(each.actions) for each in episodes if each.is_cut]
    last = [found[-1].grounded for each, found in zip(episodes, by_episode, strict=True) if each.is_success]
    return Recovered(
        patterns=patterns,
        reads=reads,
        edits=edits,
        templates=templates_of(cases, patterns),
        dependent=dependent_of(cases, patterns),
        rules=rules_of(
            (each.goal, found) for each, found in zip(episodes, by_episode, strict=True) if each.is_success
        ),
        ends_by_itself=any(
            grounded is not None and not isinstance(grounded.action, FINISHING) for grounded in last
        ),
        success_reward=mode(each.rewards[-1] for each in won),
        max_steps=max(cut) if cut else 2 * max(lengths),
    )


def reads_of(cases: Iterable[Case]) -> frozenset[Kind]:
    """Kinds of actions after which a value of the page stands in the query of the new address."""
    found = set()
    for case in cases:
        grounded = case.grounded
        if grounded is None or grounded.target is not None or same_place(case.before.url, case.after.url):
            continue
        asked = {value for key, value in address_slots(case.after.url).items() if key.startswith("query")}
        known = {
            text.lower()
            for address, value in grounded.slots.items()
            if address.startswith(("box", "bar", "choice"))
            for _, text in forms_of(value)
        }
        if known & {value.lower() for value in asked if value}:
            found.add(grounded.kind)
    return frozenset(found)


def edits_of(cases: Iterable[Case]) -> frozenset[Kind]:
    """Kinds of actions on boxes and switches that mostly stay on their page."""
    stays: dict[Kind, list[bool]] = defaultdict(list)
    for case in cases:
        grounded = case.grounded
        if grounded is not None and grounded.place is not None and grounded.target is None:
            is_edit = isinstance(grounded.action, EDITS) or (
                isinstance(grounded.action, do.Click)
                and (grounded.kind.role in SWITCHES or is_box(case.before.page, grounded.place))
            )
            if is_edit:
                stays[grounded.kind].append(same_place(case.before.url, case.after.url))
    return frozenset(kind for kind, found in stays.items() if sum(found) * 2 >= len(found))


def templates_of(cases: Sequence[Case], patterns: Patterns) -> dict[str, frozenset[str]]:
    """By pattern, the skeletons with slots of lines and titles that recur with other values."""
    pages: dict[str, list[tuple[frozenset[str], Context]]] = defaultdict(list)
    lines_by_skeleton: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for case in cases:
        if case.grounded is None or case.grounded.kind.verb in {"fill", "check", "uncheck", "select"}:
            continue
        context = context_of(case.grounded, case.after.url, case.written)
        pattern = patterns.of(case.after.url)
        lines = {*case.after.page, case.after.title}
        pages[pattern].append((frozenset(lines), context))
        for line in lines:
            if (skeleton := context.skeleton(line)) != line:
                lines_by_skeleton[pattern][skeleton].add(line)
    return {
        pattern: frozenset(
            skeleton
            for skeleton, lines in found.items()
            if len(lines) > 1 and is_usual(skeleton, pages[pattern])
        )
        for pattern, found in lines_by_skeleton.items()
    }


def is_usual(skeleton: str, pages: Sequence[tuple[frozenset[str], Context]]) -> bool:
    """Whether a skeleton is found on a good part of the pages where its slots have values."""
    hits = [line in lines for lines, context in pages if (line := context.rendered(skeleton)) is not None]
    return bool(hits) and sum(hits) / len(hits) >= LEAST_SHARE


def dependent_of(cases: Iterable[Case], patterns: Patterns) -> frozenset[str]:
    """Patterns whose pages of one address differ after different writes."""
    pages: dict[tuple[str, str], dict[tuple[Kind, ...], frozenset[str]]] = defaultdict(dict)
    for case in cases:
        if case.grounded is not None and case.grounded.target is not None:
            key = patterns.of(case.after.url), case.after.url.partition("#")[0]
            pages[key][kinds_of(case.writes)] = frozenset(case.after.page)
    likeness: dict[str, list[float]] = defaultdict(list)
    for (pattern, _), found in pages.items():
        first, *others = found.values()
        likeness[pattern] += [len(first & each) / max(len(first | each), 1) for each in others]
    return frozenset(
        pattern for pattern, found in likeness.items() if found and sum(found) / len(found) < LEAST_LIKENESS
    )
