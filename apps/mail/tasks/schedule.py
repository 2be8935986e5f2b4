"""Write a mail that is to leave at a given time, some in the time of another town."""

from datetime import datetime, time, timedelta
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.tasks.correspondence import (
    coming_day,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    staff,
)
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.matters import Matter, draw_matter
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.models import Site
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

STORED, TYPED = "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M"
IMPOSSIBLE = 14  # per cent
WORDINGS = {
    "train": (
        "Write to {reader} that {news}. The mail is to leave on {when}, not before.",
        "Schedule a mail to {reader} for {when}. It says that {news}.",
        "Prepare a mail that goes out by itself on {when}, to {reader}, and tells that {news}.",
        "On {when}, and not sooner, {reader} is to be sent a mail from me: {news}. Set it up now.",
    ),
    "test": (
        "Have a mail sent to {reader} on {when}, so that you write it now: {news}.",
        "I will be away, so queue this for {reader}: {news}. It must be sent on {when}.",
        "Let {reader} know by a mail, timed for {when}, that {news}.",
    ),
}


@TASKS.add("Mail-Schedule-v0", tags=("writing",), max_steps=45, axes=("brief", "news"))
class Schedule(TaskFamily):
    """Write a mail that is to leave at a given time, some in the time of another town."""

    equivalent: ClassVar = {("mail_draft", "parent_id"): "it may be written as an answer to an earlier mail"}

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Four of ten name a time elsewhere; some a time that has passed."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        reader, matter = sampler.pick(others(people, owner)), draw_matter(world, sampler)
        is_possible = not sampler.chance(IMPOSSIBLE)
        site = draw_site(world, sampler) if sampler.chance(40) else None
        shift = site.offset_minutes if site else 0
        there = draw_time(world, sampler, is_past=not is_possible)
        wanted = Wanted(
            account_id=owner.id, to=[reader.group] if is_possible else [], facts=facts_json(*matter.facts),
            scheduled_for=(there - timedelta(minutes=shift)).strftime(STORED), newest=newest_ids(world),
        )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(
            reader=reader.name, news=matter.text, when=spoken(there, site)
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "matter": matter.to_json(),
                "to": str(reader.mailbox), "is_possible": is_possible, "shift": shift,
                "there": there.strftime(STORED), "town": site.name if site else "",
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another time of day."""
        sampler, shift = Sampler(rng), int(str(task.terms["shift"]))
        there = old = datetime.strptime(str(task.terms["there"]), STORED)
        while there == old:
            there = old.replace(hour=sampler.between(*hours_of(old, world)), minute=sampler.pick((0, 15, 30)))
        changed = with_wanted(task, scheduled_for=(there - timedelta(minutes=shift)).strftime(STORED))
        place = f" in {task.terms['town']}" if shift else ""
        sentence = f"Make it {there:%H:%M}{place} instead of {old:%H:%M}; the day stays."
        return with_terms(changed, there=there.strftime(STORED)), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one mail that waits for the time; for none if the time has passed."""
        wanted = Wanted.of(task)
        if not task.terms["is_possible"]:
            looked = opened(evidence, r"mail\.test/compose(\?.*)?", name="the form was opened")
            return verdict(none_sent(evidence, wanted.account_id), looked, unchanged(evidence))
        found, there = letters(evidence, wanted.account_id), task.terms["there"]
        is_there = [each for each in found if each.scheduled_for == there != wanted.scheduled_for]
        return mail_verdict(
            wanted, evidence,
            trap("not sent before its time", all(each.scheduled_for for each in found)),
            trap("not at the clock time of the other town", not is_there),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Write the mail and schedule it."""
        wanted, terms, matter = Wanted.of(view.task), view.task.terms, Matter.of(view.task)
        if not terms["is_possible"]:
            return refrain(view, wanted, "/compose", reason="That time has passed.")
        due = datetime.strptime(wanted.scheduled_for, STORED).strftime(TYPED)
        form = Form(to=str(terms["to"]), subject=matter.title, text=matter.sentence, due=due)
        return send_as_asked(view, wanted, form)


def draw_time(world: World, sampler: Sampler, *, is_past: bool) -> datetime:
    """A time on one of the next days, or on one that has passed."""
    at = time(sampler.between(7, 18), sampler.pick((0, 10, 15, 20, 30, 40, 45)))
    if is_past:
        return datetime.combine(world.now.date() - timedelta(days=sampler.between(1, 9)), at)
    return datetime.combine(coming_day(world, sampler, least=1, most=3), at)


def hours_of(there: datetime, world: World) -> tuple[int, int]:
    """The hours that another time of the same day may have: any, as days ahead and days past stay so."""
    return (6, 19) if there > world.now else (0, 5)


def draw_site(world: World, sampler: Sampler) -> Site:
    """One of the company's places whose clocks differ from those of the mailbox."""
    sites = world.db.scalars(select(Site).where(Site.offset_minutes != 0).order_by(Site.id)).all()
    return sampler.pick(sites)


def spoken(there: datetime, site: Site | None) -> str:
    """A time as goals write it, with what clocks elsewhere differ by."""
    when = f"{there.day} {there:%B %Y} at {there:%H:%M}"
    if site is None:
        return when
    hours, minutes = divmod(abs(site.offset_minutes), 60)
    differs = f"{hours} h {minutes} min" if minutes else f"{hours} h"
    side = "ahead of" if site.offset_minutes > 0 else "behind"
    return f"{when}, {site.name} time ({differs} {side} the time of my mailbox)"
