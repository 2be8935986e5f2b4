"""Small matters of an office that mails are about, each with facts that can be drawn, written and changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gristmill.apps.base import Json, Task
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import Party, coming_day, past, place
from gristmill.apps.mail.tasks.facts import Fact, FactKind, day
from gristmill.apps.world.world import World

TEMPLATES = (
    ("Lift inspection", "the lift inspection is on {day} at {time}"),
    ("Fire drill", "the fire drill takes place on {day} at {time} and the meeting point is {code}"),
    ("Chairs for the loft", "{number} chairs for the loft arrive on {day}"),
    ("Store room", "the store room has a new code, {code}, which works from {day} on"),
    ("Print run", "the printer wants {money} for {number} posters"),
    ("Boat trip", "the boat is booked for {day} and costs {money}"),
    ("Training", "the training starts at {time} on {day} and there are {number} seats"),
    ("Paint order", "the paint is on order {code} and comes to {money}"),
    ("Visit from the harbour office", "the harbour office visits us on {day} at {time}"),
    ("Sensors in stock", "we have {number} sensors in stock and the shelf is {code}"),
    ("Heating", "the heating engineer comes on {day} at {time} and wants {money} for the visit"),
    ("Calibration", "{number} gauges have to be calibrated before {day}"),
    ("Summer party", "the summer party is booked for {number} guests under reference {code}"),
    ("Parking", "your parking permit is {code} and is valid from {day} on"),
    ("Window cleaning", "the windows are cleaned on {day} at {time} for {money}"),
    ("Hall for the fair", "the hall for the fair costs {money} and the stand is {code}"),
)
TOPICS = {
    "Lift inspection": "lift",
    "Fire drill": "drill",
    "Chairs for the loft": "chairs",
    "Store room": "store room",
    "Print run": "posters",
    "Boat trip": "boat",
    "Training": "training",
    "Paint order": "paint",
    "Visit from the harbour office": "harbour office",
    "Sensors in stock": "sensors",
    "Heating": "heating",
    "Calibration": "gauges",
    "Summer party": "party",
    "Parking": "permit",
    "Window cleaning": "windows",
    "Hall for the fair": "fair",
}
"""What a mail about each matter has to name, by title."""
CENTS = (0, 50, 25, 90)
LETTERS = "ABCDEFGHKLMNPRSTVWX"
CORRECTIONS = (
    "I got one thing wrong: it has to say {new} instead of {old}.",
    "Please write {new}, not {old}.",
    "I have to correct myself: {new} is right, {old} is not.",
    "One change to what I asked for: put {new} where I said {old}.",
)

ASKS = (
    "How does it stand with this one: {title}? A line is enough, I only need it for my notes.",
    "I have lost track of the following: {title}. Can you say where we are?",
    "Is there anything new on this, {title}? I am asked about it every other day.",
    "May I ask for a word on this: {title}? Whoever knows may answer.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """A matter with the facts that fill its text.

    Attributes:
        superseded: facts that were right before a correction, as `Wanted.banned` has them.
    """

    title: str
    template: str
    slots: dict[str, list[str]]
    superseded: list[list[str]]

    @classmethod
    def of(cls, task: Task) -> "Matter":
        """From a task's terms."""
        terms = task.terms["matter"]
        assert isinstance(terms, dict)
        return cls(**terms)

    def to_json(self) -> dict[str, Json]:
        """As a part of a task's terms."""
        return {
            "title": self.title,
            "template": self.template,
            "slots": self.slots,
            "superseded": self.superseded,
        }

    @property
    def facts(self) -> list[Fact]:
        """Its facts, and what they are about."""
        return [*map(Fact.of, self.slots.values()), Fact(FactKind.WORDS, TOPICS[self.title])]

    @property
    def text(self) -> str:
        """What the mail has to say, as a clause."""
        return self.template.format(**{name: Fact.of(each) for name, each in self.slots.items()})

    @property
    def sentence(self) -> str:
        """The same as a sentence."""
        return f"{self.text[0].upper()}{self.text[1:]}."

    def revised(self, world: World, sampler: Sampler) -> "tuple[Matter, str]":
        """With another value of one fact, and the sentence that says so."""
        name = sampler.pick(sorted(self.slots))
        old = Fact.of(self.slots[name])
        new = old
        while new == old:
            new = draw_fact(world, sampler, name)
        slots = {**self.slots, name: [new.kind.value, new.value]}
        correction = sampler.pick(CORRECTIONS).format(new=new, old=old)
        return replace(self, slots=slots, superseded=[[old.kind.value, old.value]]), correction


def draw_matter(world: World, sampler: Sampler, *, without: str = "") -> Matter:
    """A matter with facts; not the one with this title."""
    title, template = sampler.pick([each for each in TEMPLATES if each[0] != without])
    names = [name for name in map(str, FactKind) if f"{{{name}}}" in template]
    drawn = {name: draw_fact(world, sampler, name) for name in names}
    slots = {name: [fact.kind.value, fact.value] for name, fact in drawn.items()}
    return Matter(title=title, template=template, slots=slots, superseded=[])


def draw_fact(world: World, sampler: Sampler, kind: str) -> Fact:
    """A fact of a kind. Numbers are above those of days, so that neither is taken for the other."""
    match FactKind(kind):
        case FactKind.DAY:
            return day(coming_day(world, sampler))
        case FactKind.TIME:
            return Fact(
                FactKind.TIME, f"{sampler.between(8, 17):02}:{sampler.pick((0, 10, 15, 30, 40, 45)):02}"
            )
        case FactKind.NUMBER:
            return Fact(FactKind.NUMBER, str(sampler.between(32, 95)))
        case FactKind.MONEY:
            return Fact(FactKind.MONEY, str(sampler.between(120, 1900) * 100 + sampler.pick(CENTS)))
        case _:
            letter, number = sampler.pick(LETTERS), sampler.between(1100, 9900)
            return Fact(FactKind.CODE, f"{letter}-{number}")


def place_ask(
    world: World, sampler: Sampler, matter: Matter, asker: Party, to: Sequence[Party],
    cc: Sequence[Party] = (), *, days: int = 1,
) -> Mail:  # fmt: skip
    """Write a mail that asks how a matter stands."""
    body = f"{sampler.pick(ASKS).format(title=matter.title.lower())}\n\n{asker.given_name}"
    mailing = Mailing(
        sender=asker.mailbox, to=tuple(each.mailbox for each in to), cc=tuple(each.mailbox for each in cc),
        subject=matter.title, body=body,
    )  # fmt: skip
    return place(world, mailing, past(world, sampler, days=days), [each.id for each in (*to, *cc)])
