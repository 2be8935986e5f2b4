"""Answer a colleague's question in its thread."""

from dataclasses import asdict, replace
from datetime import timedelta

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.chat.tasks.drawing import EVENTS, PLACES, draw_fact, fact_of, gives_fact
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.staging import (
    SMALL_TALK,
    Times,
    draw_people,
    free_name,
    stage_channel,
    stage_post,
)
from gristmill.apps.chat.tasks.verdicts import no_broad_mention, page_of, posted_once, posts, refused
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap

WORDINGS = {
    "train": (
        "In #{channel}, {asker} has asked about the {what}. Answer in the thread of that question, once "
        "and not in the channel itself: {fact}.",
        "{asker} wants to know something about the {what}; the question stands in #{channel}. Reply in "
        "its thread that {fact}. The channel itself should get no message.",
        "Give {asker} an answer in the thread of the question about the {what} in #{channel}: {fact}. "
        "Just one reply, which is not sent to the channel as well.",
        "There is a question of {asker}'s about the {what} in #{channel}. Tell them in one reply, "
        "within its thread and nowhere else, that {fact}.",
    ),
    "test": (
        "Somebody called {asker} asks in #{channel} about the {what}. One reply in that thread, please, "
        "and nothing in the channel: {fact}.",
        "Answer what {asker} asks about the {what} in #{channel} by a single reply in the thread, kept "
        "out of the channel. The answer: {fact}.",
        "Let {asker} know, under their question about the {what} in #{channel}, that {fact}. Use the "
        "thread alone, and write one reply.",
    ),
}
QUESTIONS = (
    "When and where is the {what}?", "Does anybody know when the {what} begins, and where?",
    "Where do I have to be for the {what}, and when?", "I cannot find the {what} in my calendar. When is it?",
)  # fmt: skip


@TASKS.add("Chat-ThreadReply-v0", tags=("posting", "threads"), max_steps=32, axes=("brief", "news"))
class ThreadReply(TaskFamily):
    """Answer a colleague's question in its thread, not in the channel."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A channel with questions of two people; now and then the asker has asked something else only."""
        sampler = Sampler(rng)
        people = draw_people(world, sampler, 4)
        person, asker, twin = people[:3]
        fact, name, is_there = draw_fact(world, sampler), free_name(world, sampler), not sampler.chance(15)
        channel = stage_channel(world, name, people)
        other = sampler.pick([each for each in EVENTS if each != fact.what])
        asked = [(twin, fact.what), (asker, other), *([(asker, fact.what)] if is_there else [])]
        root = stage_talk(world, sampler, channel, people, sampler.shuffled(asked), (asker.id, fact.what))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(
                channel=name, asker=asker.name, what=fact.what, fact=fact.words()
            ),
            start_url="http://chat.test/", person_id=person.id,
            terms={"channel_id": channel.id, "root_id": root.id if root else 0, **asdict(fact)},
            ends_with=EndsWith.DONE if is_there else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another place."""
        place = Sampler(rng).pick([each for each in PLACES if each != task.terms["place"]])
        return replace(task, terms={**task.terms, "place": place}), f"It is in the {place} instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one reply with the facts in the thread alone."""
        channel_id, root_id = task.terms["channel_id"], task.terms["root_id"]
        if not root_id:
            return verdict(*refused(evidence, task.person_id, page_of(f"/c/{channel_id}")))
        once, message = posted_once(evidence)
        text = message.text("text")
        return verdict(
            once,
            check("in the thread of the question", message.get("root_id") == root_id),
            check("what, when and where", gives_fact(text, fact_of(task)), text),
            trap(
                "not in the channel", message.get("root_id") is not None and not message.get("is_broadcast")
            ),
            no_broad_mention(text),
            nothing_else_changed(evidence, *posts(task.person_id, channel_id=channel_id, root_id=root_id)),
        )

    def oracle(self, view: View) -> str:
        """Open the channel, then the thread, and reply; first delete what was posted wrongly."""
        page, task = Talker(view), view.task
        right = [each for each in page.own_posts() if is_right(each, task)][:1]
        undone = page.undo(*right)
        if undone or right:
            return undone or "done"
        root_id, channel = int(str(task.terms["root_id"])), view.db.get_one(Channel, task.terms["channel_id"])
        if not root_id:
            found = page.has_opened(f"/c/{channel.id}")
            return (
                page.give_up("There is no such question.") if found else page.to_channel(channel) or "goto /"
            )
        if page.path != f"/t/{root_id}":
            return (
                page.follow(f"/t/{root_id}")
                or page.to_channel(channel)
                or page.to_thread(root_id)
                or "goto /"
            )
        text = fact_of(task).words()
        return page.say(text[0].upper() + text[1:] + ".") or "goto /"


def stage_talk(
    world: World,
    sampler: Sampler,
    channel: Channel,
    people: list[Person],
    asked: list[tuple[Person, str]],
    wanted: tuple[int, str],
) -> Message | None:
    """Write questions among small talk of the others; returns the one that is wanted."""
    at, found = Times(world, sampler, hours=3), None
    talk = sampler.some(SMALL_TALK, 2 * len(asked))
    for author, what in asked:
        for text in (talk.pop(), talk.pop()):
            stage_post(world, channel, sampler.pick(people[1:]).id, at(), text)
        message = stage_post(world, channel, author.id, at(), sampler.pick(QUESTIONS).format(what=what))
        found = message if (author.id, what) == wanted else found
    assert message.posted_at < world.now - timedelta(minutes=1)
    return found


def is_right(message: Message, task: Task) -> bool:
    """Whether a reply is as asked."""
    in_thread = message.root_id == task.terms["root_id"] and not message.is_broadcast
    return in_thread and gives_fact(message.text, fact_of(task))
