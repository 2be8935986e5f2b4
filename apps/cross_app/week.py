"""Five days of chores that arrive one morning after another, under rules that the first day sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import Json, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.tasks.drawing import own_channels
from gristmill.apps.cross_app.clerk import Buy, Job, Post, Send, next_job, order_placed, read_thread
from gristmill.apps.cross_app.office import Office, draw_office, draw_order, how_of, start_state, write_mail
from gristmill.apps.cross_app.outcome import (
    Outcome,
    Say,
    number_fact,
    numbers_of,
    only_line,
    outcome_verdict,
)
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.notes import newest
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import Party, facts_json
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.matters import Matter, draw_matter
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import Form
from gristmill.apps.shop.models import Variant
from gristmill.apps.shop.tasks.drawing import described, draw_variant
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import CART_IS_FREE
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.rows import RowView

WORDINGS = {
    "train": (
        "On five working days, from today to {last}, {chief} mails me what is to be done that day; the "
        'subjects begin with "{subject}". Today\'s is there, the others come in the mornings. Do all of '
        "it, every thing once, and keep to the end what the mail of the first day lays down for the "
        "whole time.",
        'Look after my work for {chief} until {last}. Each working day brings one mail, "{subject}" '
        "and the day, with chores in shop, mail and chat. What today's mail says for the week holds "
        "for all of them. Some things may be asked for twice; do them once.",
        '{chief} sends me a list on every working day from now to {last} ("{subject}" and the day). '
        "Work through the lists as they arrive. Mind the rules in the first one, which hold for the "
        "later ones, and repeat nothing that has been done.",
        "Please do my chores for the next five working days, the last is {last}. They come by mail "
        'from {chief}, a mail for each day, subject "{subject}" with the day. The first mail has rules '
        "for all days. Nothing is to be done a second time.",
    ),
    "test": (
        "Until {last}, five working days in all, there is a mail from {chief} each day that begins "
        'with "{subject}". Carry out what they ask as they come in, by the rules of the first, and '
        "leave out what is done already.",
        'My week belongs to {chief}: five mails, "{subject}" with the day, from today to {last}. I '
        "want each thing in them done exactly once, and the first mail's rules kept throughout.",
        '{chief}\'s lists ("{subject}", then the day) arrive on five working days up to {last}. Wait '
        "for each and do what it says. The rules of the first list bind all the others; done work "
        "stays done.",
    ),
}
SUBJECTS = ("To do", "Your list for", "Chores for", "Please do on", "Tasks for")
DAYS = (0, 1, 2, 3, 6)  # from a Tuesday to the next Monday
PLAN = (
    ("order", "mail"),
    ("order", "mail", "post"),
    ("mail", "post"),
    ("order", "mail"),
    ("order", "mail", "post"),
)
RULES = (
    "Two things for the whole time until {last}. Whatever you order for me at Marlowick goes {how}. And "
    "{reader} gets a copy (Cc) of every mail that you write for me."
)
CHORES: Mapping[str, tuple[str, ...]] = {
    "order": (
        "Order {quantity} x {product} at Marlowick and post the order's number in #{channel}.",
        "We need {quantity} x {product} from Marlowick. Then tell #{channel} the order's number.",
    ),
    "mail": ("Write to {name} by mail that {text}.", "{name} has to know by mail that {text}."),
    "post": ("Post in #{channel} that {text}.", "The channel #{channel} should read that {text}."),
}
AGAIN = "In case it was left over from {day}: {chore} If it is done, it is done."
OPENINGS = ("for today:", "this is for today:", "today, please:")
PIECES = 10  # in stock, so that nothing runs out in the meantime


@dataclass(frozen=True, kw_only=True, slots=True)
class Chore:
    """One thing to do: what a mail says of it, and its terms."""

    day: int
    text: str
    terms: dict[str, Json]


@TASKS.add(
    "Office-Week-v0",
    tags=("cross-app", "waiting"),
    max_steps=320,
    kind=TaskKind.LONG,
    level=Level.EXTREME,
    apps=("chat", "mail", "shop"),
    axes=("brief",),
)
class Week(TaskFamily):
    """Do five days of chores that arrive by mail, each once, under the rules of the first day."""

    equivalent = CART_IS_FREE

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Orders, mails and posts; the fourth day asks again for something that was to be done before."""
        sampler = Sampler(rng)
        office = draw_office(world, sampler)
        chief, reader, *people = sampler.some(office.colleagues(), 7)
        rules = draw_order(world, rng, office, draw_goods(world, rng, office, []), 1)
        chores = draw_chores(world, rng, office, people, rules)
        subject = sampler.pick(SUBJECTS)
        days = [world.now + timedelta(days=n) for n in DAYS]
        last = f"{days[-1]:%A}, {days[-1].day} {days[-1]:%B %Y}"
        how = how_of(office, rules).replace("to my ", "to your ", 1)
        head = RULES.format(last=last, how=how, reader=reader.name)
        subjects = [f"{subject} {each:%A}, {each.day} {each:%B}" for each in days]
        dues = [each.replace(hour=8, minute=sampler.between(5, 55)) for each in days]
        for day, (title, due) in enumerate(zip(subjects, dues, strict=True)):
            text = letter(sampler, chores, day, days, head if day == 0 else "")
            if day == 0:
                write_mail(world, chief, office, title, text, due)
            else:
                schedule(world, chief, office, title, text, due)
        goal = sampler.pick(WORDINGS[wordings]).format(chief=chief.name, last=last, subject=subject)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://mail.test/", person_id=office.owner.id,
            terms={
                "chores": [{"day": each.day, **each.terms} for each in chores], "subjects": subjects,
                "dues": [each.isoformat() for each in dues], "rules": dict(rules.to_json()),
                "reader": reader.group, "reader_mailbox": str(reader.mailbox), **start_state(world, office),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for every chore of the five days, done once and by the rules."""
        orders = [order_of(each) for each in chores_of(task, "order")]
        numbers = numbers_of(evidence, orders)
        reports = [
            report_of(each, number) for each, number in zip(chores_of(task, "order"), numbers, strict=True)
        ]
        outcome = Outcome(
            person_id=task.person_id, orders=orders,
            mails=[wanted_of(task, each) for each in chores_of(task, "mail")],
            posts=[*reports, *(say_of(each) for each in chores_of(task, "post"))],
        )  # fmt: skip
        return outcome_verdict(outcome, evidence, *traps(task, evidence))

    def oracle(self, view: View) -> str:
        """Read what has arrived, do what it says, and wait for the next mail."""
        terms, jobs, reading = typed(view.task), list[Job](), None
        for day, (subject, due) in enumerate(zip(terms["subjects"], terms["dues"], strict=True)):
            entry = newest(view.db, view.task.person_id, subject)
            if entry is None:
                step = next_job(view, jobs, reading, clears=False)
                return step or waiting(World(view.db).now, datetime.fromisoformat(due))
            reading = reading or read_thread(view, entry.thread_id, subject)
            chores = (each for each in terms["chores"] if each["day"] == day)
            jobs += [job for each in chores for job in jobs_of(view, each)]
        return next_job(view, jobs, reading, clears=False) or "done"


def typed(task: Task) -> Mapping[str, Any]:
    """A task's terms."""
    terms: Mapping[str, Any] = task.terms
    return terms


def draw_goods(world: World, rng: Generator, office: Office, known: Sequence[int]) -> Variant:
    """A variant whose price stays as it is, of a product that is not among the known ones."""
    while True:
        variant = draw_variant(world, rng, office.customer, stock=PIECES)
        if variant.sale_ends_on is None and variant.product_id not in known:
            return variant


def draw_chores(
    world: World, rng: Generator, office: Office, people: Sequence[Party], rules: OrderTerms
) -> list[Chore]:
    """The chores of all days, no two of them about the same."""
    sampler, found = Sampler(rng), list[Chore]()
    channels, products, titles = own_channels(world, office.owner.id), list[int](), set[str]()
    readers = iter(people)
    for day, kinds in enumerate(PLAN):
        for kind in kinds:
            channel = sampler.pick(channels)
            if kind == "order":
                variant = draw_goods(world, rng, office, products)
                products.append(variant.product_id)
                quantity = sampler.between(1, 3)
                words = {"quantity": quantity, "product": described(variant), "channel": channel.name}
                order = {**rules.to_json(), "variant_ids": [variant.id], "quantity": quantity}
                terms: dict[str, Json] = {"order": order, "channel_id": channel.id}
            else:
                matter = draw_new(world, sampler, titles)
                titles.add(matter.title)
                party = next(readers) if kind == "mail" else people[0]
                words = {"name": party.name, "text": matter.text, "channel": channel.name}
                terms = {
                    "facts": facts_json(*matter.facts), "text": matter.sentence, "title": matter.title,
                    "to": party.group, "mailbox": str(party.mailbox), "channel_id": channel.id,
                }  # fmt: skip
            text = sampler.pick(CHORES[kind]).format(**words)
            found.append(Chore(day=day, text=text, terms={"kind": kind, **terms}))
    return found


def draw_new(world: World, sampler: Sampler, titles: set[str]) -> Matter:
    """A matter that has not come up."""
    while True:
        matter = draw_matter(world, sampler)
        if matter.title not in titles:
            return matter


def letter(sampler: Sampler, chores: Sequence[Chore], day: int, days: Sequence[datetime], head: str) -> str:
    """The mail of a day; the fourth one asks again for something of the second."""
    own = [each.text for each in chores if each.day == day]
    if day == 3:
        old = sampler.pick([each for each in chores if each.day == 1])
        own.append(AGAIN.format(day=f"{days[1]:%A}", chore=old.text))
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(own, 1))
    parts = [head, sampler.pick(OPENINGS).capitalize(), listed]
    return "\n\n".join(filter(None, parts))


