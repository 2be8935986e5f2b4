"""Measure how varied the texts of mail and chat are, and whether they agree with the rows.

    python tools/texts.py [--world 1] [--other 3] [--size standard] [--read 30]

Prints eight gates of diversity over the new text of mails and chat messages (no quotes, signatures, automatic
mails), each with its bound, and two of coherence. `--read N` prints N threads and three days of
channels to be read by somebody instead. The exit code is 1 if a gate fails.
"""

import argparse
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask
from text_measures import (
    compression,
    distinct,
    lengths,
    near_duplicates,
    openings,
    self_bleu,
    sentences,
    sharing,
)

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.server.database import LentConnection
from gristmill.apps.stories import prelude, script_of
from gristmill.apps.stories.acts import MailAct, Script
from gristmill.apps.world.builder import build_world, stream
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.plugins import installed

SAMPLE = 200
CHANNEL_DAYS = 3  # printed to be read, besides threads
RULES = "policies."
SHORT_WORDS = 5  # "Done." answers without taking up a word
LITTLE_WORDS = """
about from have into just more most over than that their them then there they this were what when which will
with would could should your the and for you are was not but all one our out had has his her its who how can
now any yes too did him she two let say see
"""
STOP_WORDS = frozenset(LITTLE_WORDS.split())
WORD = re.compile(r"[a-z]{3,}|\d[\d.,:]*")
ENDING = re.compile(r"(?:ing|ed|es|s|e|ly)$")
STEM = 5  # letters
YES_AND_NO = "yes yep no nope not agreed granted thanks thank sorry fine done gladly okay fair"
ANSWERS = frozenset(YES_AND_NO.split())


@dataclass(frozen=True, slots=True)
class Gate:
    """One measure with its bound."""

    name: str
    value: float
    bound: str
    passed: bool

    def __str__(self) -> str:
        return f"{'ok  ' if self.passed else 'FAIL'} {self.name:<58} {self.value:8.3f}  ({self.bound})"


def script(seed: int, size: WorldSize) -> Script:
    """The script of a world of shop, mail and chat; the latter two write no rows here."""
    found: list[Script] = []

    def reader(name: str) -> AppSpec:
        return AppSpec(
            name=name,
            title=name,
            version="1",
            create_app=lambda: Flask(name),
            seed=lambda world, rng: found.append(script_of(world)),
            tasks=TaskRegistry(name),
            prelude=prelude,
            seeds_after=frozenset({"shop"}),
        )

    connection = sqlite3.connect(":memory:", factory=LentConnection)
    apps = [installed().app("shop"), reader("mail"), reader("chat")]
    build_world(apps, WorldChoice(seed=seed, size=size), connection)
    connection.shut()
    return found[0]


def written_mails(acts: Script) -> list[str]:
    """The new text of mails that people wrote."""
    return [act.text for act in acts.mails if not act.is_automatic and act.text.strip()]


def tales_of(acts: Script) -> set[str]:
    """The sentences of mails that could have been written otherwise.

    The company's rules are left out: tasks rely on them, so they read the same in every world.
    """
    mails = [act.text for act in acts.mails if not act.is_automatic and not act.key.startswith(RULES)]
    return sentences(mails)


def diversity(acts: Script, other: Script) -> list[Gate]:
    """The eight gates."""
    mails, posts = written_mails(acts), [act.text for act in acts.posts if not act.is_automatic]
    sample = Sampler(stream(0, "texts")).some(mails, SAMPLE)
    shared_mail, shared_chat = sharing(mails), sharing(posts, least=8)
    ratio, short_long = compression(sample), lengths(mails)
    mine, theirs = tales_of(acts), tales_of(other)
    two, four = distinct(sample, 2), distinct(sample, 4)
    overlap, doubles = len(mine & theirs) / max(1, len(mine)), len(near_duplicates(mails))
    return [
        Gate("1a mails that share 8 words with another", shared_mail, "at most .10", shared_mail <= 0.10),
        Gate("1b chat messages of 8+ words that do", shared_chat, "at most .05", shared_chat <= 0.05),
        Gate("2  zlib ratio of 20 kB", ratio, "at most 2.6", ratio <= 2.6),
        Gate("3a distinct-2 at 4,000 tokens", two, "at least .70", two >= 0.70),
        Gate("3b distinct-4", four, "at least .95", four >= 0.95),
        Gate("4  different openings of 5 words", openings(mails), "at least .70", openings(mails) >= 0.70),
        Gate("5  self-BLEU-4 of 200 mails", self_bleu(sample), "at most .30", self_bleu(sample) <= 0.30),
        Gate("6  pairs of mails with Jaccard above .8", doubles, "none", not doubles),
        Gate("7a shortest tenth of mails, tokens", short_long[0], "at most 12", short_long[0] <= 12),
        Gate("7b longest tenth", short_long[1], "at least 120", short_long[1] >= 120),
        Gate("8  sentences of 8+ words shared with another world", overlap, "at most .30", overlap <= 0.30),
    ]  # fmt: skip


