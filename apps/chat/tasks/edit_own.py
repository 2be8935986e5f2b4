"""Correct an own message and add a mention."""

import re
from dataclasses import asdict, replace

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.chat.services.mentioning import CODE
from gristmill.apps.chat.services.people import read_directory
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
from gristmill.apps.chat.tasks.verdicts import no_broad_mention, nothing_posted, page_of, refused, withdrawn
from gristmill.apps.kit.oracle_page import first
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap, updates
from gristmill.verifiers.rows import row_after

WORDINGS = {
    "train": (
        "The message about the {what} in #{channel} names the wrong place: it is the {place}, not the "
        "{old}. Edit that message so that it is right, keep the rest of what it says, and mention "
        "{name} in it with an @. Do not post anything new.",
        "Correct the post about the {what} in #{channel}: not in the {old} but in the {place}, "
        "everything else as it is. Also add an @ mention of {name} to it. No second post.",
        "In #{channel}, somebody reading about the {what} would go to the {old}; the right place is the "
        "{place}. Change the text of that message, day and time stay, and have it mention {name} (with "
        "@). Write no new message.",
        "Please put the message about the {what} in #{channel} right by editing it: {place} instead of "
        "{old}. It should also mention {name} by @; the rest stays, and no other message is to be "
        "written.",
    ),
    "test": (
        "Edit the message in #{channel} that announces the {what}. The {old} is wrong, it is in the "
        "{place}. Add @ and the name of {name}, so that they are notified. Leave day and time alone, "
        "post nothing new.",
        "Where the {what} is announced in #{channel}, {old} has to become {place}. Edit the message "
        "itself, with a mention (@) of {name} added and nothing else different, rather than posting "
        "again.",
        "The {what} is in the {place}, but what #{channel} has about it says {old}. Mend that very "
        "message, without another post, and mention {name} with an @ in it. Its day and time are right.",
    ),
}


@TASKS.add("Chat-EditOwn-v0", tags=("editing",), max_steps=36, axes=("brief", "news"))
class EditOwn(TaskFamily):
    """Correct the place in an own message and add a mention, without a second post."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A channel with two posts of the person; now and then, the wrong one is a colleague's."""
        sampler = Sampler(rng)
        people = draw_people(world, sampler, 4)
        person, other, named = people[:3]
        wrong, name, is_own = draw_fact(world, sampler), free_name(world, sampler), not sampler.chance(15)
        place = sampler.pick([each for each in PLACES if each != wrong.place])
        twin = replace(wrong, what=sampler.pick([each for each in EVENTS if each != wrong.what]))
        channel = stage_channel(world, name, people)
        message = stage_posts(world, sampler, channel, people, [(person if is_own else other, wrong.words()),
                                                                (person, twin.words())])  # fmt: skip
        right = replace(wrong, place=place)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(
                channel=name, what=wrong.what, place=place, old=wrong.place, name=named.name
            ),
            start_url="http://chat.test/", person_id=person.id,
            terms={"channel_id": channel.id, "message_id": message.id, "old": wrong.place, "named": named.id,
                   "forms": forms_of(world, named), "text": message.text, **asdict(right)},
            ends_with=EndsWith.DONE if is_own else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another place."""
        known = {task.terms["place"], task.terms["old"]}
        place = Sampler(rng).pick([each for each in PLACES if each not in known])
        return replace(task, terms={**task.terms, "place": place}), f"The right place is the {place}."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the corrected message with the mention, and no other post."""
        number = int(str(task.terms["message_id"]))
        if task.ends_with is EndsWith.GIVE_UP:
            where = page_of(f"/(c/{task.terms['channel_id']}|m/{number}|t/{number})")
            return verdict(*refused(evidence, task.person_id, where))
        text = row_after(evidence, "chat_message", number).text("text")
        return verdict(
            check("what, when and where", gives_fact(text, fact_of(task)), text),
            check("the wrong place is gone", str(task.terms["old"]) not in text.casefold(), text),
            check("the mention", mentions(text, task.terms["forms"]), text),
            no_broad_mention(text),
            trap("no second post", nothing_posted(evidence).passed),
            nothing_else_changed(
                evidence, updates("chat_message", [number], ["text", "edited_at"]), withdrawn(task.person_id)
            ),
        )

    def oracle(self, view: View) -> str:
        """Open the message's page and change its text; first delete what was posted."""
        page, task = Talker(view), view.task
        undone = page.undo(edits=int(str(task.terms["message_id"])))
        message = view.db.get_one(Message, task.terms["message_id"])
        channel = view.db.get_one(Channel, task.terms["channel_id"])
        if undone:
            return undone
        if task.ends_with is EndsWith.GIVE_UP:
            found = page.has_opened(f"/c/{channel.id}")
            return (
                page.give_up("It is somebody else's message.")
                if found
                else page.to_channel(channel) or "goto /"
            )
        text = corrected(task)
        if message.text == text:
            return "done"
        if page.path == f"/m/{message.id}" and first(page.page, "textbox", "Text"):
            return page.fill("textbox", "Text", text) or page.click("button", "Save changes") or "goto /"
        link = page.follow(f"/m/{message.id}")
        return link or page.to_channel(channel) or page.to_message(message) or f"goto /c/{channel.id}"


def stage_posts(
    world: World, sampler: Sampler, channel: Channel, people: list[Person], posts: list[tuple[Person, str]]
) -> Message:
    """Write posts in random order among small talk of the others; returns the first of them."""
    at, written = Times(world, sampler, hours=3), {}
    talk = sampler.some(SMALL_TALK, 2 * len(posts))
    for index in sampler.shuffled(range(len(posts))):
        author, text = posts[index]
        for each in (talk.pop(), talk.pop()):
            stage_post(world, channel, sampler.pick(people[1:]).id, at(), each)
        written[index] = stage_post(world, channel, author.id, at(), f"{text[0].upper()}{text[1:]}.")
    return written[0]


def forms_of(world: World, person: Person) -> list[str]:
    """What mentions somebody after an `@`, in lower case."""
    by_handle = read_directory(world.db).by_handle
    return sorted(form for form, card in by_handle.items() if card.id == person.id)


def mentions(text: str, forms: object) -> bool:
    """Whether a text mentions somebody by one of these forms, outside of code."""
    assert isinstance(forms, list)
    either = "|".join(re.escape(str(form)) for form in forms)
    words = CODE.sub(" ", text).casefold()
    return re.search(rf"(?<![\w@./])@({either})(?!\w|[.'-]\w)", words) is not None


def corrected(task: Task) -> str:
    """The message as it is to be."""
    old, place = str(task.terms["old"]), str(task.terms["place"])
    handle = next(str(each) for each in task.terms["forms"] if "." in str(each))  # type: ignore[union-attr]
    return re.sub(rf"\b{re.escape(old)}\b", place, str(task.terms["text"])) + f" @{handle}"
