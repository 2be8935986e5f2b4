"""Snooze a thread until a time."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Json, Level, Task, TaskFamily, View
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Folder
from gristmill.apps.mail.services.snoozing import snooze
from gristmill.apps.mail.tasks.correspondence import past
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.mailbox_state import STAMP, start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan, everywhere, folder_after, sorted_verdict, with_plan
from gristmill.apps.mail.tasks.sorting_drawing import draw_mailbox, long_day, put
from gristmill.apps.mail.tasks.sorting_moves import read_first, settled
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Snooze the thread {subject} from {name} until {when}.",
        "I do not want to see {name}'s mail {subject} now. Let it come back to my inbox on {when}.",
        "The mail {subject} that {name} sent me should disappear from the inbox and come back on {when}.",
        "Put off {subject} (from {name}): it is to turn up again on {when}.",
    ),
    "test": (
        "Hide {name}'s mail {subject} until {when}.",
        "Bring the thread {subject}, started by {name}, back to me on {when}, and keep it out of the inbox "
        "before.",
        "Until {when} I do not need {subject} by {name}; have it snoozed.",
    ),
}
SUBJECTS = (
    "Floor plan for the loft", "Draft of the service contract", "Slides for the spring meeting",
    "Questions from the harbour office", "Spare parts: the long list", "Training plan, second version",
    "Numbers for the first quarter", "Key cabinet: who has what", "Trip to Oud Skerry", "New price list",
)  # fmt: skip
BODY = (
    "Have a look when you have a quiet half hour. There is no hurry, but I would like to know what you think."
)
MINUTES = (0, 15, 30, 45)
USUAL, NOTHING, TOO_LATE = "usual", "nothing", "too late"


@TASKS.add("Mail-Snooze-v0", tags=("sorting",), max_steps=40, level=Level.EASY, axes=("brief", "news"))
class Snooze(TaskFamily):
    """Snooze a thread until a named time, some of which have passed."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A mail of a colleague; another colleague has sent one of the same subject."""
        sampler = Sampler(rng)
        owner, colleagues = draw_mailbox(world, sampler)
        sender, other = sampler.some(colleagues, 2)
        subject = sampler.pick(SUBJECTS)
        entry, twin = (
            put(world, owner, each.mailbox, subject, BODY, past(world, sampler)) for each in (sender, other)
        )
        kind = sampler.pick((NOTHING, TOO_LATE)) if sampler.chance(15) else USUAL
        until = draw_past(world, sampler) if kind == TOO_LATE else draw_time(world, sampler)
        if kind == NOTHING:
            snooze(world, [entry], until)
            world.db.flush()
        start = start_of(world.db, owner.id)
        goal = sampler.pick(WORDINGS[wordings]).format(
            subject=f'"{subject}"', name=sender.name, when=in_words(until)
        )
        plan = Plan(account_id=owner.id, columns=snoozed(entry.id, until, kind), start=start)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.GIVE_UP if kind == TOO_LATE else EndsWith.DONE,
            terms={
                "plan": plan.to_json(), "kind": kind, "entry": entry.id, "thread": entry.thread_id,
                "twin": twin.id, "until": until.strftime(STAMP),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another time."""
        until = draw_time(world, Sampler(rng))
        entry: Any = task.terms["entry"]
        changed = with_plan(task, columns=snoozed(entry, until, USUAL))
        terms = {**changed.terms, "kind": USUAL, "until": until.strftime(STAMP)}
        sentence = f"I have changed my mind about the time: it should come back on {in_words(until)}."
        return replace(changed, terms=terms, ends_with=EndsWith.DONE), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the snooze of this thread until that time."""
        plan, terms = Plan.of(task), task.terms
        if not plan.ids:
            page = rf"mail\.test/(threads/{terms['thread']}|snoozed|snooze)(\?.*)?"
            return verdict(opened(evidence, page, name="the thread was looked at"), unchanged(evidence))
        entry, twin = plan.ids[0], int(str(terms["twin"]))
        row = evidence.after.get("mail_entry", entry) or {}
        until, wanted = row.get("snoozed_until"), terms["until"]
        return sorted_verdict(
            plan, evidence, "the thread is snoozed until that time", {"the other mail stays": [twin]},
            trap("not another day", until is None or str(until)[:10] == str(wanted)[:10], str(until)),
            trap("not moved to another folder", folder_after(evidence, entry) == Folder.INBOX),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Open the thread, and choose the time."""
        task, plan = view.task, Plan.of(view.task)
        action = settled(view, plan) or read_first(view, f"/threads/{task.terms['thread']}")
        if action:
            return action
        if task.ends_with is EndsWith.GIVE_UP:
            return f"give_up {quoted('This time has passed.')}"
        return "done"


def snoozed(entry_id: int, until: datetime, kind: str) -> dict[str, dict[str, Json]]:
    """The thread's mail with its snooze, as a plan has it; nothing unless it has to be changed."""
    return everywhere([entry_id], snoozed_until=until.strftime(STAMP)) if kind == USUAL else {}


def draw_time(world: World, sampler: Sampler) -> datetime:
    """A time on a working day of the next four weeks, other than the usual ones."""
    today = world.now.date()
    days = [today + timedelta(days=back) for back in range(2, 29)]
    day = sampler.pick([each for each in days if each.weekday() < 5])
    time = timedelta(hours=sampler.between(7, 18), minutes=sampler.pick(MINUTES))
    return datetime.combine(day, datetime.min.time()) + time


def draw_past(world: World, sampler: Sampler) -> datetime:
    """A time on one of the last days."""
    return past(world, sampler).replace(minute=sampler.pick(MINUTES), second=0)


def in_words(until: datetime) -> str:
    """A time as goals write it."""
    return f"{until:%A}, {long_day(until.date())}, at {until:%H:%M}"
