"""Ask a colleague, wait for the answer, and act on it."""

from collections.abc import Sequence
from dataclasses import asdict

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.chat.models import Message
from gristmill.apps.chat.tasks.asking import Asker, announcements, asked_once, channel_of, exchange
from gristmill.apps.chat.tasks.drawing import day_in_words, draw_fact, fact_of, gives_fact
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.staging import (
    SMALL_TALK,
    Times,
    draw_people,
    free_name,
    places_of,
    stage_channel,
    stage_post,
    stage_rule,
)
from gristmill.apps.chat.tasks.verdicts import no_broad_mention, opens_direct, posts
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap
from gristmill.verifiers.rows import RowView

WORDINGS = {
    "train": (
        "Ask {name} in a direct message in which place the {what} will be, and wait for the answer. "
        "Then post once in #{channel} that the {what} is on {day}, at {time}, and where. Write to "
        "{name} only once, and post nothing before you know. If it turns out that the {what} is off, "
        "post nothing and give up.",
        "#{channel} should hear where and when the {what} is: on {day}, at {time}; only {name} knows "
        "the place. Send {name} one direct message to find out, and when the answer is there, make one "
        "post with what, when and where. Should {name} say that it is called off, give up without "
        "posting.",
        "The {what} takes place on {day} at {time}, but I do not know where. {name} does: ask, by one "
        "direct message, and do not announce anything until {name} has replied. After that, one post in "
        "#{channel} with the {what}, its day, time and place; or none, and you give up, if it has been "
        "cancelled.",
        "Find out from {name} (one direct message) where the {what} is, wait until you are told, and "
        "then announce it in #{channel} in a single message: {day}, {time}, and the place. If the "
        "{what} does not take place, do not post, but give up.",
    ),
    "test": (
        "Please announce the {what} ({day}, {time}) in #{channel}, once, with its place. {name} can "
        "tell you the place; write directly, just one message, and wait. No announcement before that, "
        "and none at all if the {what} is off: then give up.",
        "One direct message to {name}: where is the {what}? As soon as you have the reply, one post to "
        "#{channel} saying that it is on {day}, at {time}, and in which place. In case it is cancelled, "
        "give up and leave #{channel} alone.",
        "I promised #{channel} to say where the {what} is, which begins on {day} at {time}. Ask {name} "
        "directly and only once, hold on for the answer, then post what, when and where in one message. "
        "Give up, with nothing posted, if {name} calls it off.",
    ),
}
ANSWERS = (
    "It is in the {place} this time.", "We have booked the {place}.",
    "In the {place}, tell everybody please.",
    "The {place}. The sign is up already.",
)  # fmt: skip
OFF = (
    "It is off, too few people wanted it.",
    "We had to call it off, sorry.",
    "There is none this year, it is cancelled.",
)
KEY = "ask-wait.1"


@TASKS.add("Chat-AskWait-v0", tags=("waiting", "posting"), max_steps=48, level=Level.MEDIUM, axes=("brief",))
class AskWait(TaskFamily):
    """Ask a colleague for a place, wait for the answer, then announce it."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A colleague who answers within half an hour; now and then that the matter is off."""
        sampler = Sampler(rng)
        people, name, fact = (
            draw_people(world, sampler, 5),
            free_name(world, sampler),
            draw_fact(world, sampler),
        )
        person, colleague = people[:2]
        channel, is_on, at = (
            stage_channel(world, name, people),
            not sampler.chance(15),
            Times(world, sampler, hours=3),
        )
        for text in sampler.some(SMALL_TALK, 4):
            stage_post(world, channel, sampler.pick(people[1:]).id, at(), text)
        text = sampler.pick(ANSWERS).format(place=fact.place) if is_on else sampler.pick(OFF)
        stage_rule(world, KEY, colleague.id, text, minutes=sampler.between(4, 28))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(
                name=colleague.name, what=fact.what, channel=name, day=day_in_words(fact.time),
                time=f"{fact.time:%H:%M}",
            ),
            start_url="http://chat.test/", person_id=person.id,
            terms={"channel_id": channel.id, "colleague": colleague.id,
                   "places": places_of(world.db), **asdict(fact)},
            ends_with=EndsWith.DONE if is_on else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one question, and for one post after the answer to it."""
        me, other, channel_id = task.person_id, int(str(task.terms["colleague"])), task.terms["channel_id"]
        exchanged = exchange(evidence, me, other)
        rows = announcements(evidence, [exchanged])
        is_on = task.ends_with is EndsWith.DONE
        allowed = posts(me, channel_id=channel_id) if is_on else ()
        return verdict(
            *asked_once(exchanged, "the colleague", str(task.terms["what"])),
            check("the answer has come", bool(exchanged.answers)),
            trap(
                "nothing posted before the answer",
                all(is_later(row, exchanged.answered_by_id) for row in rows),
            ),
            *(announced(task, rows) if is_on else [trap("nothing posted", not rows)]),
            nothing_else_changed(
                evidence,
                *allowed,
                *posts(me, channel_id=exchanged.channel_id),
                *opens_direct(evidence, me, other),
            ),
        )

    def oracle(self, view: View) -> str:
        """Ask, wait, read the answer, then post; delete what was posted too early or wrongly."""
        page, task = Asker(view), view.task
        colleague = view.db.get_one(Person, task.terms["colleague"])
        what, answer = str(task.terms["what"]), page.first_answer(colleague)
        asked = [
            each for each in page.questions(colleague) if answer is None or what in each.text.casefold()
        ][:1]
        right = [each for each in page.own_posts() if answer and is_right(each, answer, task)][:1]
        page.require_places(colleague)
        undone = page.undo(*asked, *right)
        if undone:
            return undone
        waiting = page.ask(colleague, f"In which place is the {what}?", KEY) or page.read_answer(colleague)
        if waiting:
            return waiting
        if task.ends_with is EndsWith.GIVE_UP:
            return page.give_up("It is off.")
        text = fact_of(task).words()
        words = f"{text[0].upper()}{text[1:]}."
        return "done" if right else page.to_channel(channel_of(page, task)) or page.say(words) or "goto /"


def announced(task: Task, rows: Sequence[Row]) -> list[Check]:
    """Check for one post with the facts in the channel."""
    message = RowView(rows[0] if len(rows) == 1 else {})
    text = message.text("text")
    is_there = message.get("channel_id") == task.terms["channel_id"] and message.get("root_id") is None
    return [
        check("one message posted", len(rows) == 1, f"{len(rows)} messages"),
        check("in the channel", is_there),
        check("what, when and where", gives_fact(text, fact_of(task)), text),
        no_broad_mention(text),
    ]


def is_later(row: Row, answered_by_id: int) -> bool:
    """Whether a message was posted after the answer."""
    return 0 < answered_by_id < int(str(row["id"]))


def is_right(message: Message, answer: Message, task: Task) -> bool:
    """Whether a post is as asked."""
    is_here = message.channel_id == task.terms["channel_id"] and message.root_id is None
    return message.id > answer.id and is_here and gives_fact(message.text, fact_of(task))
