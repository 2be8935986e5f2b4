"""Unsubscribe from letters that nobody opens."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from numpy.random import Generator
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, Mail, MessageKind, Unread, Unsubscription
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_drawing import LETTERS, TOPICS, at_day, draw_mailbox, long_day, put
from gristmill.apps.mail.tasks.sorting_moves import settled, to_results
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, inserts, nothing_else_changed, trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Unsubscribe me from every letter of which I have opened no issue that came on {day} or later. I "
        "keep those of which I have opened at least one since then, and everything that is no letter.",
        "I get too many letters. Unsubscribe from those whose issues since {day} (that day included) are all "
        "unread; stay subscribed to all others. Nothing is to be deleted.",
        "Look at the letters in my mailbox: where I have read none of what came since the beginning of "
        "{day}, end the subscription. Where I have read one or more, leave it.",
        "Cancel my subscriptions to letters that I ignore, that is, of which each issue that arrived on or "
        "after {day} is still unread. Only letters have subscriptions, and only those that I ignore are to "
        "end.",
    ),
    "test": (
        "End the subscription of each letter that I have not looked into since {day}: no issue of that day "
        "or later has been opened. Others go on.",
        "Which letters have I left unopened from {day} on? Unsubscribe from exactly those, and do nothing "
        "else.",
        "For every letter that I can unsubscribe from, check what has come since {day}, that day included. "
        "If all of it is unread, unsubscribe; if any of it is read, do not.",
    ),
}
PAGES = r"mail\.test/(search\?.+|inbox\?.*category=offers.*)"
RECEIPTS = (("Pinfold Bank", "statements@pinfoldbank.test"), ("Quaymill Cloud", "billing@quaymill.test"))
NOTHING = 15  # per cent
TABLE = "mail_unsubscription"


@TASKS.add("Mail-Unsubscribe-v0", tags=("rules",), max_steps=100, level=Level.HARD, axes=("brief",))
class Unsubscribe(TaskFamily):
    """Unsubscribe from the letters of which nothing was opened since a day."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Four letters besides those of the world, half of them ignored; and mails that are no letters."""
        sampler = Sampler(rng)
        owner, _ = draw_mailbox(world, sampler)
        day = world.now.date() - timedelta(days=sampler.between(14, 35))
        is_nothing = sampler.chance(NOTHING)
        for number, (name, email, *_) in enumerate(sampler.some(LETTERS, 4)):
            sender = Mailbox(name=name, email=email)
            write_letters(world, sampler, owner, sender, day, is_ignored=number < 2 and not is_nothing)
        if is_nothing:
            own = select(Unread.entry_id).join(Entry, Entry.id == Unread.entry_id)
            of_letters = own.join(Mail, Mail.id == Entry.message_id).where(
                Entry.account_id == owner.id, Mail.kind == MessageKind.LETTER
            )
            world.db.execute(delete(Unread).where(Unread.entry_id.in_(of_letters)))
        name, email = sampler.pick(RECEIPTS)
        for back in (3, 40):
            at = at_day(world.now.date() - timedelta(days=back), sampler)
            put(
                world, owner, Mailbox(name=name, email=email), "Your statement", "See the sum below.", at,
                kind=MessageKind.RECEIPT, is_unread=True,
            )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(day=long_day(day))
        start = start_of(world.db, owner.id, but=[Unsubscription])
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": Plan(account_id=owner.id, start=start).to_json(), "day": day.isoformat(),
                **subscriptions(world.db, owner.id, day),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check which subscriptions have ended."""
        terms: Any = task.terms
        looked = opened(evidence, PAGES, name="the letters were listed")
        if not terms["ignored"]:
            return verdict(looked, unchanged(evidence))
        account_id = Plan.of(task).account_id
        rows = evidence.after.all(TABLE, account_id=account_id)
        ended = {str(row["email"]) for row in rows}
        missed, wrong = set(terms["ignored"]) - ended, ended & set(terms["opened"])
        return verdict(
            check("ignored letters have ended", not missed, ", ".join(sorted(missed))),
            trap("letters that are opened go on", not wrong, ", ".join(sorted(wrong))),
            trap("nothing else has ended", len(rows) == len(ended) and ended <= {*terms["ignored"], *wrong}),
            nothing_else_changed(
                evidence,
                inserts(
                    TABLE, lambda row: row["account_id"] == account_id and row["email"] in terms["ignored"]
                ),
            ),
        )

    def oracle(self, view: View) -> str:
        """List what was opened; then open an issue of each other letter, and unsubscribe.

        Raises:
            Unwinnable: a subscription has ended that should go on.
        """
        terms: Any = view.task.terms
        plan, page = Plan.of(view.task), MailPage(view)
        own = select(Unsubscription.email).where(Unsubscription.account_id == plan.account_id)
        ended = set(view.db.scalars(own))
        if ended - set(terms["ignored"]):
            raise Unwinnable("A subscription has ended that should go on.")
        since = date.fromisoformat(terms["day"])
        action = to_results(view, f"category:offers is:read after:{since:%Y/%m/%d}") or settled(view, plan)
        left = [each for each in terms["ignored"] if each not in ended]
        return action or (leave(page, plan.account_id, left[0]) if left else "done")


def write_letters(
    world: World, sampler: Sampler, owner: Party, sender: Mailbox, day: date, *, is_ignored: bool
) -> None:
    """Issues of before a day, the newest of which were opened, and since, of which at most one was."""
    today = world.now.date()
    since = sampler.some(range(1, (today - day).days), 3)
    days = [day - timedelta(days=each) for each in (3, 11)] + [
        today - timedelta(days=each) for each in sorted(since)
    ]
    if not is_ignored or sampler.chance(50):
        days.append(day)
    for number, each in enumerate(dict.fromkeys(days)):
        is_opened = number < 2 or (not is_ignored and number == len(days) - 1)
        put(
            world, owner, sender, f"{sender.name}: {sampler.pick(TOPICS)}", "Have a look inside.",
            at_day(each, sampler), kind=MessageKind.LETTER, is_unread=not is_opened,
        )  # fmt: skip


def subscriptions(db: Session, account_id: int, day: date) -> dict[str, Any]:
    """The letters that come to an account: those with an opened issue since a day, and others."""
    own = Entry.account_id == account_id, Entry.is_own.is_(False), Entry.folder.not_in(HIDDEN)
    letters = select(Mail.unsubscribes_from, Mail.sent_at, Unread.entry_id)
    letters = letters.join(Entry, Entry.message_id == Mail.id).outerjoin(Unread, Unread.entry_id == Entry.id)
    found = db.execute(letters.where(*own, Mail.unsubscribes_from != "")).all()
    begin = datetime.combine(day, time())
    read = {email for email, at, unread in found if at >= begin and unread is None}
    return {"opened": sorted(read), "ignored": sorted({row[0] for row in found} - read)}


def leave(page: MailPage, account_id: int, email: str) -> str:
    """Open an issue of a letter, and unsubscribe."""
    ids = issues(page.db, account_id, email)
    if page.path in {f"/threads/{each}" for each in ids}:
        return page.click("button", "Unsubscribe") or f"goto {HOST}/"
    links = (page.link(f"/threads/{each}") for each in ids)
    return next(filter(None, links), None) or page.search(f"from:{email}")


def issues(db: Session, account_id: int, email: str) -> Sequence[int]:
    """The threads of a letter's issues, the newest first."""
    own = Entry.account_id == account_id, Mail.unsubscribes_from == email, Entry.folder.not_in(HIDDEN)
    found = select(Entry.thread_id).join(Mail, Mail.id == Entry.message_id).where(*own)
    return db.scalars(found.order_by(Mail.sent_at.desc())).all()
