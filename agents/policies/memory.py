"""What a policy keeps of an episode: its last actions, and notes of pages that it has left."""

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from gristmill.agents.base import Observation
from gristmill.agents.policies.words import read
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot

PAST_ACTIONS = 3
NOTE_WORDS = 16  # longest note
NOTES_OF_A_PAGE = 4
INSIDE = frozenset({"main", "dialog"})  # banners and footers say the same on every page


outline_of = lru_cache(maxsize=128)(parse_aria_snapshot)
"""The tree of an `aria` observation, which is read when a page is acted on and when it is left. Not to be
written to."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Immutable, so that features can be cached by it.

    Attributes:
        actions: the last `PAST_ACTIONS` actions in words, newest first.
        notes: texts of pages that were left, newest first; `max_words` words at most.
        max_words: bound of the notes; 0 for none.
    """

    max_words: int = 64
    actions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def after(self, before: Observation, action: str, now: Observation) -> "Memory":
        """The memory after an action that led from one observation to the next."""
        described = describe(before, action)
        actions = (described, *self.actions)[:PAST_ACTIONS]
        notes = self.notes
        if self.max_words and place(before["url"]) != place(now["url"]):
            notes = bounded((*notes_of(before), *notes), self.max_words)
        return replace(self, actions=actions, notes=notes)


def place(url: str) -> tuple[str, str]:
    """Host and path of an address."""
    parts = urlsplit(url)
    return parts.netloc, parts.path


def describe(observation: Observation, action: str) -> str:
    """An action with its element's role and name for the ref, which means nothing on other pages."""
    verb, _, rest = action.partition(" ")
    ref, _, text = rest.partition(" ")
    marker = f"[ref={ref}]"
    for line in observation["aria"].split("\n"):
        if marker in line:
            named = line.strip(" -").partition(" [")[0]
            return f"{verb} {named[:80]} {text[:40]}".strip()
    return action[:120]


def notes_of(observation: Observation) -> tuple[str, ...]:
    """Those texts of a page that share most words with the goal, in reading order."""
    goal = {word for word in read(observation["goal"]).words if len(word) > 2}
    texts = dict.fromkeys(texts_of(outline_of(observation["aria"]), is_inside=False))
    ranked = sorted(texts, key=lambda text: -len(goal & set(read(text).words)))
    best = {text for text in ranked[:NOTES_OF_A_PAGE] if goal & set(read(text).words)}
    return tuple(shortened(text) for text in texts if text in best)


def texts_of(node: AriaNode, *, is_inside: bool) -> list[str]:
    """The texts of a page's main part."""
    inside = is_inside or node.role in INSIDE
    own = [node.text or node.name] if inside and (node.text or node.name) and node.role != "main" else []
    return own + [text for child in node.children for text in texts_of(child, is_inside=inside)]


def shortened(text: str) -> str:
    """The first `NOTE_WORDS` words."""
    found = read(text)
    return text if len(found.words) <= NOTE_WORDS else text[: found.ends[NOTE_WORDS - 1]]


def bounded(notes: tuple[str, ...], max_words: int) -> tuple[str, ...]:
    """The first notes that have no more words than this together, without duplicates."""
    kept, size = [], 0
    for note in dict.fromkeys(notes):
        size += len(read(note).words)
        if size > max_words:
            break
        kept.append(note)
    return tuple(kept)
