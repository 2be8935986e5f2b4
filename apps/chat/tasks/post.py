"""Post an announcement in a channel."""

from dataclasses import asdict, replace

from numpy.random import Generator

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.chat.models import Channel
from gristmill.apps.chat.tasks.drawing import (
    PLACES,
    draw_fact,
    draw_member,
    fact_of,
    gives_fact,
    own_channels,
)
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.verdicts import no_broad_mention, posted_once, posts
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap

WORDINGS = {
    "train": (
        "Post in #{channel} that {fact}. One message, and nobody is to be notified by @channel or @here.",
        "Let the people in #{channel} know that {fact}. A single post will do; do not use @channel or @here.",
        "Write into the channel #{channel}: {fact}. One post, without @channel and @here.",
        "The channel #{channel} should read that {fact}. Tell them in one message, and notify nobody "
        "with @channel or @here.",
    ),
    "test": (
        "In #{channel}, announce in a single message that {fact}. No @channel, no @here.",
        "Please pass this on to #{channel}, in one post that uses neither @here nor @channel: {fact}.",
        "People in #{channel} do not know yet that {fact}. Post it there once, without @channel or @here.",
    ),
}


@TASKS.add("Chat-Post-v0", tags=("posting",), max_steps=30, level=Level.EASY, axes=("brief", "news"))
class Post(TaskFamily):
    """Post an announcement with its day, time and place in the right channel."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Any employee, any of their public channels; an invented event of the next two weeks."""
        sampler = Sampler(rng)
        person = draw_member(world, sampler)
        channel = sampler.pick(own_channels(world, person.id))
        fact = draw_fact(world, sampler)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(channel=channel.name, fact=fact.words()),
            start_url="http://chat.test/", person_id=person.id,
            terms={"channel_id": channel.id, **asdict(fact)},
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another place."""
        place = Sampler(rng).pick([each for each in PLACES if each != task.terms["place"]])
        return replace(task, terms={**task.terms, "place": place}), f"It is in the {place} instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one post with the facts in the channel."""
        once, message = posted_once(evidence)
        channel_id = task.terms["channel_id"]
        return verdict(
            once,
            check("in the channel", message.get("channel_id") == channel_id),
            check(
                "what, when and where", gives_fact(message.text("text"), fact_of(task)), message.text("text")
            ),
            trap("not in a thread", message.get("root_id") is None),
            no_broad_mention(message.text("text")),
            nothing_else_changed(evidence, *posts(task.person_id, channel_id=channel_id)),
        )

    def oracle(self, view: View) -> str:
        """Open the channel, write, send; first delete what was posted wrongly."""
        page, task = Talker(view), view.task
        channel = view.db.get_one(Channel, task.terms["channel_id"])
        posted = page.own_posts()
        right = [
            each for each in posted if each.channel_id == channel.id and gives_fact(each.text, fact_of(task))
        ]
        wrong = [each for each in posted if each not in right[:1]]
        if wrong or right:
            return page.delete(wrong[0]) if wrong else "done"
        text = fact_of(task).words()
        return page.to_channel(channel) or page.say(text[0].upper() + text[1:] + ".") or "goto /"
