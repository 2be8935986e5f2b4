"""Asking colleagues and waiting for what they answer: evidence, checks and the oracle's moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.chat.bookkeeping import Answer, ReadPointer
from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.chat.tasks.moves import Talker, people_key
from gristmill.apps.chat.tasks.staging import places_of
from gristmill.apps.chat.tasks.verdicts import direct_id, posted
from gristmill.apps.world.models import Person
from gristmill.apps.world.people import EPOCH
from gristmill.errors import Unwinnable
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import check, trap

WAIT_MINUTES = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """What the task's person wrote to somebody directly, and what came back, in order."""

    channel_id: int
    questions: Sequence[Row]
    answers: Sequence[Row]

    @property
    def answered_by_id(self) -> int:
        """The number of the first message that came back; 0 if none did."""
        return int(str(self.answers[0]["id"])) if self.answers else 0


def exchange(evidence: Evidence, person_id: int, other_id: int) -> Exchange:
    """What two people wrote to each other in this episode; deleted messages left out."""
    number = direct_id(evidence, person_id, other_id)
    here = evidence.after.all("chat_message", channel_id=number) if number else []
    fresh = [row for row in here if str(row["posted_at"]) >= str(EPOCH) and row["deleted_at"] is None]
    return Exchange(
        channel_id=number,
        questions=[row for row in posted(evidence) if row["channel_id"] == number],
        answers=[row for row in fresh if row["author_id"] == other_id],
    )


def asked_once(exchanged: Exchange, name: str, *words: str) -> tuple[Check, ...]:
    """Check that somebody was asked about something, once."""
    texts = [str(row["text"]).casefold() for row in exchanged.questions]
    is_about = any(word.casefold() in text for text in texts for word in words)
    return (
        check(f"{name} was asked", is_about, "; ".join(texts) or "no message"),
        trap(f"{name} was written to once", len(texts) <= 1, f"{len(texts)} messages"),
    )


def announcements(evidence: Evidence, exchanges: Sequence[Exchange]) -> list[Row]:
    """What was posted elsewhere than in these conversations."""
    direct = {each.channel_id for each in exchanges}
    return [row for row in posted(evidence) if row["channel_id"] not in direct]


class Asker(Talker):
    """A page object with the moves of somebody who asks and waits."""

    def require_places(self, *people: Person) -> None:
        """Check that no conversation was changed, left or opened but those with these people.

        Raises:
            Unwinnable: one was.
        """
        task = self.view.task
        places: Any = task.terms["places"]
        own = Channel.creator_id == task.person_id, Channel.id > places["newest"]
        keys = {people_key(task.person_id, each.id) for each in people}
        opened = self.db.scalars(select(Channel.people_key).where(*own))
        if any(key not in keys for key in opened) or places_of(self.db, places["newest"]) != places:
            raise Unwinnable("Conversations were changed.")

    def ask(self, person: Person, text: str, key: str) -> str | None:
        """Ask somebody unless they were asked; None once there is a question.

        Raises:
            Unwinnable: what they would have answered was deleted, so that no answer comes any more.
        """
        if self.questions(person):
            return None
        rule = self.db.scalars(select(Answer).where(Answer.key == key)).one()
        if rule.used_by_message_id is not None and all(
            each.text != rule.text for each in self.answers(person)
        ):
            raise Unwinnable(f"What {person.name} was asked is deleted, and they answer once.")
        return self.write_to(person, text)

    def read_answer(self, person: Person, count: int = 1) -> str | None:
        """Wait until somebody has written so many messages, and read them; None once they are read."""
        messages = self.answers(person)
        return self.read(messages[-1]) if len(messages) >= count else f"wait {WAIT_MINUTES}"

    def read(self, message: Message) -> str | None:
        """Open the conversation of a message unless it was read."""
        key = {"channel_id": message.channel_id, "person_id": self.view.task.person_id}
        pointer = self.db.get(ReadPointer, key)
        if pointer is not None and pointer.message_id >= message.id:
            return None
        if self.path == f"/c/{message.channel_id}":
            return f"goto /c/{message.channel_id}"
        return self.follow(f"/c/{message.channel_id}") or f"goto /c/{message.channel_id}"

    def first_answer(self, person: Person) -> Message | None:
        """What somebody first wrote to the person in this episode."""
        return next(iter(self.answers(person)), None)

    def answers(self, person: Person) -> Sequence[Message]:
        """What somebody wrote to the person in this episode."""
        return self._written(person, person.id)

    def look_up(self, person: Person) -> str | None:
        """Open somebody's profile unless it was opened."""
        return None if self.has_opened(f"/people/{person.id}") else self.to_person(person)

    def kept_questions(self, people: Sequence[Person], what: str) -> list[Message]:
        """The first message to each of these people, if it asks or waits for an answer."""
        return [
            message
            for person in people
            for message in self.questions(person)[:1]
            if what in message.text.casefold() or not self.answers(person)
        ]

    def questions(self, person: Person) -> Sequence[Message]:
        """What the person wrote to somebody in this episode."""
        return self._written(person, self.view.task.person_id)

    def _written(self, person: Person, author_id: int) -> Sequence[Message]:
        channel = self.direct_with(person.id)
        fresh = Message.posted_at >= EPOCH, Message.deleted_at.is_(None), Message.author_id == author_id
        here = select(Message).where(Message.channel_id == (channel.id if channel else 0), *fresh)
        return self.db.scalars(here.order_by(Message.id)).all()


def channel_of(page: Talker, task: Task) -> Channel:
    """The channel of a task's terms."""
    return page.db.get_one(Channel, task.terms["channel_id"])
