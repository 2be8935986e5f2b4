"""Forward the receipts of a month to a colleague, and tell them the sum."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import Json, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.cross_app.clerk import Send, next_job, read_thread
from gristmill.apps.cross_app.office import Office, draw_office, start_state
from gristmill.apps.cross_app.outcome import Outcome, outcome_verdict
from gristmill.apps.cross_app.receipts import (
    cancelled_numbers,
    number_of,
    order_on,
    receipt_of,
    receipts_in,
    total_of,
)
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.money import money
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, Folder
from gristmill.apps.mail.tasks.correspondence import staff
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import Form
from gristmill.apps.shop.models import OrderStatus
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        "Forward to {to} every receipt from Marlowick in my mail that is for an order of {month}, each in a "
        "mail of its own. Leave out orders that were cancelled. Then send {to} one more mail with the sum of "
        "the totals on these receipts. If no receipt is left, send nothing.",
        "{to} does the accounts and needs my Marlowick receipts of {month}: forward them one by one, but "
        "none of a cancelled order. Finish with a separate mail to {to} that names what they come to in all. "
        "Without any such receipt no mail is to be sent.",
        "Please send my receipts on to {to}: all orders that I placed at Marlowick in {month} and that were "
        "not cancelled, one forward for each, wherever in my mailbox they are. After that, {to} gets their "
        "sum in a mail by itself. There may be none, and then nothing has to be sent.",
        "Go through the receipts of Marlowick for {month}. {to} should get a forward of each (cancelled "
        "orders excepted), and afterwards a new mail with the sum of their totals; nothing at all if there "
        "are none.",
    ),
    "test": (
        "{to} wants two things from me: forwards of the receipts for what I ordered at Marlowick in {month} "
        "and did not cancel, each by itself, and the sum of them in a mail of its own. No mails if there was "
        "no such order.",
        "One forward to {to} per Marlowick order of {month} that still stands, with its receipt; then a mail "
        "to {to} that tells the sum of those totals. Skip it all if no order stands.",
        "My Marlowick orders of {month}, without the cancelled ones: forward the receipt of each to {to}, "
        "and write {to} separately how much they amount to together. If there are none, leave it.",
    ),
}
CHANGES = (
    "Send all of it to {name} instead.",
    "It is {name} who should get everything, not the other one.",
    "{name} does the accounts now, so send it there.",
)
MONTHS = (date(2030, 12, 1), date(2031, 1, 1), date(2031, 2, 1))
MOST = 2  # receipts of a month that are there before set-up
NOTHING = 13  # per cent


@TASKS.add(
    "Office-ReceiptForward-v0",
    tags=("cross-app", "attachments"),
    max_steps=110,
    kind=TaskKind.LONG,
    level=Level.HARD,
    apps=("chat", "mail", "shop"),
    axes=("brief", "news"),
)
class ReceiptForward(TaskFamily):
    """Forward a month's receipts, without cancelled orders, and send their sum."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """One receipt lies in the archive; orders just before and after the month are there, too."""
        sampler = Sampler(rng)
        is_empty = sampler.chance(NOTHING)
        office, first = draw_month(world, sampler, most=0 if is_empty else MOST)
        after = following(first)
        write_orders(world, rng, office, first, is_empty=is_empty)
        found = receipts_in(world, office.owner.id, first, after)
        cancelled = cancelled_numbers(world, found)
        kept = [each for each in found if number_of(each.message) not in cancelled]
        dropped = [each for each in found if each not in kept]
        to = sampler.pick(office.colleagues())
        goal = sampler.pick(WORDINGS[wordings]).format(to=to.name, month=f"{first:%B %Y}")
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://mail.test/", person_id=office.owner.id,
            terms={
                "to": to.group, "mailbox": str(to.mailbox), "receipts": [terms_of(each) for each in kept],
                "dropped": [terms_of(each) for each in dropped],
                "total": sum(total_of(each.message) for each in kept), **start_state(world, office),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Somebody else does the accounts."""
        sampler = Sampler(rng)
        free = [e for e in staff(world) if e.id != task.person_id and e.group != task.terms["to"]]
        party = sampler.pick(free)
        terms = {**task.terms, "to": party.group, "mailbox": str(party.mailbox)}
        return replace(task, terms=terms), sampler.pick(CHANGES).format(name=party.name)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one forward of each receipt, and one mail with the sum."""
        jobs, dropped = jobs_of(task), listed(task, "dropped")
        outcome = Outcome(person_id=task.person_id, mails=[each.wanted for each in jobs])
        return outcome_verdict(outcome, evidence, *traps(task, evidence, dropped))

    def oracle(self, view: View) -> str:
        """Forward one after another, then send the sum."""
        dropped, jobs = listed(view.task, "dropped"), jobs_of(view.task)
        reading = read_thread(view, dropped[0]["thread_id"], dropped[0]["subject"]) if not jobs else None
        return next_job(view, jobs, reading) or "done"


def draw_month(world: World, sampler: Sampler, *, most: int) -> tuple[Office, date]:
    """Somebody, and a month of which they have few receipts."""
    while True:
        office = draw_office(world, sampler)
        for first in sampler.shuffled(MONTHS):
            if len(receipts_in(world, office.owner.id, first, following(first))) <= most:
                return office, first


def following(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def write_orders(world: World, rng: Generator, office: Office, first: date, *, is_empty: bool) -> None:
    """Write the orders of a month (of which one was cancelled), and those around it, with their receipts."""
    sampler, last = Sampler(rng), following(first) - timedelta(days=1)
    days = [first + timedelta(days=n) for n in sampler.some(range(2, 26), 3)]
    good = [] if is_empty else [(day, OrderStatus.DELIVERED) for day in days[: sampler.between(1, 2)]]
    gone = [(days[2], OrderStatus.CANCELLED)] if is_empty or sampler.chance(80) else []
    near = [first - timedelta(days=1), *([last + timedelta(days=1)] if last.month != 2 else [])]
    edge = [] if is_empty or sampler.chance(50) else [(sampler.pick((first, last)), OrderStatus.DELIVERED)]
    outside = [(sampler.pick(near), OrderStatus.DELIVERED)]
    placed = sorted([*good, *gone, *edge, *outside])
    archived = sampler.pick(good)[0] if good else None
    for day, status in placed:
        order = order_on(world, rng, office, day, status)
        receipt_of(world, office, order, folder=Folder.ARCHIVE if day == archived else Folder.INBOX)


def terms_of(entry: Entry) -> dict[str, Json]:
    """A receipt as a part of terms."""
    mail = entry.message
    return {
        "entry_id": entry.id, "thread_id": entry.thread_id, "message_id": mail.message_id,
        "subject": mail.subject, "body": mail.body,
    }  # fmt: skip


def listed(task: Task, name: str) -> list[dict[str, Any]]:
    """The receipts of a part of a task's terms."""
    found: Any = task.terms[name]
    return list(found)


def jobs_of(task: Task) -> list[Send]:
    """The mails to send: the forwards, then the sum."""
    terms: Mapping[str, Any] = task.terms
    common = {"account_id": task.person_id, "to": [terms["to"]], "newest": terms["newest"]}
    jobs = [
        Send(
            wanted=Wanted(**common, answers=each["message_id"], includes=each["body"]),
            form=Form(
                kind="forward", thread_id=each["thread_id"], entry_id=each["entry_id"],
                words=each["subject"], to=terms["mailbox"],
            ),
        )
        for each in terms["receipts"]
    ]  # fmt: skip
    if not jobs:
        return []
    wanted = Wanted(**common, facts=[["money", str(terms["total"])]])
    text = f"The receipts come to {money(terms['total'])} in all."
    return [
        *jobs,
        Send(wanted=wanted, form=Form(to=terms["mailbox"], subject="Sum of the receipts", text=text)),
    ]


def traps(task: Task, evidence: Evidence, dropped: Sequence[Mapping[str, Any]]) -> list[Check]:
    """The mistakes that a letter of the person can be."""
    found = letters(evidence, task.person_id)
    wrong = {each["message_id"] for each in dropped}
    right = {each["message_id"] for each in listed(task, "receipts")}
    answered = [each.answers for each in found if each.answers]
    checks = [
        trap("no cancelled order was forwarded", wrong.isdisjoint(answered)),
        trap("no other mail was forwarded", set(answered) <= right | wrong),
        trap("none was forwarded twice", len(answered) == len(set(answered))),
    ]
    if right:
        return checks
    threads = "|".join(str(each["thread_id"]) for each in dropped)
    numbers = "|".join(each["subject"].removeprefix("Your order ") for each in dropped)
    lists = r"mail\.test/search|shop\.test/orders"
    pages = rf"(mail\.test/threads/({threads})(/print)?|shop\.test/orders/({numbers})|{lists})(\?.*)?"
    return [*checks, opened(evidence, pages, name="the orders were looked through")]
