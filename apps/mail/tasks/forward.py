"""Forward one of several similar mails, with its attachment, to a group of contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Json, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Group, Mail
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    newest_ids,
    others,
    owners,
    past,
    place,
    place_file,
    staff,
)
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

SERIES = (
    ("Sales figures", "region,orders,dollars"),
    ("Station readings", "station,level,battery"),
    ("Hours in the workshop", "bench,hours,notes"),
    ("Parcels sent", "parcel,town,kilograms"),
    ("Calls answered", "day,calls,minutes"),
    ("Gauges repaired", "gauge,fault,hours"),
    ("Shifts", "day,early,late"),
    ("Stock of parts", "part,shelf,count"),
)
BODIES = (
    "Here are the figures of week {week}. Nothing unusual, apart from the Thursday.",
    "Week {week} is in the file. I have left the columns as they were.",
    "As every Monday, the file for week {week}. Ask me if a line looks odd.",
)
MISSING = (
    "Week {week} is not ready, so there is no file with this mail. You get it together with the next one.",
    "I cannot send you the file for week {week} yet: two of the sheets have not come back to me.",
)
WEEKS = (6, 7, 8, 9)
DAYS = (13, 11, 6, 1)  # before the start, one for each week
IMPOSSIBLE = 14  # per cent
WORDINGS = {
    "train": (
        'Forward the mail "{subject}" from {sender}, with its file, to my contact group {group}.',
        'My group "{group}" should get the mail "{subject}" from {sender}: forward it, with the file.',
        'Please pass the mail "{subject}" ({sender}) on to everybody in my group {group}; the file has to '
        "go with it.",
        '{sender} has sent me a file for week {week} in the mail "{subject}". Forward it to the group '
        "{group} of my contacts.",
    ),
    "test": (
        'Send the people of my contact group {group} a forward of "{subject}" by {sender}, file included.',
        'The group {group} in my contacts needs the file of week {week}. Forward them the mail "{subject}" '
        "that {sender} wrote.",
        'Have the mail "{subject}" from {sender} forwarded with its file to all who are in my group {group}.',
    ),
}
COPIES = (
    "Send it to {name} as well.",
    "{name} should get it, too, in the same mail.",
    "Put {name} on it, besides the group.",
)


@TASKS.add("Mail-Forward-v0", tags=("writing", "attachments"), max_steps=50, axes=("brief", "news"))
class Forward(TaskFamily):
    """Forward one of several similar mails, with its attachment, to a group of contacts."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """One of four weeks; in some tasks its mail has no file, and says so."""
        sampler = Sampler(rng)
        people = staff(world)
        owner, group = draw_group(world, sampler, people)
        sender = sampler.pick(others(people, owner))
        place_in_row, is_possible = sampler.between(0, 3), not sampler.chance(IMPOSSIBLE)
        series, head = sampler.pick(SERIES)
        reports = [
            place_report(
                world, sampler, Report(series=series, head=head, week=week, days=days), (sender, owner),
                has_file=is_possible or number != place_in_row,
            )
            for number, (week, days) in enumerate(zip(WEEKS, DAYS, strict=True))
        ]  # fmt: skip
        mail = reports[place_in_row]
        entry = copy_of(world, owner.id, mail)
        members = [[address.email for address in card.addresses] for card in group.contacts]
        wanted = Wanted(
            account_id=owner.id, to=[reach(people, each) for each in members] if is_possible else [],
            answers=mail.message_id, includes=mail.body, newest=newest_ids(world),
            file_ids=[each.file_id for each in mail.attachments],
        )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(
            subject=mail.subject, sender=sender.name, group=group.name, week=WEEKS[place_in_row]
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "is_possible": is_possible,
                "entry_id": entry.id, "thread_id": entry.thread_id, "subject": mail.subject,
                "to": group.name, "files": files_json(mail), "similar": similar_ids(reports, mail),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Somebody else is to get it, too."""
        sampler, wanted = Sampler(rng), Wanted.of(task)
        known = {email for group in wanted.to for email in group}
        free = [e for e in staff(world) if e.id != wanted.account_id and known.isdisjoint(e.emails)]
        reader = sampler.pick(free)
        changed = with_wanted(task, to=[*wanted.to, reader.group] if wanted.to else [])
        sentence = sampler.pick(COPIES).format(name=reader.name)
        return with_terms(changed, to=f"{task.terms['to']}, {reader.mailbox}"), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one forward of the right mail with its file; for none if it has none."""
        wanted, similar = Wanted.of(task), task.terms["similar"]
        if task.terms["is_possible"]:
            found = letters(evidence, wanted.account_id)
            others_left = all(each.answers not in similar for each in found)  # type: ignore[operator]
            return mail_verdict(wanted, evidence, trap("no other week was forwarded", others_left))
        reason = opened(evidence, rf"mail\.test/threads/{task.terms['thread_id']}(/print)?(\?.*)?")
        return verdict(none_sent(evidence, wanted.account_id), reason, unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Open the mail, forward it to the group."""
        wanted, terms = Wanted.of(view.task), view.task.terms
        words = str(terms["subject"])
        if not terms["is_possible"]:
            path = f"/threads/{terms['thread_id']}"
            return refrain(view, wanted, path, words, "The mail has no file; it says that it is not ready.")
        form = Form(
            kind="forward", thread_id=int(str(terms["thread_id"])), entry_id=int(str(terms["entry_id"])),
            words=words, to=str(terms["to"]), files=terms["files"],  # type: ignore[arg-type]
        )  # fmt: skip
        return send_as_asked(view, wanted, form)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One of several similar mails with a table."""

    series: str
    head: str
    week: int
    days: int


def draw_group(world: World, sampler: Sampler, people: Sequence[Party]) -> tuple[Party, Group]:
    """Somebody who has a group of at least two contacts, and the group."""
    found = {each.account_id: each for each in world.db.scalars(select(Group).order_by(Group.id))}
    owner = sampler.pick(
        [e for e in owners(world, people) if e.id in found and len(found[e.id].contacts) > 1]
    )
    return owner, found[owner.id]


def reach(people: Sequence[Party], emails: Sequence[str]) -> list[str]:
    """All addresses that reach the owner of these."""
    party = next((each for each in people if each.emails[0] in emails), None)
    return [*emails, *(email for email in (party.emails if party else ()) if email not in emails)]


def place_report(
    world: World, sampler: Sampler, report: Report, between: tuple[Party, Party], *, has_file: bool
) -> Mail:
    """Write a mail with a table, or one that says that the table is not ready."""
    sender, owner = between
    at = past(world, sampler, days=report.days)
    files: tuple[int, ...] = ()
    if has_file:
        rows = [
            f"{sampler.pick('ABCDEFGH')}{n},{sampler.between(3, 90)},{sampler.between(3, 900)}"
            for n in range(6)
        ]
        name = f"{report.series.lower().replace(' ', '-')}-week-{report.week}.csv"
        files = (place_file(world, name, "\n".join([report.head, *rows]) + "\n", sender, at),)
    text = sampler.pick(BODIES if has_file else MISSING).format(week=report.week)
    mailing = Mailing(
        sender=sender.mailbox, to=(owner.mailbox,), subject=f"{report.series}, week {report.week}",
        body=f"{text}\n\n{sender.given_name}", file_ids=files,
    )  # fmt: skip
    return place(world, mailing, at, [owner.id])


def files_json(mail: Mail) -> Json:
    """The names of a mail's files."""
    return [each.name for each in mail.attachments]


def similar_ids(reports: Sequence[Mail], mail: Mail) -> Any:
    """The message ids of the other mails."""
    return [each.message_id for each in reports if each is not mail]
