"""Twelve voices: how people greet, close and quote in mail. Each person keeps one, with habits of their own."""

import re
from dataclasses import dataclass

SENTENCE_START = re.compile(r"(^|[.?!] )([A-Z])(?=[a-z' ])")

# Groups of voices, for variants that only some would say.
TERSE, WARM, EXACT, LOUD = (1, 4, 6, 12), (3, 5, 10), (2, 7, 8), (4, 9, 11, 12)
LOWERCASE, THUMBS = (4, 12), 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A way to write mail.

    `{given}` and `{family}` in greetings are the first recipient's, in closings the author's own;
    `{place}` is where they write from.

    Attributes:
        greetings, closings: used in turn; empty strings for none.
        quotes: what of the parent is quoted: `none`, `sentence` (its last one), or `whole`.
    """

    name: str
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    quotes: str


VOICES: dict[int, Voice] = {
    1: Voice(name="Brisk", greetings=("",), closings=("{initial}",), quotes="none"),
    2: Voice(
        name="Ledger", greetings=("Dear {given},", "Dear {given} {family},"),
        closings=("{name}\n{role}",), quotes="sentence"
    ),
    3: Voice(
        name="Rambler", greetings=("Dear {given},", "{given}, good morning", "My dear {given},"),
        closings=(
            "Bye for now\n{given_own}", "So much for today\n{given_own}", "Until the next ferry\n{given_own}",
            "Enough from me\n{given_own}",
        ), quotes="whole"
    ),
    4: Voice(name="Lowercase", greetings=("",), closings=("",), quotes="none"),
    5: Voice(
        name="Host", greetings=("Hello {given},", "Hello there {given},"), closings=(
            "Warmly\n{given_own}", "Take care\n{given_own}", "All my best\n{given_own}", "Thinking of you all\n{given_own}",
        ),
        quotes="sentence"
    ),
    6: Voice(name="Lister", greetings=("",), closings=("",), quotes="none"),
    7: Voice(name="Doubter", greetings=("{given},",), closings=("{given_own}",), quotes="sentence"),
    8: Voice(
        name="Careful", greetings=("Good day {given},", "Good day,"), closings=(
            "With kind regards\n{name}", "Yours sincerely\n{name}", "Respectfully\n{name}",
        ),
        quotes="sentence"
    ),
    9: Voice(name="Self-corrector", greetings=("Hi {given}", "Hi"), closings=("",), quotes="none"),
    10: Voice(
        name="Diplomat", greetings=("Dear all,", "Dear {given},"), closings=(
            "Many thanks as ever\n{given_own}", "With thanks in advance\n{given_own}", "Gratefully\n{given_own}",
            "With all good wishes\n{given_own}",
        ),
        quotes="none"
    ),
    11: Voice(
        name="Joker", greetings=(
            "Captain {given}!", "Most esteemed {given},", "O {given},", "Noble {given}!", "Hail {given},",
            "Venerable {given},",
        ),
        closings=(
            "{given_own}, Ministry of Small Things", "{given_own}, Keeper of the Kettle",
            "{given_own}, Bureau of Lost Spoons", "{given_own}, Royal Stapler Inspectorate",
            "{given_own}, Admiral of the Stairwell", "{given_own}, Department of Nearly Done",
        ),
        quotes="none"
    ),
    12: Voice(name="Thumbs", greetings=("",), closings=("from {place}", "", "sent from {place}"), quotes="none"),
}  # fmt: skip


def habits(options: tuple[str, ...], person_id: int) -> tuple[str, ...]:
    """Which of a voice's greetings or closings a person uses: one or two, always the same."""
    count = len(options)
    return tuple(dict.fromkeys((options[person_id % count], options[person_id // count % count])))


def in_voice(template: str, voice: int) -> str:
    """A text as this voice would type it: two of them begin sentences in lower case and end without a stop."""
    if voice not in LOWERCASE or "\n" in template:
        return template
    text = SENTENCE_START.sub(lambda found: found[1] + found[2].lower(), template)
    text = re.sub(r"\bI\b", "i", text).removesuffix(".")
    return text.replace("'", "") if voice == THUMBS else text


def as_typed(text: str, voice: int) -> str:
    """A line of a common pool as this voice would type it: in lower case, or with a capital at its start."""
    return in_voice(text, voice) if voice in LOWERCASE else text[:1].upper() + text[1:]
