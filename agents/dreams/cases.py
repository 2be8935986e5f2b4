"""Logged steps as cases: what kind of action, what was written before, and what it led to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urljoin

from gristmill.agents.dreams.addresses import Patterns, split
from gristmill.agents.dreams.logs import Episode, Scene
from gristmill.agents.dreams.outlines import Page, link_of, parsed, refs_of
from gristmill.agents.dreams.skeletons import Context, prefixed
from gristmill.agents.dreams.slots import Slots, address_slots, name_pattern, slots_of
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse
from gristmill.errors import ActionError

REMEMBERED = 8  # last writes whose slots explain later pages
FINISHING = (do.Done, do.Answer, do.GiveUp)


class Kind(NamedTuple):
    """A kind of action: pattern of the page's address, verb, role and pattern of the element's name."""

    pattern: str
    verb: str
    role: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class GroundedAction:
    """An action where it is done.

    Attributes:
        place: line of the element; None without one.
        target: address that it leads to by itself, as a link does; or None.
        slots: of the page, and the element's name as `acted`.
    """

    action: do.Action
    kind: Kind
    place: int | None
    target: str | None
    slots: Slots


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """An action that may have changed more than the page."""

    kind: Kind
    slots: Slots = field(compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A logged step.

    Attributes:
        grounded: None for the beginning of an episode, which led to `after` from nowhere.
        writes: of the episode before this step.
        own: what it wrote itself; or None.
        step: number of the step in its episode; -1 for the beginning.
        is_over: whether the episode ended by it.
    """

    grounded: GroundedAction | None
    before: Scene
    after: Scene
    writes: tuple[Write, ...]
    own: Write | None
    reward: float
    is_over: bool
    step: int = -1

    @property
    def written(self) -> tuple[Write, ...]:
        """All writes, that of this step among them."""
        return self.writes if self.own is None else (*self.writes, self.own)


def grounded_action(page: Page, url: str, line: str, patterns: Patterns) -> GroundedAction:
    """An action on a page.

    Raises:
        ActionError: it does not parse.
    """
    action = parse(line)
    ref = getattr(action, "ref", None)
    pattern = patterns.of(url)
    slots = slots_of(page, url)
    if ref is None:
        target = urljoin(url, action.url) if isinstance(action, do.Goto) else None
        about = [str(value) for value in (getattr(action, "app", ""), getattr(action, "key", "")) if value]
        role, name = focus_of(page) if isinstance(action, do.Press) else ("", "")
        kind = Kind(pattern, " ".join([action.verb, *about]), role, name)
        return GroundedAction(action, kind, None, target, slots)
    place = refs_of(page).get(ref)
    element = parsed(page[place]) if place is not None else None
    if place is None or element is None:
        return GroundedAction(action, Kind(pattern, action.verb), None, None, slots)
    link = link_of(page, place) if isinstance(action, do.Click) else None
    return GroundedAction(
        action,
        Kind(pattern, action.verb, element.role, name_pattern(element.name, page)),
        place,
        urljoin(url, link) if link is not None else None,
        slots | {"acted": element.name},
    )


def focus_of(page: Page) -> tuple[str, str]:
    """Role and name of the element with the focus."""
    for text in page:
        if " [active]" in text and (line := parsed(text)) is not None:
            return line.role, name_pattern(line.name, page)
    return "", ""


def context_of(grounded: GroundedAction | None, url: str, writes: tuple[Write, ...]) -> Context:
    """What may explain a page: its address, the writes so far, and the name of what was used."""
    slots = prefixed("at", address_slots(url))
    for age, each in enumerate(reversed(writes[-REMEMBERED:]), start=1):
        slots |= prefixed(f"write -{age}", each.slots)
    if grounded is not None and "acted" in grounded.slots:
        slots["acted"] = grounded.slots["acted"]
    return Context(slots)


def can_write(grounded: GroundedAction, reads: frozenset[Kind]) -> bool:
    """Whether an action may change more than the page: a button, or a key, that does not only look."""
    if grounded.target is not None or grounded.kind in reads:
        return False
    if isinstance(grounded.action, do.Press):
        return bool(grounded.kind.role)
    return (
        isinstance(grounded.action, do.Click) and grounded.place is not None and grounded.kind.role != "link"
    )


def cases_of(
    episode: Episode, patterns: Patterns, reads: frozenset[Kind], edits: frozenset[Kind]
) -> list[Case]:
    """The beginning and the steps of an episode.

    Args:
        episode: the log.
        patterns: of its addresses.
        reads: kinds that only look.
        edits: kinds that change the page and nothing else.
    """
    start = episode.scenes[0]
    found = [Case(None, start, start, (), None, 0.0, is_over=False)]
    writes: tuple[Write, ...] = ()
    last = len(episode.actions) - 1
    for step, line in enumerate(episode.actions):
        before, after = episode.scenes[step], episode.scenes[step + 1]
        try:
            grounded = grounded_action(before.page, before.url, line, patterns)
        except ActionError:
            continue
        is_write = can_write(grounded, reads) and grounded.kind not in edits and not after.error
        own = Write(grounded.kind, grounded.slots) if is_write else None
        is_over = step == last and not episode.is_cut
        found.append(Case(grounded, before, after, writes, own, episode.rewards[step], is_over, step))
        writes = found[-1].written
    return found


def same_place(url: str, other: str) -> bool:
    """Whether two addresses differ in nothing but the fragment."""
    return split(url)[:4] == split(other)[:4]


def kinds_of(writes: Iterable[Write]) -> tuple[Kind, ...]:
    """What was written, whatever the order."""
    return tuple(sorted(write.kind for write in writes))
