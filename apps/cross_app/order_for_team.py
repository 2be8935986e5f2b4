"""Order what a colleague has asked for in the chat, within the budget of a mail, and report it there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.random import Generator
from sqlalchemy.orm import Session

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.models import Message
from gristmill.apps.cross_app.clerk import (
    Buy,
    Job,
    Post,
    next_job,
    order_placed,
    read_chat_thread,
    read_thread,
)
from gristmill.apps.cross_app.office import (
    Office,
    draw_channel,
    draw_goods,
    draw_office,
    draw_order,
    how_of,
    start_state,
    write_mail,
    write_post,
)
from gristmill.apps.cross_app.outcome import Outcome, Say, number_fact, numbers_of, only_line, outcome_verdict
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.money import money
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.tasks.correspondence import past
from gristmill.apps.shop.tasks.drawing import described
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import CART_IS_FREE
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.rows import only_inserted
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        "{asker} has asked in #{channel} on Natterbeck for something for the {purpose}. Order it in "
        "one Marlowick order, {how}: as many pieces as {asker} wants by now, or, if the budget that "
        '{boss} has mailed ("{subject}") does not pay for all of them, as many as it pays for. Then '
        "answer in the thread of that post with the order's number and how many pieces you ordered. If "
        "not even one piece is within the budget, order nothing and tell me.",
        "In #{channel}, {asker} wants something from Marlowick for the {purpose}. Get it in a single "
        "order, {how}. What the goods cost must stay within the budget in the mails of {boss}, "
        '"{subject}"; order fewer pieces if it must be, and give up on it if it is too little for one. '
        "Report the number of the order and the number of pieces in {asker}'s thread.",
        "Please see to what {asker} needs for the {purpose} (the post is in #{channel}): one order at "
        "Marlowick, {how}, for the number of pieces that is wanted now, or the most that the budget "
        'allows which {boss} wrote about in "{subject}". Let the thread know the order number and how '
        "many pieces there are. No order if the budget does not reach for one piece: say then that it "
        "cannot be done.",
        '{boss} has mailed a budget, "{subject}", and {asker} has posted in #{channel} what is needed '
        "for the {purpose}. Place one Marlowick order for it ({how}), no more pieces than asked for "
        "and than the budget pays, and reply to the post in its thread with order number and count. If "
        "it pays for none, refuse.",
    ),
    "test": (
        "For the {purpose}, {asker} would like something that stands in #{channel}. Buy it at "
        "Marlowick, {how}, all in one order. The limit for the goods is in {boss}'s mails "
        '("{subject}"): go below the wanted number of pieces if you have to. In the thread there, say '
        "which number the order has and how many pieces it is. Where the limit is below the price of "
        "one piece, do nothing but tell me.",
        "Find out in #{channel} what {asker} needs for the {purpose}, and in the mails of {boss} on "
        '"{subject}" what the goods may cost. Order as many as both allow, once, {how}, then post '
        "order number and quantity as an answer to {asker}'s post. If that would be none at all, end "
        "it as impossible.",
        "{asker}'s wish for the {purpose} in #{channel} can be ordered from Marlowick, {how}, in one "
        'order and only as far as the goods stay within {boss}\'s budget ("{subject}"). Answer in the '
        "thread: the order's number, the number of pieces. Too little money for a single one means no "
        "order, and I want to hear of it.",
    ),
}
PURPOSES = (
    "open day", "new meeting room", "training week", "spring fair", "move upstairs", "field trip",
    "apprentices' corner", "visit from Brackwater", "summer stand", "photo session",
)  # fmt: skip
ASKS = (
    "For the {purpose} I need {count} x {product} from Marlowick. Could somebody order that?",
    "Does anybody place an order at Marlowick soon? The {purpose} needs {count} x {product}.",
    "The {purpose} is coming: please order {count} x {product} at Marlowick for me.",
)
CORRECTIONS = (
    "I have counted again: {count} pieces, please.",
    "Correction, it has to be {count} of them.",
    "Sorry, {count} is the right number.",
)
BUDGETS = (
    "For the {purpose} you can spend up to {limit} on goods; delivery comes on top and does not count.",
    "The budget for the {purpose} is {limit} for the goods. Delivery is paid from elsewhere.",
)
NEW_BUDGETS = (
    "About the {purpose}: I had to go over the figures again. The goods may cost up to {limit} now.",
    "The budget for the {purpose} has changed: it is {limit} for the goods, whatever I wrote before.",
)
CHANGES = (
    "I have it from above that the goods may cost up to {limit} now; forget the mails about the budget.",
    "The budget has changed after all: {limit} for the goods.",
)
IMPOSSIBLE, CORRECTED = 14, 60  # per cent


@TASKS.add(
    "Office-OrderForTeam-v0",
    tags=("cross-app",),
    max_steps=80,
    kind=TaskKind.LONG,
    level=Level.HARD,
    apps=("chat", "mail", "shop"),
    axes=("brief", "news"),
)
class OrderForTeam(TaskFamily):
    """Order what was asked for in the chat, within the budget of a mail, and report it in the thread."""

    equivalent = CART_IS_FREE

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Most wishes are corrected in their thread, and half of the budgets by a later mail."""
        sampler = Sampler(rng)
        office = draw_office(world, sampler)
        first, last = sampler.some(range(2, 9), 2)
        asked = last if sampler.chance(CORRECTED) else first
        variant = draw_goods(world, rng, office, 9)
        price, channel_people = variant.price_cents, draw_channel(world, sampler, office)
        channel, people = channel_people
        asker = sampler.pick(people)
        boss, purpose = sampler.pick(office.colleagues(asker)), sampler.pick(PURPOSES)
        subject = f"Budget for the {purpose}"
        limit = draw_limit(sampler, price, asked)
        thread_id = write_budgets(world, sampler, office, (boss, subject, purpose), limit, price)
        text = sampler.pick(ASKS).format(purpose=purpose, count=first, product=described(variant))
        root = write_post(world, channel, asker, text, 5)
        if asked != first:
            write_post(world, channel, asker, sampler.pick(CORRECTIONS).format(count=asked), 2, root)
        order = draw_order(world, rng, office, variant, asked)
        goal = sampler.pick(WORDINGS[wordings]).format(
            asker=asker.name, channel=channel.name, purpose=purpose, how=how_of(office, order),
            boss=boss.name, subject=subject,
        )  # fmt: skip
        task = Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://chat.test/", person_id=office.owner.id,
            terms={
                "order": dict(order.to_json()), "price": price, "asked": asked, "first": first,
                "thread_id": thread_id, "words": subject, "channel_id": channel.id, "root_id": root.id,
                **start_state(world, office),
            },
        )  # fmt: skip
        return limited(task, limit)

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another budget, with which another number of pieces can be paid."""
        sampler, terms = Sampler(rng), typed(task)
        pieces = sampler.pick([each for each in range(1, terms["asked"] + 1) if each != terms["pieces"]])
        limit = limit_for(sampler, terms["price"], pieces)
        return limited(task, limit), sampler.pick(CHANGES).format(limit=money(limit))

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the one order within the budget, and the report."""
        terms, orders = typed(task), orders_of(task)
        number = (numbers_of(evidence, orders) or [""])[0]
        outcome = Outcome(
            person_id=task.person_id, orders=orders, posts=[say_of(task, number)] if orders else []
        )
        return outcome_verdict(outcome, evidence, *traps(terms, evidence), *reasons(task, evidence))

    def oracle(self, view: View) -> str:
        """Read wish and budget, order, report."""
        terms, jobs = typed(view.task), jobs_of(view)
        reading = read_thread(view, terms["thread_id"], terms["words"])
        reading = reading or read_chat_thread(view, view.db.get_one(Message, terms["root_id"]))
        ending = "done" if jobs else f"give_up {quoted('The budget does not pay for one piece.')}"
        return next_job(view, jobs, reading) or ending


