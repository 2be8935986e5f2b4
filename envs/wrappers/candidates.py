"""A bounded list of possible actions for each element of a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gristmill.apps.kit.aria import AriaNode, AriaSnapshot
from gristmill.envs.actions import types as do

CLICKED = frozenset({"button", "link", "menuitem", "option", "radio", "summary", "switch", "tab"})
TYPED = frozenset({"searchbox", "spinbutton", "textbox"})
USED = CLICKED | TYPED | {"checkbox", "combobox"}

QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")
NUMBER = re.compile(r"\d+")
WORD = re.compile(r"[\w'’&-]+")
CAPITALISED = r"[^\W\d_a-zß-öø-ÿ][\w'’&-]*"
NAME = re.compile(rf"(?<![\w'’&-]){CAPITALISED}(?: {CAPITALISED})*")
SENTENCE = re.compile(r"[.!?:](?:\s|$)")


def is_usable(node: AriaNode) -> bool:
    """Whether an element accepts actions."""
    return node.role in USED and bool(node.ref) and "disabled" not in node


def words_of(text: str) -> list[str]:
    """The lower-cased words and numbers of a text."""
    return [word.lower() for word in WORD.findall(text)]


def goal_terms(goal: str, limit: int) -> list[str]:
    """Texts from the goal that may have to be typed: quoted ones, then names, then numbers; no duplicates."""
    terms = [*QUOTED.findall(goal), *names_in(QUOTED.sub(" , ", goal)), *NUMBER.findall(goal)]
    return list(dict.fromkeys(terms))[:limit]


def names_in(text: str) -> list[str]:
    """Return runs of capitalised words, in order.

    A sentence's first word is capitalised anyway and may or may not belong to a name ("Add Dale Shelf",
    "Dale Shelf is missing"). Such a run is returned with and without it, and not if it is the only word.
    """
    names: list[str] = []
    for sentence in SENTENCE.split(text):
        opening = WORD.search(sentence)
        for run in NAME.findall(sentence):
            first, _, rest = run.partition(" ")
            opens = opening is not None and sentence.startswith(run, opening.start())
            names += [name for name in ((run, rest) if opens else (run,)) if name != first or not opens]
    return [name for name in names if name]


@dataclass(frozen=True, slots=True)
class ActionCandidate:
    """One possible action on an element.

    Attributes:
        text: the text that is typed or the option that is chosen; or empty.
    """

    action: do.Action
    text: str = ""


def candidates(node: AriaNode, goal: str, terms: Sequence[str]) -> list[ActionCandidate | None]:
    """The default action of an element, then one per term; None where there is none.

    Text boxes can be filled with each term. For drop-down lists these are the options with the highest word
    overlap with the goal, best first, ties in page order. Other elements have only the default action.
    """
    nothing: list[ActionCandidate | None] = [None] * len(terms)
    options = [option.name for option in node.all("option")]
    if node.role == "combobox" and options:
        best = sorted(options, key=lambda option: -overlap(option, goal))[: len(terms)]
        chosen: list[ActionCandidate | None] = [
            ActionCandidate(do.Select(node.ref, option), option) for option in best
        ]
        return [None, *chosen, *nothing[len(best) :]]
    if node.role in TYPED or node.role == "combobox":
        return [None, *(ActionCandidate(do.Fill(node.ref, term), term) for term in terms)]
    if node.role == "checkbox":
        return [ActionCandidate(do.Uncheck(node.ref) if "checked" in node else do.Check(node.ref)), *nothing]
    return [ActionCandidate(do.Check(node.ref) if node.role == "radio" else do.Click(node.ref)), *nothing]


def overlap(text: str, goal: str) -> float:
    """The fraction of a text's words that occur in the goal, in 0..1."""
    words = words_of(text)
    known = set(words_of(goal))
    return sum(word in known for word in words) / len(words) if words else 0.0


def usable(outline: AriaSnapshot, limit: int) -> list[AriaNode]:
    """The first `limit` usable elements of the page, in reading order."""
    return [node for node in outline.walk() if is_usable(node)][:limit]