def schedule(world: World, chief: Party, office: Office, subject: str, text: str, due: datetime) -> None:
    """Let a mail come later."""
    body = f"{text}\n\n{chief.given_name}"
    mailing = Mailing(sender=chief.mailbox, to=(office.owner.mailbox,), subject=subject, body=body)
    world.schedule(DELIVER, due, mailing.to_json())


def chores_of(task: Task, kind: str) -> list[Mapping[str, Any]]:
    """The chores of a kind."""
    return [each for each in typed(task)["chores"] if each["kind"] == kind]


def order_of(chore: Mapping[str, Any]) -> OrderTerms:
    """The order of a chore."""
    return OrderTerms(**chore["order"])


def report_of(chore: Mapping[str, Any], number: str) -> Say:
    """The post that tells an order's number."""
    return Say(channel_id=chore["channel_id"], facts=[number_fact(number)])


def say_of(chore: Mapping[str, Any]) -> Say:
    """The post of a chore."""
    return Say(channel_id=chore["channel_id"], facts=chore["facts"])


def wanted_of(task: Task, chore: Mapping[str, Any]) -> Wanted:
    """The mail of a chore."""
    terms = typed(task)
    return Wanted(
        account_id=task.person_id, to=[chore["to"]], cc=[terms["reader"]], facts=chore["facts"],
        newest=terms["newest"],
    )  # fmt: skip