def typed(task: Task) -> Mapping[str, Any]:
    """A task's terms."""
    terms: Mapping[str, Any] = task.terms
    return terms


def limited(task: Task, limit: int) -> Task:
    """A task with a budget: its terms, and how it has to end."""
    terms = typed(task)
    pieces = min(terms["asked"], limit // terms["price"])
    ends_with = EndsWith.DONE if pieces else EndsWith.GIVE_UP
    return replace(task, terms={**terms, "limit": limit, "pieces": pieces}, ends_with=ends_with)


def draw_limit(sampler: Sampler, price: int, asked: int) -> int:
    """A budget: too little for one piece, enough for some, or for all and more."""
    if sampler.chance(IMPOSSIBLE):
        return limit_for(sampler, price, 0)
    return limit_for(sampler, price, sampler.between(1, asked) if sampler.chance(60) else asked + 1)


def limit_for(sampler: Sampler, price: int, pieces: int) -> int:
    """A budget that pays for so many pieces and no more."""
    return price * pieces + price * sampler.between(20, 80) // 100


def write_budgets(
    world: World, sampler: Sampler, office: Office, letter: tuple[Any, str, str], limit: int, price: int
) -> int:
    """Write the mail with the budget, in half of the draws after one with another; returns its thread."""
    boss, subject, purpose = letter
    if not sampler.chance(50):
        text = sampler.pick(BUDGETS).format(purpose=purpose, limit=money(limit))
        return write_mail(world, boss, office, subject, text, past(world, sampler, days=5)).thread_id
    old = max(limit + sampler.pick((-2, -1, 1, 2)) * price, price // 2)
    text = sampler.pick(BUDGETS).format(purpose=purpose, limit=money(old))
    write_mail(world, boss, office, subject, text, past(world, sampler, days=7))
    text = sampler.pick(NEW_BUDGETS).format(purpose=purpose, limit=money(limit))
    return write_mail(world, boss, office, subject, text, past(world, sampler, days=1)).thread_id


def orders_of(task: Task) -> list[OrderTerms]:
    """The order to place, if the budget pays for anything."""
    terms = typed(task)
    order = OrderTerms(**terms["order"])
    return [replace(order, quantity=terms["pieces"])] if terms["pieces"] else []


def say_of(task: Task, number: str) -> Say:
    """The report."""
    terms = typed(task)
    facts = [number_fact(number), ["number", str(terms["pieces"])]]
    return Say(channel_id=terms["channel_id"], root_id=terms["root_id"], facts=facts)


def jobs_of(view: View) -> list[Job]:
    """The order; once it is placed, the report, too."""
    orders = orders_of(view.task)
    jobs: list[Job] = [Buy(order=each) for each in orders]
    number = placed_number(view, view.db, orders)
    if number:
        text = f"Ordered {typed(view.task)['pieces']} pieces, the number of the order is {number}."
        jobs.append(Post(say=say_of(view.task, number), text=text))
    return jobs


def placed_number(view: View, db: Session, orders: list[OrderTerms]) -> str:
    """The number of the order, if it is placed."""
    placed = order_placed(view, orders[0]) if orders else None
    return placed.number if placed else ""


def traps(terms: Mapping[str, Any], evidence: Evidence) -> list[Check]:
    """The mistakes that an order can be."""
    order = only_inserted(evidence, "shop_order")
    count = only_line(evidence, order).integer("quantity")
    is_old = terms["first"] != terms["asked"] and count == terms["first"] != terms["pieces"]
    over = order.integer("subtotal_cents") > terms["limit"]
    return [
        trap("not the number before the correction", not is_old, f"{count} pieces"),
        trap("within the budget", not over, money(order.integer("subtotal_cents"))),
    ]


def reasons(task: Task, evidence: Evidence) -> list[Check]:
    """That wish and budget were looked up, where nothing is to be ordered."""
    terms = typed(task)
    if terms["pieces"]:
        return []
    channel = rf"chat\.test/(c/{terms['channel_id']}|[mt]/{terms['root_id']})([/?#].*)?"
    budget = rf"mail\.test/threads/{terms['thread_id']}(/print)?(\?.*)?"
    return [opened(evidence, channel, budget, name="wish and budget were looked up")]
