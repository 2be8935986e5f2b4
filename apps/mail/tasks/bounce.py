"""A mail has bounced for one of its readers: find the right address, and send it to them alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Folder, Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import bounce
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    past,
    place,
    staff,
)
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.matters import Matter, draw_matter
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

COLLEAGUE, MOVED, GONE = "colleague", "moved", "gone"
WAYS = (*(COLLEAGUE,) * 8, *(MOVED,) * 9, *(GONE,) * 3)
GIVEN = ("Hob", "Ysolde", "Corin", "Tamsin", "Barnaby", "Petra", "Anselm", "Lowenna", "Osric", "Merryn")
FAMILY = (
    "Tanner",
    "Quillon",
    "Marsh",
    "Trewin",
    "Sallow",
    "Penrose",
    "Ashlar",
    "Dunnock",
    "Fettle",
    "Rushby",
)
OLD_FIRMS = ("pellowfreight.test", "hartsails.test", "cobbletonprint.test", "lanternworks.test")
NEW_FIRMS = ("marrowbridge.test", "tidewellsupply.test", "ostlerandsons.test", "pennyfieldlabs.test")
NEWS_OF_MOVE = (
    "My address changes at the end of this week. From then on you reach me at {email}; what goes to the old "
    "one comes back to you.",
    "I have moved to another firm, and the mails move with me: please write to {email} from now on.",
    "A short notice to everybody who writes to me. My new address is {email}, and the old one is off.",
)
NEWS_OF_LEAVE = (
    "{name} has left us, and no one has taken over that desk. We do not know an address at which {name} "
    "reads mail, so please do not write for the time being.",
    "Please note that {name} no longer works here. There is no successor, and no address that we could give.",
)
WORDINGS = {
    "train": (
        'My mail "{subject}" has come back for {reader}. Find the right address and send it to {reader} '
        "again; the others have got it.",
        '{reader} has not got my mail "{subject}", because the address was wrong. Look for the right one, '
        "and send {reader} the same news, but nobody else.",
        'A mail of mine, "{subject}", bounced for one of its readers, {reader}. Send what it says to the '
        "address that {reader} really has, and only there.",
        'Please see to it that {reader} gets what my mail "{subject}" says. It could not be delivered to the '
        "address that I used; the other readers must not get it twice.",
    ),
    "test": (
        'There is a report that "{subject}" did not reach {reader}. Find out where {reader} can be reached '
        "and send the mail there, to {reader} alone.",
        'Resend my mail "{subject}" to {reader}, who could not get it under the address that I had typed. '
        "The rest have it, so leave them out.",
        '"{subject}", which I sent yesterday, was returned for {reader}. Get it to {reader} at an address '
        "that works, without troubling the others again.",
    ),
}


@TASKS.add(
    "Mail-Bounce-v0", tags=("reading", "writing", "recovery"), max_steps=55, kind=TaskKind.RECOVER,
    level=Level.HARD, axes=("brief",),
)  # fmt: skip
class Bounce(TaskFamily):
    """A mail has bounced for one of its readers: find the right address, and send it to them alone."""

    equivalent: ClassVar = {("mail_draft", "parent_id"): "it may be written as an answer to an earlier mail"}

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A colleague whose address was mistyped, or somebody whose new address stands in a mail, or none."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        colleague, *readers = sampler.some(others(people, owner), 3)
        matter, way = draw_matter(world, sampler), sampler.pick(WAYS)
        target = target_of(sampler, colleague, way)
        thread_id = place_notice(world, sampler, target, owner, way)
        sent = place_sent(world, sampler, matter, target, owner, readers)
        report = place(world, bounce(sent, [target.wrong]), sent.sent_at + timedelta(minutes=1), [owner.id])
        wanted = Wanted(
            account_id=owner.id, to=[] if way == GONE else [list(target.emails)], quotes=True,
            facts=facts_json(*matter.facts), newest=newest_ids(world),
        )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(subject=matter.title, reader=target.name)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.GIVE_UP if way == GONE else EndsWith.DONE,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "matter": matter.to_json(),
                "way": way, "to": str(Mailbox(name=target.name, email=target.emails[0])),
                "name": target.name, "wrong": target.wrong, "thread_id": thread_id,
                "report_thread": copy_of(world, owner.id, report).thread_id,
                "reached": [email for each in readers for email in each.emails],
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one mail to the right address alone; for none if there is no such address."""
        wanted, terms = Wanted.of(task), task.terms
        if terms["way"] == GONE:
            reason = opened(evidence, rf"mail\.test/threads/{terms['thread_id']}(/print)?(\?.*)?")
            return verdict(none_sent(evidence, wanted.account_id), reason, unchanged(evidence))
        found = letters(evidence, wanted.account_id)
        reached: list[str] = terms["reached"]  # type: ignore[assignment]
        again = [each for each in found if not each.everybody.isdisjoint(reached)]
        return mail_verdict(
            wanted, evidence,
            trap("nobody who has got it gets it again", not again),
            trap("not to the address that failed", all(terms["wrong"] not in e.everybody for e in found)),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Read the report, look for the address, and send."""
        wanted, terms, page = Wanted.of(view.task), view.task.terms, MailPage(view)
        matter, thread_id = Matter.of(view.task), int(str(terms["thread_id"]))
        report = int(str(terms["report_thread"]))
        if not page.has_opened(f"/threads/{report}"):
            return page.to_thread(report, f"not delivered {matter.title}") or "goto /inbox"
        if terms["way"] == GONE:
            return refrain(view, wanted, f"/threads/{thread_id}", str(terms["name"]), "There is no address.")
        if thread_id and not page.has_opened(f"/threads/{thread_id}"):
            return page.to_thread(thread_id, str(terms["name"])) or "goto /inbox"
        form = Form(to=str(terms["to"]), subject=matter.title, text=matter.sentence)
        return send_as_asked(view, wanted, form)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Who has not got a mail: the address that failed, and those that work."""

    name: str
    wrong: str
    emails: tuple[str, ...]


def target_of(sampler: Sampler, colleague: Party, way: str) -> Target:
    """A colleague whose address was mistyped, or somebody outside whose old address is switched off."""
    if way == COLLEAGUE:
        local, _, domain = colleague.emails[0].partition("@")
        at = sampler.between(1, len(local) - 2)
        wrong = f"{local[:at]}{local[at + 1 :]}@{domain}".replace("..", ".").replace(".@", "@")
        return Target(name=colleague.name, wrong=wrong, emails=colleague.emails)
    given, family = sampler.pick(GIVEN), sampler.pick(FAMILY)
    old, new = sampler.pick(OLD_FIRMS), sampler.pick(NEW_FIRMS)
    local = f"{given}.{family}".lower()
    return Target(name=f"{given} {family}", wrong=f"{local}@{old}", emails=(f"{local}@{new}",))


def place_notice(world: World, sampler: Sampler, target: Target, owner: Party, way: str) -> int:
    """Write the mail that names the new address, or says that there is none; returns its thread, or 0."""
    if way == COLLEAGUE:
        return 0
    is_gone = way == GONE
    texts = NEWS_OF_LEAVE if is_gone else NEWS_OF_MOVE
    text = sampler.pick(texts).format(name=target.name, email=target.emails[0])
    domain = target.wrong.partition("@")[2]
    sender = (
        Mailbox(name="Front desk", email=f"desk@{domain}")
        if is_gone
        else Mailbox(name=target.name, email=target.wrong)
    )
    subject = f"{target.name} has left" if is_gone else "My new address"
    mailing = Mailing(sender=sender, to=(owner.mailbox,), subject=subject, body=f"Hello,\n\n{text}")
    folder = Folder.ARCHIVE if sampler.chance(50) else Folder.INBOX
    mail = place(
        world, mailing, past(world, sampler, days=sampler.pick((5, 6, 7, 8))), [owner.id], folder=folder
    )
    return copy_of(world, owner.id, mail).thread_id


def place_sent(
    world: World, sampler: Sampler, matter: Matter, target: Target, owner: Party, readers: list[Party]
) -> Mail:
    """Write the mail of yesterday that reached only some of its readers."""
    to = sampler.shuffled([Mailbox(name=target.name, email=target.wrong), *(e.mailbox for e in readers)])
    mailing = Mailing(
        sender=owner.mailbox, to=tuple(to), subject=matter.title,
        body=f"Hello all,\n\n{matter.sentence}\n\n{owner.given_name}",
    )  # fmt: skip
    at: datetime = past(world, sampler, days=1)
    return place(world, mailing, at, [each.id for each in readers])
