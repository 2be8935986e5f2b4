"""Find the phrases that texts of demonstrations need beside copies, for `agents/policies/literals.json`.

    python tools/literals.py RUN/demonstrations.bin ... [--each 30] [--most 600] [--write]

Each text that an oracle typed is divided into copies from goal, notes and page, and what stands between them.
Of the latter those are kept that enough episodes of one family need, most frequent first. Policies that were
trained with other literals are refused: a policy's file has their checksum.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.texts import Part, Piece, Pieces, is_boundary, pieces_of
from gristmill.agents.training.demonstrations import Demonstration, load_demonstrations
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse

LITERALS = Path(__file__).parents[1] / "agents/policies/literals.json"
CHARACTERS = [chr(code) for code in range(32, 127)]
COST, COST_OF_MARKS, COST_OF_WORD = 1.2, 0.6, 2.0
"""Of a literal with words, of one without, and of each word. Within a phrase one word that could be copied is
not: the phrase would have to begin once more. Two such words are."""
LONGEST = 80  # characters
WORD = re.compile(r"[^\W_]+")
FACT = re.compile(r"\d{3}|\d[-/]\d|\w@|<\w")
"""What is a fact of a world and not of a language: years, days, numbers of orders, addresses."""
PERSON = re.compile(r"([a-z]+)\.([a-z]+)@")
"""Names in an address; a phrase with one of them would not help in another world."""


class AnyLiteral:
    """Lets every part of a text be a literal, and knows the texts of those that were used."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str, begin: int) -> Iterator[Part]:
        """All parts that begin at a place, cut no word and hold no fact; and its single character."""
        for end in range(begin + 1, min(len(text), begin + LONGEST) + 1):
            cuts_word = not (is_boundary(text, begin) and is_boundary(text, end))
            if end == begin + 1 or not (cuts_word or FACT.search(text[begin:end])):
                number = self._numbers.setdefault(text[begin:end], len(self._numbers))
                words = len(WORD.findall(text[begin:end]))
                yield Part(COST + words * COST_OF_WORD if words else COST_OF_MARKS, end, Piece(number))

    def texts(self, pieces: Pieces) -> Iterator[str]:
        """The literals among pieces."""
        texts = list(self._numbers)
        yield from (texts[piece.literal] for piece in pieces if piece.literal is not None)


def names_in(demonstration: Demonstration) -> set[str]:
    """The names of people, as far as their addresses are typed."""
    found = [PERSON.findall(step.action) for step in demonstration.steps]
    return {name for names in found for both in names for name in both}


def literals_of(demonstration: Demonstration) -> set[str]:
    """What the texts of a demonstration need beside copies."""
    found, memory, observations = set[str](), Memory(), demonstration.observations()
    for place, (step, seen) in enumerate(zip(demonstration.steps, observations, strict=True)):
        action = parse(step.action)
        if isinstance(action, do.Fill | do.Answer):
            literals = AnyLiteral()
            found |= set(literals.texts(pieces_of(features_of(seen, memory), action.text, literals) or ()))
        if place + 1 < len(observations):
            memory = memory.after(seen, step.action, observations[place + 1])
    return found


def phrases_in(
    demonstrations: Iterable[Demonstration], *, each: int, least: int, most: int
) -> dict[str, int]:
    """Phrases and how many episodes need them, most frequent first.

    Args:
        demonstrations: of any families.
        each: episodes of a family that are read.
        least: episodes of a family that need a phrase that counts.
        most: phrases that are kept.
    """
    played, needed, names = Counter[str](), defaultdict[str, Counter[str]](Counter), set[str]()
    for one in demonstrations:
        played[one.task_id] += 1
        names |= names_in(one)
        if played[one.task_id] <= each:
            needed[one.task_id].update(literals_of(one))
    counts = Counter[str]()
    for of_family in needed.values():
        counts.update({text: count for text, count in of_family.items() if count >= least})
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    phrases = [text for text in ranked if len(text) > 1 and not names & set(WORD.findall(text.lower()))]
    return {text: counts[text] for text in phrases[:most]}


def main() -> None:
    """Print or write the phrases that are frequent enough."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stores", nargs="+", type=Path, help="what `gristmill train` keeps of demonstrations")
    parser.add_argument("--each", type=int, default=30, help="episodes of a family that are read")
    parser.add_argument("--least", type=int, default=3, help="episodes of a family that need a literal")
    parser.add_argument("--most", type=int, default=600, help="phrases that are kept")
    parser.add_argument("--write", action="store_true", help=f"write {LITERALS.name}")
    options = parser.parse_args()
    stored = chain.from_iterable(map(load_demonstrations, options.stores))
    phrases = phrases_in(stored, each=options.each, least=options.least, most=options.most)
    for text, count in phrases.items():
        print(f"{count:6} {text!r}")
    if options.write:
        content = json.dumps([*CHARACTERS, *sorted(phrases)], ensure_ascii=False, indent=0)
        LITERALS.write_text(content + "\n", "utf-8")


if __name__ == "__main__":
    main()