def jobs_of(view: View, chore: Mapping[str, Any]) -> list[Job]:
    """A chore as jobs; an order's number is passed on once it is placed."""
    if chore["kind"] == "mail":
        cc = typed(view.task)["reader_mailbox"]
        form = Form(to=chore["mailbox"], cc=cc, subject=chore["title"], text=chore["text"])
        return [Send(wanted=wanted_of(view.task, chore), form=form)]
    if chore["kind"] == "post":
        return [Post(say=say_of(chore), text=chore["text"])]
    placed = order_placed(view, order_of(chore))
    if placed is None:
        return [Buy(order=order_of(chore))]
    report = Post(say=report_of(chore, placed.number), text=f"Ordered: {placed.number}")
    return [Buy(order=order_of(chore)), report]


def waiting(now: datetime, due: datetime) -> str:
    """Wait until shortly after a time, at most a day."""
    minutes = int((due - now).total_seconds() // 60) + 2
    return f"wait {max(1, min(minutes, 24 * 60))}"


def traps(task: Task, evidence: Evidence) -> list[Check]:
    """That the rules of the first day were kept to the end, and that nothing was done twice."""
    terms, rules = typed(task), typed(task)["rules"]
    placed = [RowView(each.after or {}) for each in evidence.diff.inserted("shop_order")]
    found = letters(evidence, task.person_id)
    strayed = [each.text("number") for each in placed if not follows(each, rules)]
    uncopied = [each.subject for each in found if each.everybody.isdisjoint(terms["reader"])]
    goods = [only_line(evidence, each).get("variant_id") for each in placed]
    readers = [sorted(each.to) for each in found]
    is_once = len(set(goods)) == len(goods) and len(set(map(tuple, readers))) == len(readers)
    return [
        trap("every order kept the rule of the first day", not strayed, ", ".join(strayed)),
        trap("every mail kept the rule of the first day", not uncopied, ", ".join(uncopied)),
        trap("nothing was done twice", is_once),
    ]


def follows(order: RowView, rules: Mapping[str, Any]) -> bool:
    """Whether an order goes where, how and by which card the first day says."""
    is_same = order.get("address_id") == rules["address_id"] and order.get("card_id") == rules["card_id"]
    return is_same and order.text("delivery") == str(rules["delivery"]).upper()
