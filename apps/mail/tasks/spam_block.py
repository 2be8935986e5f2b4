"""Report and block a sender, and rescue a mail from the spam folder."""

from dataclasses import replace
from typing import Any

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Json, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import BlockedSender, Folder
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import WAY, Plan, everywhere, sorted_verdict, with_plan
from gristmill.apps.mail.tasks.sorting_drawing import at_day, days_back, draw_mailbox, put
from gristmill.apps.mail.tasks.sorting_moves import settled
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict
from gristmill.verifiers.checks import inserts, trap

WORDINGS = {
    "train": (
        "The mails from {email} are spam. Report all of them and block that address. In the spam folder, "
        'however, "{subject}" from {name} is no spam: move it back to the inbox.',
        "Somebody writes to me from {email}. Block them, and report every mail of theirs in my inbox as "
        'spam. Then get "{subject}" by {name} out of the spam folder and into the inbox, where it belongs.',
        '{name}\'s mail "{subject}" ended up in spam by mistake; put it back into the inbox. What does '
        "belong into spam is all that {email} has sent; report it, and block the address.",
        "Two things about spam. First, {email}: block that sender, and report all their mails. Second, "
        '"{subject}" ({name}) is in the spam folder and should be in the inbox.',
    ),
    "test": (
        "Nothing from {email} should reach me any more: block the address, and report what it has sent me so "
        'far as spam. And rescue "{subject}" by {name} from the spam folder; I want it in the inbox.',
        'Please restore "{subject}" ({name}) from spam to the inbox. In exchange, all mails of {email} are '
        "to be reported as spam, and the sender is to be blocked.",
        "My spam filter errs twice. It let in {email}: report those mails, block the address. And it caught "
        '"{subject}" from {name}: back to the inbox with it.',
    ),
}
PAIRS = (
    ("Brackwater Accounts", "accounts@brackwater.test", "accounts@brackwatter.test"),
    ("Fleetwren Parcels", "desk@fleetwren.test", "desk@fleetwrem.test"),
    ("Pinfold Bank", "service@pinfoldbank.test", "service@pinfold-bank.test"),
    ("Thornbeck Energy", "bills@thornbeck.test", "bills@thornbeck-energy.test"),
    ("Lantern Court", "tickets@lanterncourt.test", "tickets@lanterncorut.test"),
    ("Quaymill Cloud", "account@quaymill.test", "account@quaymi11.test"),
)  # fmt: skip
CLAIMS = ("Your account", "Payment not received", "One parcel waits", "Please confirm", "Last notice", "Bill")
SPAM = (
    ("Golden Reef", "win@goldenreef.test", "You are one of five winners"),
    ("Dr. Farrow", "farrow@slimwell.test", "Lose weight while you sleep"),
    ("Lucky Lot", "draw@luckylot.test", "Your ticket was drawn"),
    ("Best Watches", "sales@bestwatch.test", "Watches at a tenth of the price"),
)  # fmt: skip
CAUGHT = ("Lunch on Friday?", "The photos from the boat", "Offer for the new shelves", "Your talk in May",
          "Keys for the boat house", "Free this afternoon?")  # fmt: skip


