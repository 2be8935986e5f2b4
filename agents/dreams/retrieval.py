"""Finds the logged step that is most like one that was never logged, and writes its page anew."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from gristmill.agents.dreams.cases import Case, GroundedAction, Kind, Write, context_of, kinds_of
from gristmill.agents.dreams.logs import Scene
from gristmill.agents.dreams.outlines import Page, elements
from gristmill.agents.dreams.recovery import Recovered
from gristmill.agents.dreams.skeletons import Context, forms_of
from gristmill.agents.dreams.slots import Slots, address_slots
from gristmill.envs.wrappers.candidates import TYPED

LIKE_BEFORE = 0.8  # share of the lines that remain if a step changes a page rather than leaving it
ENTERED = ("box", "bar", "choice")
Rank = tuple[float, ...]


class CaseBase:
    """The cases of a log, and what they say about new steps. Deterministic: ties go to the earliest case."""

    def __init__(self, cases: Sequence[Case], found: Recovered) -> None:
        self._recovered = found
        self._by_kind: dict[Kind, list[Case]] = defaultdict(list)
        self._by_element: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
        self._by_pattern: dict[str, list[Case]] = defaultdict(list)
        self.names: set[str] = set()
        for case in cases:
            self._by_pattern[found.patterns.of(case.after.url)].append(case)
            if case.grounded is not None:
                self._by_kind[case.grounded.kind].append(case)
                self._by_element[case.grounded.kind[1:]].append(case)
            self.names |= names_on(case.after.page)

    def like(self, kind: Kind) -> Sequence[Case]:
        """Steps of this kind; if there are none, steps of other pages with an element of its name."""
        own = self._by_kind.get(kind, [])
        return own or (self._by_element.get(kind[1:], []) if kind.name else [])

    def scene_at(
        self, url: str, now: Scene, grounded: GroundedAction | None, writes: tuple[Write, ...]
    ) -> Scene | None:
        """What is found at an address; None if no page of its pattern was logged."""
        pattern = self._recovered.patterns.of(url)
        wanted, own = url.partition("#")[0], kinds_of(writes)
        is_dependent = pattern in self._recovered.dependent
        context = context_of(grounded, url, writes)

        def rank(case: Case) -> Rank:
            away = distance(kinds_of(case.written), own)
            found = case.after.url.partition("#")[0]
            is_here = (
                0 if found == wanted else 1 if found.partition("?")[0] == wanted.partition("?")[0] else 2
            )
            unlike = self.unlike(address_slots(case.after.url), address_slots(url))
            return (away if is_dependent else 0, is_here, unlike[0], away, unlike[1], case.grounded is None)

        donors = [case for case in self._by_pattern.get(pattern, ()) if not case.after.error]
        best = closest_of(donors, rank, now.page)
        return None if best is None else self.written_anew(best, url, now, context)

    def written_case(
        self, grounded: GroundedAction, now: Scene, writes: tuple[Write, ...], *, is_success: bool
    ) -> Case | None:
        """The step most like an action that writes; None if nothing like it was logged."""
        own = kinds_of(writes)

        def rank(case: Case) -> Rank:
            assert case.grounded is not None
            unlike = self.unlike(entered(case.grounded.slots), entered(grounded.slots))
            has_won = case.is_over and case.reward > 0
            return (has_won != is_success, unlike[0], distance(kinds_of(case.writes), own), unlike[1])

        return closest_of(self.like(grounded.kind), rank, now.page)

    def closest(self, grounded: GroundedAction, pattern: str) -> Case | None:
        """The step most like an action, of its kind if possible, that led to a page of this pattern."""
        patterns = self._recovered.patterns
        led = [case for case in self.like(grounded.kind) if patterns.of(case.after.url) == pattern]
        others = [case for case in self._by_pattern.get(pattern, []) if case.grounded is not None]

        def rank(case: Case) -> Rank:
            assert case.grounded is not None
            return self.unlike(entered(case.grounded.slots), entered(grounded.slots))

        return min(led or others, key=rank, default=None)

    def unlike(self, some: Slots, others: Slots) -> tuple[float, float]:
        """How many values differ in what they are, and how little their words have in common."""
        shared = some.keys() & others.keys()
        kinds = sum(self.sort_of(some[each]) != self.sort_of(others[each]) for each in shared)
        words = [overlap(some[each], others[each]) for each in sorted(shared)]
        return kinds + len(some.keys() ^ others.keys()) / 4, -sum(words)

    def sort_of(self, value: str) -> str:
        """What a value is: nothing, a number, the name of something on a page, or another text."""
        if not value.strip():
            return "nothing"
        if value.strip().isdecimal():
            return "number"
        return "name" if value.strip().lower() in self.names else "text"

    def written_anew(self, case: Case, url: str, now: Scene, context: Context) -> Scene:
        """The page that a step led to, with the slots of this context and the landmarks of this page."""
        template = self._recovered.templates.get(self._recovered.patterns.of(case.after.url), frozenset())
        lines, title = list(case.after.page), case.after.title
        for place, skeleton in tagged(case, template):
            if (text := context.rendered(skeleton)) is not None:
                if place < 0:
                    title = text
                else:
                    lines[place] = text
        return Scene(url, title, "", with_landmarks(lines, case, now.page))


def closest_of(cases: Sequence[Case], rank: Callable[[Case], Rank], now: Page) -> Case | None:
    """The case of the least rank; of several, the first one that began on the page most like this one."""
    ranks = [rank(case) for case in cases]
    if not ranks:
        return None
    least, own = min(ranks), lines_in(now)
    tied = [case for case, each in zip(cases, ranks, strict=True) if each == least]
    return tied[0] if len(tied) == 1 else max(tied, key=lambda case: len(lines_in(case.before.page) & own))


@lru_cache(maxsize=2048)
def lines_in(page: Page) -> frozenset[str]:
    """The lines of a page, whatever their order."""
    return frozenset(page)


def entered(slots: Slots) -> Slots:
    """The slots that hold what was typed or chosen."""
    return {address: value for address, value in slots.items() if address.startswith(ENTERED)}


def overlap(some: str, others: str) -> float:
    """Share of the words that two texts have in common."""
    one, two = set(some.lower().split()), set(others.lower().split())
    return len(one & two) / max(len(one | two), 1)


def distance(some: Iterable[Kind], others: Iterable[Kind]) -> int:
    """How many writes there are on one side alone."""
    one, two = Counter(some), Counter(others)
    return sum(((one - two) + (two - one)).values())


def names_on(page: Page) -> set[str]:
    """The names of links and headings in lower case."""
    return {
        text.lower()
        for each in elements(page)
        if each.line.role in {"link", "heading"} and each.line.name
        for _, text in forms_of(each.line.name)[:2]
    }


@lru_cache(maxsize=4096)
def tagged(case: Case, template: frozenset[str]) -> tuple[tuple[int, str], ...]:
    """Number and skeleton of the lines into which slots are copied; -1 is the title."""
    context = context_of(case.grounded, case.after.url, case.written)
    rows = [(place, context.skeleton(line)) for place, line in enumerate(case.after.page)]
    rows.append((-1, context.skeleton(case.after.title)))
    return tuple((place, skeleton) for place, skeleton in rows if skeleton in template)


def with_landmarks(lines: list[str], case: Case, now: Page) -> Page:
    """A page whose banner, navigation and footer are the present ones, but for what the step changed."""
    ours, before = blocks_of(now), blocks_of(case.before.page)
    for key, places in reversed(blocks_of(case.after.page).items()):
        own, old = ours.get(key), before.get(key)
        if own is None or old is None or len(own) != len(places) or len(old) != len(places):
            continue
        for place, own_place, old_place in zip(places, own, old, strict=True):
            is_box = any(f"- {role}" in lines[place] for role in (*TYPED, "combobox"))
            if case.before.page[old_place] == case.after.page[place] and not is_box:
                lines[place] = now[own_place]
    return tuple(lines)


@lru_cache(maxsize=1024)
def blocks_of(page: Page) -> dict[str, tuple[int, ...]]:
    """The lines of each landmark by its own line."""
    found: dict[str, list[int]] = {}
    block, indent = "", 0
    by_place = {each.place: each for each in elements(page)}
    for place in range(len(page)):
        each = by_place.get(place)
        if each is not None and block and each.line.indent <= indent:
            block = ""
        if each is not None and not block and each.block < 0 and each.line.role in BLOCKS:
            block, indent = f"{each.line.role} {each.line.name}", each.line.indent
        if block:
            found.setdefault(block, []).append(place)
    return {key: tuple(places) for key, places in found.items()}


BLOCKS = frozenset({"banner", "navigation", "contentinfo"})


def is_change(case: Case) -> bool:
    """Whether a step changed its page rather than leading to another one."""
    before, after = Counter(case.before.page), Counter(case.after.page)
    return sum((before & after).values()) >= LIKE_BEFORE * max(before.total(), after.total())


def changed(case: Case, now: Page, context: Context, own: Context) -> Page:
    """The present page with the lines that the step changed on its own page."""
    before, after = case.before.page, case.after.page
    if before == after:
        return now
    where: dict[int, int] = {}
    for old, new, size in SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks():
        where |= {old + step: new + step for step in range(size)}
    lines: list[list[str]] = [[line] for line in now]
    for tag, begin, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" or (begin and begin - 1 not in where):
            continue
        for place in range(begin, end):
            if place in where:
                lines[where[place]] = []
        added = [own.rendered(context.skeleton(line)) or line for line in after[first:last]]
        at = where[begin - 1] if begin else 0
        lines[at] = lines[at] + added if begin else added + lines[at]
    return tuple(line for each in lines for line in each)
