"""Set-up rows: a debate in which places and days are proposed, decided and decided anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.chat.tasks.drawing import EVENTS, PLACES, day_in_words
from gristmill.apps.chat.tasks.staging import SMALL_TALK, Times, stage_post
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

PLACE, DAY = "place", "day"
STANDS, REVERSED, EDITED, OPEN = "stands", "reversed", "edited", "open"
DECIDED = (
    "Decided: the {what} is {value}.",
    "It is settled, the {what} is {value}.",
    "We have agreed that the {what} is {value}.",
)
REVERSAL = (
    "We had to decide anew, sorry: the {what} is {value} after all.",
    "Change of plan, this one is final: the {what} is {value}.",
)
PROPOSAL = ("Could we not have the {what} {value}?", "I would like the {what} {value}. What do you think?")
REFUSAL = ("No, the {what} stays as it was decided.", "Nice idea, but the {what} stays as decided.")
UNDECIDED = (
    "Let us decide about the {what} next week.",
    "Nothing is decided about the {what} yet, be patient.",
)


@dataclass(kw_only=True)
class Debate:
    """What was written: the last decision, its thread, and the values that are wrong by mistake."""

    right: str = ""
    message_id: int = 0
    root_id: int = 0
    wrong: dict[str, str] = field(default_factory=dict)


class Debater:
    """Writes a debate into a channel, in order of time."""

    def __init__(
        self, world: World, sampler: Sampler, channel: Channel, people: Sequence[Person], aspect: str
    ) -> None:
        self._world, self._sampler, self._channel, self._people = world, sampler, channel, people
        self._at = Times(world, sampler, hours=24 * 9)
        self._texts = sampler.shuffled(SMALL_TALK)
        self._whats = sampler.some(EVENTS, 3)
        first = world.now.date()
        days = [day for n in range(3, 30) if (day := first + timedelta(days=n)).weekday() < 5]
        chosen = sampler.some(PLACES, 8) if aspect == PLACE else sampler.some([f"{day}" for day in days], 8)
        self._values, self._aspect = chosen, aspect

    @property
    def what(self) -> str:
        """What the debate that counts is about."""
        return self._whats[0]

    def debate(self, kind: str) -> Debate:
        """Write all of it: what was decided before somebody left, and what came of it afterwards."""
        found = Debate()
        self._chat(4)
        if kind != OPEN:
            found.wrong["not the decision from before"] = self._values[0]
            self._write(DECIDED, self._values[0])
        self._write(DECIDED, self._values[6], what=self._whats[1])
        self._at = Times(self._world, self._sampler, hours=24 * 6)
        self._chat(5)
        self._write(PROPOSAL, self._values[1])
        self._chat(3)
        self._settle(kind, found)
        self._write(DECIDED, self._values[7], what=self._whats[2])
        self._chat(4)
        found.wrong["not a mere proposal"] = self._values[4]
        self._write(PROPOSAL, self._values[4])
        self._write(UNDECIDED if kind == OPEN else REFUSAL, "")
        self._chat(self._sampler.between(3, 14))
        return found

    def _settle(self, kind: str, found: Debate) -> None:
        if kind == OPEN:
            self._write(UNDECIDED, "")
            return
        message = self._write(DECIDED, self._values[2])
        found.right, found.message_id = self._values[2], message.id
        self._chat(2)
        if kind == REVERSED:
            found.wrong["not the decision that was reversed"] = self._values[2]
            reply = self._write(REVERSAL, self._values[3], root=message)
            found.right, found.message_id, found.root_id = self._values[3], reply.id, message.id
        if kind == EDITED:
            found.wrong["not what the message said before its edit"] = self._values[3]
            self._say(
                f"{self.phrase(self._values[3])[0].upper()}{self.phrase(self._values[3])[1:]}, then. Noted."
            )
            message.text += f" (My first version had {self.phrase(self._values[3])}, that was a slip.)"
            message.edited_at = self._at()
            self._world.db.flush()

    def phrase(self, value: str) -> str:
        """A value as people write it: `in the canteen`, or `on Thursday, March 6`."""
        return f"in the {value}" if self._aspect == PLACE else f"on {day_in_words(date.fromisoformat(value))}"

    def _write(
        self, texts: Sequence[str], value: str, *, what: str = "", root: Message | None = None
    ) -> Message:
        words = self.phrase(value) if value else ""
        return self._say(self._sampler.pick(texts).format(what=what or self.what, value=words), root)

    def _chat(self, count: int) -> None:
        for _ in range(count):
            self._say(self._sampler.pick(self._texts))

    def _say(self, text: str, root: Message | None = None) -> Message:
        author = self._sampler.pick(self._people)
        return stage_post(self._world, self._channel, author.id, self._at(50, 180), text, root)