@TASKS.add("Mail-SpamBlock-v0", tags=("sorting", "rules"), max_steps=70, axes=("brief", "news"))
class SpamBlock(TaskFamily):
    """Report and block a sender who resembles an honest one, and rescue a mail from the spam folder."""

    equivalent = WAY

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Both senders have written several times; in the spam folder two of five mails are none."""
        sampler = Sampler(rng)
        owner, colleagues = draw_mailbox(world, sampler)
        name, good, bad = sampler.pick(PAIRS)
        senders = (Mailbox(name=name, email=good), Mailbox(name=name, email=bad))
        honest, reported = (write_some(world, sampler, owner, each) for each in senders)
        friends, subjects = sampler.some(colleagues, 2), sampler.some(CAUGHT, 2)
        caught = [
            put_spam(world, sampler, owner, Mailbox(name=friend.name, email=private_email(friend)), subject)
            for friend, subject in zip(friends, subjects, strict=True)
        ]
        spam = [
            put_spam(world, sampler, owner, Mailbox(name=who, email=email), subject)
            for who, email, subject in sampler.some(SPAM, 3)
        ]
        goal = sampler.pick(WORDINGS[wordings]).format(email=bad, subject=subjects[0], name=friends[0].name)
        columns = reported_and_rescued(reported, caught[0])
        start = start_of(world.db, owner.id, but=[BlockedSender])
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": Plan(account_id=owner.id, columns=columns, start=start).to_json(), "email": bad,
                "reported": reported, "honest": honest, "caught": caught, "spam": [caught[1], *spam],
                "second": f'"{subjects[1]}" by {friends[1].name}',
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """The other mail is to be rescued."""
        terms: Any = task.terms
        first, second = terms["caught"]
        changed = with_plan(task, columns=reported_and_rescued(terms["reported"], second))
        spam = [first, *terms["spam"][1:]]
        sentence = f"The mail to get out of the spam folder is {terms['second']}; leave the other one there."
        return replace(changed, terms={**changed.terms, "caught": [second, first], "spam": spam}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the mails in their folders, and for the block of this address alone."""
        plan, terms = Plan.of(task), task.terms
        names = {
            "the mails of the similar sender stay": "honest", "the other spam stays": "spam",
            "all mails of the sender are in spam": "reported",
        }  # fmt: skip
        traps: Any = {name: terms[key] for name, key in names.items()}
        caught: Any = terms["caught"]
        own: Any = {"account_id": plan.account_id, "email": terms["email"]}
        return sorted_verdict(
            plan, evidence, "the mails are where they belong",
            {**traps, "the mail is back in the inbox": caught[:1]},
            blocks_only(evidence, plan.account_id, str(terms["email"])),
            also=[inserts("mail_blocked_sender", own, at_most=1)],
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Report what a search finds, press "Not spam" for the other one, block the address."""
        plan, email = Plan.of(view.task), str(view.task.terms["email"])
        lists = {"folder:spam": f"from:{email} in:inbox"}
        return settled(view, plan, lists) or block(MailPage(view), plan.account_id, email) or "done"


def write_some(world: World, sampler: Sampler, owner: Party, sender: Mailbox) -> list[int]:
    """Two to four mails of a sender who claims something."""
    days = days_back(world, sampler, sampler.between(2, 4), most=30)
    claims = sampler.some(CLAIMS, len(days))
    return [
        put(world, owner, sender, claim, "Please see to it today.", at_day(day, sampler)).id
        for claim, day in zip(claims, days, strict=True)
    ]


def put_spam(world: World, sampler: Sampler, owner: Party, sender: Mailbox, subject: str) -> int:
    """A mail in the spam folder."""
    at = at_day(days_back(world, sampler, 1, most=20)[0], sampler)
    return put(world, owner, sender, subject, "See below.", at, folder=Folder.SPAM).id


def private_email(party: Party) -> str:
    """The address that somebody writes from at home."""
    return next((each for each in party.emails if not each.endswith("@wherrymoor.test")), party.emails[0])


def reported_and_rescued(reported: list[int], rescued: int) -> dict[str, dict[str, Json]]:
    """The folders that mails are to be in, as a plan has them."""
    spam = everywhere(reported, folder=str(Folder.SPAM))
    return {**spam, **everywhere([rescued], folder=str(Folder.INBOX))}


def blocks_only(evidence: Evidence, account_id: int, email: str) -> Check:
    """Check that this sender is blocked, and nobody else who was not before."""
    before, after = (
        {row["email"] for row in rows.all("mail_blocked_sender", account_id=account_id)}
        for rows in (evidence.before, evidence.after)
    )
    detail = ", ".join(sorted(map(str, after))) or "nobody"
    return trap("that address is blocked, and no other", after == before | {email}, detail)


def block(page: MailPage, account_id: int, email: str) -> str | None:
    """Block an address, and unblock all others."""
    blocked = set(page.db.scalars(select(BlockedSender.email).where(BlockedSender.account_id == account_id)))
    if blocked == {email}:
        return None
    if page.path != "/settings/blocked":
        return page.follow("/settings", "/settings/blocked")
    wrong = sorted(blocked - {email})
    if wrong:
        return page.click("button", f"Unblock {wrong[0]}") or f"goto {HOST}/settings/blocked"
    action = page.fill("textbox", "Block an address", email)
    return action or page.click("button", "Block sender") or f"goto {HOST}/settings/blocked"
