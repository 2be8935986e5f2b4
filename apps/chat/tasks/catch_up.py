"""Find what was decided while one was away."""

import re
from datetime import date, timedelta

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.models import Channel
from gristmill.apps.chat.tasks.debate import DAY, EDITED, OPEN, PLACE, REVERSED, STANDS, Debater
from gristmill.apps.chat.tasks.drawing import in_words
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.staging import draw_people, free_name, stage_channel
from gristmill.apps.chat.tasks.verdicts import page_of, refused
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.answers import answers_day, answers_name, day_of, name_of
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "I have been away since {since}. {question} did #{channel} decide to have the {what} in the "
        "meantime? If nothing was decided, give up.",
        "Catch up on #{channel} for me, from {since} on: {question} is the {what} by the last decision? "
        "Give up if there is none.",
        "Since {since} I have not read #{channel}. Find out what was finally decided there about the "
        "{what}: {question} is it? Where there is no decision, give up.",
        "{question} is the {what}, according to what the people in #{channel} have decided since "
        "{since}? Give up if they have only talked about it.",
    ),
    "test": (
        "What came of the {what} in #{channel} after {since}, when I left: {question} is it to be? Only "
        "what was decided counts; give up if nothing was.",
        "Read what #{channel} wrote about the {what} from {since} to now. {question} is it, going by "
        "the decision that holds? With no decision, give up.",
        "While I was gone (since {since}), #{channel} talked about the {what}. {question} will it be in "
        "the end? If that is still open, give up.",
    ),
}
QUESTIONS = {PLACE: "in which place", DAY: "on which day"}
PLACE_ALONE = "Answer with the place alone."


@TASKS.add(
    "Chat-CatchUp-v0",
    tags=("reading",),
    max_steps=40,
    level=Level.HARD,
    kind=TaskKind.ANSWER,
    axes=("brief",),
)
class CatchUp(TaskFamily):
    """Find the decision on a matter that holds in the end, among proposals, reversals and edits."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Nine days of a channel; the decision stands, was reversed or edited, or there is none."""
        sampler = Sampler(rng)
        people, name = draw_people(world, sampler, 6), free_name(world, sampler)
        channel, aspect = stage_channel(world, name, people), sampler.pick((PLACE, DAY))
        kind = OPEN if sampler.chance(15) else sampler.pick((STANDS, REVERSED, REVERSED, EDITED))
        debater = Debater(world, sampler, channel, people[1:], aspect)
        debate = debater.debate(kind)
        goal = sampler.pick(WORDINGS[wordings]).format(
            since=in_words(world.now.date() - timedelta(days=7)), channel=name, what=debater.what,
            question=QUESTIONS[aspect],
        )  # fmt: skip
        goal = re.sub(r"(^|[.?!] )([a-z])", lambda found: found[1] + found[2].upper(), goal)
        form = PLACE_ALONE if aspect == PLACE else answers.DAY
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=f"{goal} {form}",
            start_url="http://chat.test/", person_id=people[0].id,
            terms={"channel_id": channel.id, "aspect": aspect, "right": debate.right, "wrong": debate.wrong,
                   "message_id": debate.message_id, "root_id": debate.root_id},
            ends_with=EndsWith.ANSWER if debate.right else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the answer, that the decision was read, and that nothing changed."""
        terms = task.terms
        if task.ends_with is EndsWith.GIVE_UP:
            return verdict(*refused(evidence, task.person_id, page_of(f"/c/{terms['channel_id']}")))
        thread = f"t/{terms['root_id']}" if terms["root_id"] else f"c/{terms['channel_id']}"
        wrong = terms["wrong"]
        assert isinstance(wrong, dict)
        return verdict(
            right_answer(evidence, task),
            *(trap(name, not means(evidence.answer or "", task, each)) for name, each in wrong.items()),
            opened(evidence, rf"chat\.test/({thread}|m/{terms['message_id']}|search)(\?.*)?"),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Page back through the channel to the decision, open its thread, then answer."""
        page, terms = Talker(view), view.task.terms
        undone = page.undo()
        if undone:
            return undone
        channel = view.db.get_one(Channel, terms["channel_id"])
        if view.task.ends_with is EndsWith.GIVE_UP:
            is_found = page.has_opened(f"/c/{channel.id}")
            return page.give_up("Nothing is decided.") if is_found else page.to_channel(channel) or "goto /"
        answer = f"answer {quoted(str(terms['right']))}"
        if page.path == f"/t/{terms['root_id']}":
            return answer
        if page.path != f"/c/{channel.id}":
            return page.to_channel(channel) or f"goto /c/{channel.id}"
        is_there = any(
            node.properties.get("url") == f"/m/{terms['message_id']}" for node in page.page.all("link")
        )
        if is_there:
            return answer
        earlier = page.click("link", "Earlier messages")
        return (
            (terms["root_id"] and page.follow(f"/t/{terms['root_id']}")) or earlier or f"goto /c/{channel.id}"
        )


def right_answer(evidence: Evidence, task: Task) -> Check:
    """Check that the answer is the place or the day."""
    right = str(task.terms["right"])
    if task.terms["aspect"] == DAY:
        return answers_day(evidence, date.fromisoformat(right))
    return answers_name(evidence, right, f"the {right}", f"in the {right}")


def means(answer: str, task: Task, value: str) -> bool:
    """Whether an answer names this place or day."""
    if task.terms["aspect"] == DAY:
        return day_of(answer) == date.fromisoformat(value)
    return value in name_of(answer)