def coherence(acts: Script) -> list[Gate]:
    """Digits in texts that no fact explains, and replies that take up nothing of their parent."""
    known = {part for fact in acts.facts for part in WORD.findall(fact.value.lower())}
    texts = [*written_mails(acts), *(act.text for act in acts.posts if not act.is_automatic)]
    digits = [part for text in texts for part in WORD.findall(text.lower()) if part[0].isdigit()]
    unknown = [part for part in digits if part.rstrip(".,:") not in known and part not in known]
    replies = [
        act
        for act in acts.mails
        if act.parent is not None and not act.is_automatic and len(act.text.split()) > SHORT_WORDS
    ]
    loose = [act for act in replies if not takes_up(act)]
    stray, apart = len(unknown) / max(1, len(digits)), len(loose) / max(1, len(replies))
    return [
        Gate("9  numbers in texts that are no fact of the ledger", stray, "at most .02", stray <= 0.02),
        Gate("10 replies that take up no word of their parent", apart, "at most .10", apart <= 0.10),
    ]


def takes_up(act: MailAct) -> bool:
    """Whether a reply has a word or number in common with its thread, quotes it, or answers it outright.

    Words count by their stems, since "the stool" takes up "five stools", and from three letters on, since
    people write about a key, a day or a tax. "Yes, and quickly" answers the whole of what was asked: a
    first word that grants, refuses or thanks is taken as such.
    """
    first = WORD.search(act.text.lower())
    if act.quote or (first and first[0] in ANSWERS):
        return True
    words, parent = content_words(act.text), act.parent
    while parent is not None:
        if words & content_words(f"{parent.subject} {parent.text}"):
            return True
        parent = parent.parent
    return False


def content_words(text: str) -> set[str]:
    """The stems of the words that carry meaning, and numbers."""
    return {
        ENDING.sub("", word)[:STEM] if len(word) > STEM - 1 else word
        for word in (found.rstrip(".,:") for found in WORD.findall(text.lower()))
        if word not in STOP_WORDS
    }


def counts(acts: Script) -> str:
    """How much there is."""
    roots = [act for act in acts.mails if act.parent is None]
    return (
        f"{len(acts.mails)} mails in {len(roots)} threads, "
        f"{sum(act.is_automatic for act in acts.mails)} of them automatic; {len(acts.channels)} channels, "
        f"{len(acts.posts)} chat messages, {sum(act.is_automatic for act in acts.posts)} of them automatic; "
        f"{len(acts.facts)} facts"
    )


def read(acts: Script, count: int) -> None:
    """Print some threads."""
    roots = [act for act in acts.mails if act.parent is None and not act.is_automatic]
    for root in Sampler(stream(0, "reading")).some(roots, count):
        print(f"\n=== {root.subject}")
        for act in thread_of(acts.mails, root):
            parts = f"{act.sender.name}, {act.at:%a %d %b %H:%M}", act.greeting, act.text, act.closing
            print("---", *(part for part in parts if part), sep="\n")


def read_chat(acts: Script, count: int) -> None:
    """Print the fullest day of some channels."""
    sampler = Sampler(stream(0, "reading"))
    names = sorted({act.channel for act in acts.posts if act.channel and not act.is_automatic})
    authors = people_of(acts)
    for name in sampler.some(names, count):
        days = Counter(act.at.date() for act in acts.posts if act.channel == name)
        day = days.most_common(1)[0][0]
        print(f"\n=== #{name}, {day:%a %d %b}")
        for act in acts.posts:
            if act.channel == name and act.at.date() == day:
                mark = "  > " if act.parent else ""
                print(f"{mark}{act.at:%H:%M} {authors.get(act.author_id, act.author_id)}: {act.text}")


def people_of(acts: Script) -> dict[int, str]:
    """The names of those who write mail."""
    return {act.sender.person_id: act.sender.name for act in acts.mails if act.sender.person_id}


def thread_of(mails: Sequence[MailAct], root: MailAct) -> list[MailAct]:
    """A mail and all that answer it, by time."""
    found = [root]
    for act in mails:
        if act.parent in found:
            found.append(act)
    return found


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--world", type=int, default=1, help="the world's seed (1)")
    parser.add_argument("--other", type=int, default=3, help="the seed of the world to compare with (3)")
    parser.add_argument("--size", choices=list(WorldSize), default=WorldSize.STANDARD)
    parser.add_argument("--read", type=int, default=0, help="print this many threads, and some chat, instead")
    args = parser.parse_args()
    acts = script(args.world, WorldSize(args.size))
    if args.read:
        read(acts, args.read)
        read_chat(acts, CHANNEL_DAYS)
        return 0
    print(counts(acts))
    gates = [*diversity(acts, script(args.other, WorldSize(args.size))), *coherence(acts)]
    print(*gates, sep="\n")
    return 0 if all(gate.passed for gate in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
