"""If somebody has written about something since a day, answer; otherwise do something else, or nothing."""

from datetime import date, datetime, time, timedelta

from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Folder, Mail
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    owners,
    place,
    staff,
)
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.matters import TEMPLATES, Matter, draw_matter
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.visits import opened, unchanged

HOLDS, OTHERWISE, NOTHING = "holds", "otherwise", "nothing"
BRANCHES = (*(HOLDS,) * 3, *(OTHERWISE,) * 2, *(NOTHING,) * 5)
LOOKED = r"mail\.test/(search|all|archive|threads/\d+)(\?.*)?"
WORDINGS = {
    "train": (
        'If {asker} has sent me a mail with the subject "{subject}" since {day} (that day included), reply '
        "to it that {news}. {otherwise}",
        'Check whether {asker} has written to me under "{subject}" on {day} or later. If so, answer that '
        "mail: {news}. {otherwise}",
        'Has a mail "{subject}" come from {asker} since the beginning of {day}? Then tell {asker}, in a '
        "reply to it, that {news}. {otherwise}",
        'Only in case that I have a mail "{subject}" from {asker} of {day} or a later day: reply to it and '
        "say that {news}. {otherwise}",
    ),
    "test": (
        'Look for a mail "{subject}" that {asker} has sent me on {day} or afterwards. Found one? Reply that '
        "{news}. {otherwise}",
        'Reply to {asker} that {news}, provided there is a mail "{subject}" from {asker} that is not older '
        "than {day}. {otherwise}",
        'My answer to {asker} is that {news}. Send it as a reply to the mail "{subject}", if {asker} has '
        "written one on {day} or since. {otherwise}",
    ),
}
ELSE = {
    "nothing": (
        "Otherwise do nothing.",
        "If not, leave everything as it is.",
        "Else there is nothing to do.",
    ),
    "other": (
        "Otherwise write the same to {other}, in a new mail.",
        "If not, send that news to {other} instead, by a mail of its own.",
        "Else let {other} know the same in a new mail.",
    ),
}
TEXTS = (
    "Could you let me know how this stands? I have to report on it.",
    "May I ask where we are with this one? A line will do.",
    "I hear different things about this. What is right?",
)


@TASKS.add("Mail-Conditional-v0", tags=("reading", "writing"), max_steps=55, axes=("brief", "news"))
class Conditional(TaskFamily):
    """If somebody has written about something since a day, answer; otherwise tell another one, or nobody."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In each task older mails, mails of others and mails about something else lie around."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        asker = sampler.pick(others(owners(world, people), owner))
        namesake, other = sampler.some(others(people, owner, asker), 2)
        matter, branch = draw_matter(world, sampler), sampler.pick(BRANCHES)
        back = sampler.pick((4, 5, 6, 7))
        day = world.now.date() - timedelta(days=back)
        place_decoys(world, sampler, matter, (asker, namesake, owner), day)
        mail = None
        if branch == HOLDS:
            on = day if sampler.chance(40) else world.now.date() - timedelta(days=1)
            mail = place_one(world, sampler, matter.title, asker, owner, on)
        entry = copy_of(world, owner.id, mail) if mail else None
        has_other = branch == OTHERWISE or (branch == HOLDS and sampler.chance(40))
        reader = {HOLDS: [asker.group], OTHERWISE: [other.group], NOTHING: []}[branch]
        wanted = Wanted(
            account_id=owner.id, to=reader, answers=mail.message_id if mail else "",
            facts=facts_json(*matter.facts), newest=newest_ids(world),
        )  # fmt: skip
        otherwise = sampler.pick(ELSE["other" if has_other else "nothing"]).format(other=other.name)
        goal = sampler.pick(WORDINGS[wordings]).format(
            asker=asker.name, subject=matter.title, news=matter.text, otherwise=otherwise,
            day=f"{day.day} {day:%B %Y}",
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "matter": matter.to_json(),
                "branch": branch, "entry_id": entry.id if entry else 0, "asker": asker.emails[0],
                "thread_id": entry.thread_id if entry else 0, "other": str(other.mailbox),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another value of one fact."""
        matter, sentence = Matter.of(task).revised(world, Sampler(rng))
        changed = with_wanted(task, facts=facts_json(*matter.facts), banned=matter.superseded)
        return with_terms(changed, matter=matter.to_json()), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the mail of the branch that applies; for none if nothing is to be done."""
        wanted = Wanted.of(task)
        if task.terms["branch"] != NOTHING:
            return mail_verdict(wanted, evidence)
        looked = opened(evidence, LOOKED, name="the mail was looked for")
        return verdict(none_sent(evidence, wanted.account_id), looked, unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Search for the mail, then do what applies."""
        wanted, terms, page = Wanted.of(view.task), view.task.terms, MailPage(view)
        matter = Matter.of(view.task)
        if not page.has_opened("/search"):
            return page.search(f"from:{terms['asker']} subject:({matter.title.lower()})")
        if terms["branch"] == NOTHING:
            return refrain(view, wanted, "/search")
        is_reply = terms["branch"] == HOLDS
        form = Form(
            kind="reply" if is_reply else "new", thread_id=int(str(terms["thread_id"])),
            entry_id=int(str(terms["entry_id"])), words=matter.title, text=matter.sentence,
            to=wanted.to[0][0] if is_reply else str(terms["other"]),
            subject=None if is_reply else matter.title,
        )  # fmt: skip
        return send_as_asked(view, wanted, form)


def place_decoys(
    world: World, sampler: Sampler, matter: Matter, parties: tuple[Party, Party, Party], day: date
) -> None:
    """Write a mail of before the day, one by somebody else, one about something else; not always all."""
    asker, namesake, owner = parties
    another = sampler.pick([title for title, _ in TEMPLATES if title != matter.title])
    before = day - timedelta(days=sampler.between(1, 6))
    later = world.now.date() - timedelta(days=1)
    decoys = (matter.title, asker, before), (matter.title, namesake, later), (another, asker, later)
    for title, sender, on in sampler.some(decoys, sampler.between(2, 3)):
        place_one(world, sampler, title, sender, owner, on)


def place_one(world: World, sampler: Sampler, title: str, sender: Party, owner: Party, day: date) -> Mail:
    """Write a mail that asks about something, into inbox or archive."""
    at = datetime.combine(day, time(8, 15)) + timedelta(minutes=sampler.between(0, 500))
    body = f"{sampler.pick(TEXTS)}\n\n{sender.given_name}"
    mailing = Mailing(sender=sender.mailbox, to=(owner.mailbox,), subject=title, body=body)
    folder = Folder.ARCHIVE if sampler.chance(40) else Folder.INBOX
    return place(world, mailing, at, [owner.id], folder=folder)
