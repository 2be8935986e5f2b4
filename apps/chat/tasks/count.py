"""Count somebody's messages in a channel and a period."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.models import Channel, Kind, Message
from gristmill.apps.chat.tasks.drawing import in_words
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.staging import (
    SMALL_TALK,
    draw_people,
    free_name,
    stage_channel,
    stage_deleted,
    stage_post,
)
from gristmill.apps.chat.tasks.verdicts import page_of, refused
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World
from gristmill.verifiers.answers import NUMBER, answers_number, number_of
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "How many messages did {author} write in #{channel} from {first} to {last}, both days included? "
        "{replies} Deleted messages do not count.",
        "Count the messages of {author} in #{channel} between {first} and {last} (first and last day "
        "included). {replies} Leave out what was deleted.",
        "I need a number: what {author} posted in #{channel} in the days from {first} to {last}, "
        "including both. {replies} Ignore messages that were deleted.",
        "From {first} up to and including {last}, how often did {author} post in #{channel}? {replies} "
        "A message that was deleted is none.",
    ),
    "test": (
        "Tell me how many posts #{channel} has by {author} that date from {first} to {last}, with both "
        "of these days. {replies} Not those that were deleted.",
        "{author} has written in #{channel}. How many times, counting from {first} to the end of "
        "{last}? {replies} Deleted ones are not to be counted.",
        "What is the number of {author}'s messages in #{channel} in the period {first} to {last} "
        "inclusive? {replies} Disregard deleted messages.",
    ),
}
REPLIES = {True: "Replies in threads count as well.", False: "Replies in threads do not count."}
REPLY, PLAIN, DELETED = "reply", "plain", "deleted"


@TASKS.add("Chat-Count-v0", tags=("search",), max_steps=40, kind=TaskKind.ANSWER, axes=("brief",))
class Count(TaskFamily):
    """Count somebody's messages in a channel and a period, with or without replies in threads."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two weeks of a channel with replies and deleted messages; now and then a channel one is not in."""
        sampler = Sampler(rng)
        people = draw_people(world, sampler, 5)
        person, author = people[:2]
        is_open, with_replies, name = not sampler.chance(15), sampler.chance(50), free_name(world, sampler)
        first = (world.now - timedelta(days=sampler.between(9, 12))).date()
        last = first + timedelta(days=sampler.between(2, 5))
        members, kind = (people, Kind.PUBLIC) if is_open else (people[1:], Kind.PRIVATE)
        channel = stage_channel(world, name, members, kind=kind)
        stage_weeks(world, sampler, channel, members, author, first, last)
        numbers = counted(world, channel, author.id, first, last)
        right = numbers(replies=with_replies)
        mistakes = {
            "thread replies as asked": numbers(replies=not with_replies),
            "deleted messages left out": numbers(replies=with_replies, deleted=True),
            "this period alone": numbers(replies=with_replies, always=True),
            "this author alone": numbers(replies=with_replies, anybody=True),
        }
        wrong = {name: number for name, number in mistakes.items() if number != right}
        goal = sampler.pick(WORDINGS[wordings]).format(
            author=author.name, channel=name, first=in_words(first), last=in_words(last),
            replies=REPLIES[with_replies],
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=f"{goal} {NUMBER}",
            start_url="http://chat.test/", person_id=person.id,
            terms={"channel_id": channel.id, "right": right, "wrong": wrong,
                   "query": query_of(name, author, first, last)},
            ends_with=EndsWith.ANSWER if is_open else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the number, that the messages were looked at, and that nothing changed."""
        if task.ends_with is EndsWith.GIVE_UP:
            return verdict(*refused(evidence, task.person_id, page_of("/(search|channels)")))
        right, wrong, answer = task.terms["right"], task.terms["wrong"], number_of(evidence.answer or "")
        assert isinstance(right, int)
        assert isinstance(wrong, dict)
        return verdict(
            answers_number(evidence, right),
            *(trap(name, answer != number, str(answer)) for name, number in wrong.items()),
            opened(evidence, rf"chat\.test/(search\?.*|c/{task.terms['channel_id']}(\?.*)?)"),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Search for the messages, then answer with their number."""
        page, task = Talker(view), view.task
        undone = page.undo()
        if undone:
            return undone
        if page.has_opened("/search") and page.path == "/search":
            found = task.ends_with is EndsWith.ANSWER
            return f'answer "{task.terms["right"]}"' if found else page.give_up("There is no such channel.")
        query = str(task.terms["query"])
        typed = page.fill("searchbox", page.label_text("search-box"), query)
        return typed or page.click("button", page.label_text("search")) or "goto /"


def stage_weeks(
    world: World,
    sampler: Sampler,
    channel: Channel,
    people: Sequence[Person],
    author: Person,
    first: date,
    last: date,
) -> None:
    """Write messages of the author of each kind, within the period and around it, and of the others."""
    days = [first + timedelta(days=n) for n in range(-3, (last - first).days + 4)]
    inside = [day for day in days if first <= day <= last]
    others = [each for each in people if each.id != author.id]
    plans = [
        (first, author, PLAIN),
        (last, author, PLAIN),
        (days[2], author, PLAIN),
        (days[-3], author, REPLY),
    ]
    for kind, most in ((PLAIN, 4), (REPLY, 3), (DELETED, 2)):
        plans += [(sampler.pick(inside), author, kind) for _ in range(sampler.between(1, most))]
    plans += [(sampler.pick(days), sampler.pick(others), PLAIN) for _ in range(16)]
    plans += [(sampler.pick(days), sampler.pick(others), REPLY) for _ in range(4)]
    timed = [(datetime.combine(day, time_of_day(sampler)), who, kind) for day, who, kind in plans]
    roots: list[Message] = []
    for at, who, kind in sorted(timed, key=lambda each: each[0]):
        root = sampler.pick(roots) if kind == REPLY and roots else None
        message = stage_post(world, channel, who.id, at, sampler.pick(SMALL_TALK), root)
        if kind == DELETED:
            stage_deleted(world, message)
        elif root is None:
            roots.append(message)


def time_of_day(sampler: Sampler) -> time:
    """Some time of a working day; its seconds make it the only message of its time."""
    return time(sampler.between(7, 19), sampler.between(0, 59), sampler.between(0, 59))


def counted(world: World, channel: Channel, author_id: int, first: date, last: date) -> Callable[..., int]:
    """How many messages there are, counted rightly or in one of the ways that are wrong."""
    rows = world.db.query(Message).filter(Message.channel_id == channel.id).all()

    def number(*, replies: bool, deleted: bool = False, always: bool = False, anybody: bool = False) -> int:
        return sum(
            (replies or each.root_id is None)
            and (deleted or each.deleted_at is None)
            and (always or first <= each.posted_at.date() <= last)
            and (anybody or each.author_id == author_id)
            for each in rows
        )

    return number


def query_of(channel: str, author: Person, first: date, last: date) -> str:
    """The search for all messages of the author in the period."""
    handle = author.email.partition("@")[0]
    return f"in:#{channel} from:{handle} after:{first} before:{last + timedelta(days=1)}"
