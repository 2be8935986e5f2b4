"""Find a time for a meeting that suits everybody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.models import Message
from gristmill.apps.chat.tasks.asking import Asker, Exchange, announcements, asked_once, channel_of, exchange
from gristmill.apps.chat.tasks.drawing import EVENTS, day_in_words, gives_time
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.schedules import (
    KEY,
    Meeting,
    draw_schedule,
    draw_travellers,
    local_readings,
    stage_answers,
)
from gristmill.apps.chat.tasks.staging import free_name, places_of, stage_channel
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
        "Find a time for the meeting about the {what} on {day} that suits {names}. Ask each of them by "
        "one direct message; possible are {times} (UTC-5). They answer in their own local time, see the "
        "directory for their time zones. {first} writes a second time, about 10:40; what that message "
        "says holds. Then post once in #{channel}: meeting about the {what}, the day, and the time in "
        "UTC-5, no other time. If no time suits all, post nothing and give up.",
        "I want to meet {names} on {day} about the {what}. It could be at {times}, all UTC-5. Send each "
        "of the three a single direct message, and note that they reply in local time (their zones "
        "stand in the directory) and that {first} may change the reply in another message at about "
        "10:40, so wait for it. Announce the time that all can make in #{channel}, in one post with the "
        "{what}, the day and the time in UTC-5 alone. Give up, without a post, if there is none.",
        "When can {names} all meet on {day}? The matter is the {what}, the choice {times} in UTC-5. One "
        "direct message to each; the replies are in the local time of who sends them, and the directory "
        "knows the zones. Do not settle it before the second message of {first}, due around 10:40, "
        "which overrides the first. One post in #{channel} then gives the {what}, the day and the time, "
        "in UTC-5 only. Nothing is posted, and you give up, if they have no time in common.",
        "Arrange the meeting about the {what} for {day}. {names} have to be asked, each with one direct "
        "message, which of {times} (UTC-5) they can make. They think in local time; look their zones "
        "up. At about 10:40 {first} will write once more, and that counts. Post the one time that is "
        "left for all in #{channel}, once, with the {what} and the day, in UTC-5 and no other zone; "
        "give up with no post if none is left.",
    ),
    "test": (
        "{names} shall meet on {day} about the {what}, at one of {times} (UTC-5). Get their answers by "
        "one direct message each. Mind that each answers in local time (the directory has the zones), "
        "and that {first} corrects the answer at about 10:40. Tell #{channel} the result in one post: "
        "the {what}, the day, the time in UTC-5 and only that. No common time: no post, give up.",
        "Please settle with {names} when we talk about the {what} on {day}. Of {times}, UTC-5, which "
        "ones suit them? Write to each directly, once. Replies come in local times, whose zones are in "
        "the directory. Wait for what {first} adds towards 10:40, it replaces what was said before. "
        "#{channel} gets one post with the {what}, day and time (UTC-5, no further times), unless "
        "nothing fits everybody: give up then.",
        "Which of {times} (UTC-5) on {day} works for {names}? It is about the {what}. Ask by direct "
        "message, one for each person; they use their local time, so check their zones in the "
        "directory. {first} sends a correction at about 10:40 that you need. Post the time for all once "
        "in #{channel}, naming the {what}, the day and the time in UTC-5 and no other. Should nobody's "
        "times meet, give up and post nothing.",
    ),
}
NEVER = 10**9


@TASKS.add(
    "Chat-PollMeeting-v0",
    tags=("waiting",),
    max_steps=96,
    kind=TaskKind.LONG,
    level=Level.HARD,
    axes=("brief",),
)
class PollMeeting(TaskFamily):
    """Ask three colleagues in different time zones when they can meet, and announce the time for all."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A day within two weeks; now and then no time is left once one has written again."""
        sampler = Sampler(rng)
        people, what, name = draw_travellers(world, sampler), sampler.pick(EVENTS), free_name(world, sampler)
        channel, is_possible = stage_channel(world, name, people), not sampler.chance(15)
        first = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
        days = [day for n in range(2, 15) if (day := first + timedelta(days=n)).weekday() < 5]
        schedule = draw_schedule(sampler, sampler.pick(days))
        stage_answers(world, sampler, people, schedule, is_possible=is_possible)
        names = [each.name for each in people[1:]]
        times = [f"{each:%H:%M}" for each in schedule.offered]
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(
                what=what, day=day_in_words(schedule.right), names=f"{names[0]}, {names[1]} and {names[2]}",
                times=f"{', '.join(times[:-1])} and {times[-1]}", first=names[0], channel=name,
            ),
            start_url="http://chat.test/", person_id=people[0].id,
            terms={"channel_id": channel.id, "colleagues": [each.id for each in people[1:]], "what": what,
                   "places": places_of(world.db),
                   "right": schedule.right.isoformat(), "first": schedule.first.isoformat(),
                   "local": local_readings(world, people, schedule.right)},
            ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one question to each, and for one post after all that they wrote."""
        me, channel_id, is_possible = (
            task.person_id,
            task.terms["channel_id"],
            task.ends_with is EndsWith.DONE,
        )
        exchanges = [exchange(evidence, me, each) for each in colleagues_of(task)]
        rows = announcements(evidence, exchanges)
        last = max(last_id(each, 2 if n == 0 else 1) for n, each in enumerate(exchanges))
        asked = [
            asked_once(each, f"colleague {n}", str(task.terms["what"])) for n, each in enumerate(exchanges, 1)
        ]
        allowed = posts(me, channel_id=channel_id) if is_possible else ()
        return verdict(
            *(each for checks in asked for each in checks),
            check("all have answered", last < NEVER),
            trap("nothing posted before all had answered", all(int(str(row["id"])) > last for row in rows)),
            *(announced(task, rows) if is_possible else [trap("nothing posted", not rows)]),
            nothing_else_changed(
                evidence,
                *allowed,
                *(each for found in exchanges for each in posts(me, channel_id=found.channel_id)),
                *(each for other in colleagues_of(task) for each in opens_direct(evidence, me, other)),
            ),
        )

    def oracle(self, view: View) -> str:
        """Ask all, read what they write, look up their zones, then post; delete what is wrong."""
        page, task = Asker(view), view.task
        people = [view.db.get_one(Person, each) for each in colleagues_of(task)]
        what = str(task.terms["what"])
        asked = page.kept_questions(people, what)
        right = [each for each in page.own_posts() if is_right(page, people, each, task)][:1]
        page.require_places(*people)
        undone = page.undo(*asked, *right)
        if undone:
            return undone
        text = f"When can you meet about the {what} on {day_in_words(meeting_of(task).time)}?"
        steps = chain(
            (page.ask(each, text, f"{KEY}.{n}") for n, each in enumerate(people)),
            (page.read_answer(each, 1 if n else 2) for n, each in enumerate(people)),
            (page.look_up(each) for each in people),
        )
        if action := next(filter(None, steps), None):
            return action
        if task.ends_with is EndsWith.GIVE_UP:
            return page.give_up("No time suits all.")
        return (
            "done"
            if right
            else page.to_channel(channel_of(page, task)) or page.say(announcement(task)) or "goto /"
        )


def colleagues_of(task: Task) -> list[int]:
    """Who is to be asked; the first one writes twice."""
    found = task.terms["colleagues"]
    assert isinstance(found, list)
    return found


def meeting_of(task: Task) -> Meeting:
    """What is to be posted."""
    return Meeting(what=str(task.terms["what"]), time=datetime.fromisoformat(str(task.terms["right"])))


def announcement(task: Task) -> str:
    """A post with what is asked for."""
    meeting = meeting_of(task)
    return (
        f"Meeting about the {meeting.what} on {day_in_words(meeting.time)}, at {meeting.time:%H:%M} (UTC-5)."
    )


def last_id(exchanged: Exchange, count: int) -> int:
    """The number of the message with which somebody had written so many; `NEVER` if they have not."""
    return int(str(exchanged.answers[count - 1]["id"])) if len(exchanged.answers) >= count else NEVER


def announced(task: Task, rows: Sequence[Row]) -> list[Check]:
    """Check for one post with the right time in the channel."""
    message = RowView(rows[0] if len(rows) == 1 else {})
    text, first = message.text("text"), datetime.fromisoformat(str(task.terms["first"]))
    is_there = message.get("channel_id") == task.terms["channel_id"] and message.get("root_id") is None
    local = task.terms["local"]
    assert isinstance(local, list)
    readings = [datetime.fromisoformat(str(each)) for each in local]
    return [
        check("one message posted", len(rows) == 1, f"{len(rows)} messages"),
        check("in the channel", is_there),
        check("the matter, the day and the time", meeting_of(task).is_in(text), text),
        trap("the correction counts", not gives_time(text.casefold(), first), text),
        trap("not a local time", not any(gives_time(text.casefold(), each) for each in readings), text),
        no_broad_mention(text),
    ]


def is_right(page: Asker, people: Sequence[Person], message: Message, task: Task) -> bool:
    """Whether a post is as asked, and after all that was to be waited for."""
    answers = [page.answers(each) for each in people]
    is_late = all(each and each[-1].id < message.id for each in answers) and len(answers[0]) > 1
    is_here = message.channel_id == task.terms["channel_id"] and message.root_id is None
    return is_late and is_here and meeting_of(task).is_in(message.text)
