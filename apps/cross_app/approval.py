"""Ask for approval by mail, wait for the answer, and buy only what it grants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.cross_app.clerk import Buy, Job, Send, next_job, read_thread
from gristmill.apps.cross_app.office import (
    Office,
    draw_goods,
    draw_office,
    draw_order,
    how_of,
    start_state,
)
from gristmill.apps.cross_app.outcome import Outcome, outcome_verdict
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.money import money
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import AnswerRule, Entry, Mail
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.mail.tasks.correspondence import Party, newest_ids, owners
from gristmill.apps.mail.tasks.letters import written
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import Form
from gristmill.apps.shop.models import Delivery, Order
from gristmill.apps.shop.tasks.drawing import described
from gristmill.apps.shop.tasks.ordering import orders_after
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import CART_IS_FREE
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.snapshots.diff import ChangeKind, Row
from gristmill.verifiers.base import Check, Evidence, Verdict
from gristmill.verifiers.checks import check, trap
from gristmill.verifiers.rows import RowView, only_inserted
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        "I want to buy {quantity} x {product} at Marlowick, {how}, but {boss} has to agree first. Ask "
        "{boss} by mail, once, naming the product and what the goods cost in all (without delivery), "
        "and wait for the answer. If it is yes, place one order; if it comes with a condition, keep to "
        "it; if it is no, buy nothing.",
        "Get the approval of {boss} before you order anything: one mail that says what it is, "
        "{product}, and what {quantity} of them cost without delivery. When the answer is there, order "
        "accordingly at Marlowick ({how}, unless the answer says otherwise), or not at all if it is "
        "refused.",
        "Please ask {boss} by mail whether I may have {quantity} x {product} from Marlowick; tell the "
        "price of the goods in that mail. Do not buy before the answer has come. Then do what it "
        "permits, in one order, {how} as far as nothing else is said. A refusal ends the matter.",
        "{quantity} x {product} from Marlowick would be good to have ({how}). Write to {boss} first, a "
        "single mail with the product and the sum for the goods, and go by what comes back: all of it, "
        "as much as is allowed, or nothing.",
    ),
    "test": (
        "Nothing is bought here without {boss}. Send one mail there with the product, {product}, and "
        "the price of {quantity} pieces (goods alone), wait, and then order at Marlowick, {how}, as "
        "far as the answer lets you. If it does not let you, leave it.",
        "By mail, have {boss} approve {quantity} x {product}: the mail names the product and the sum "
        "without delivery. Once the answer has arrived, and not earlier, place one order at Marlowick "
        "for what was approved, {how} but for what the answer changes. No order if the answer is no.",
        "{boss} decides whether I get {quantity} x {product} from Marlowick. One mail with product and "
        "cost of the goods should settle it. Follow the answer to the letter: one order, {how}, with "
        "any change that it asks for, or none.",
    ),
}
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "granted": (
        "That is fine with me, go ahead.",
        "Yes, please order it as you wrote.",
        "You have my approval for all of it.",
    ),
    "fewer": (
        "I can agree to {pieces} of them, not more. Order those.",
        "Only {pieces}, please. With that, you have my approval.",
        "Make it {pieces} and go ahead.",
    ),
    "delivery": (
        "Yes, but by {delivery} delivery.",
        "Agreed, on the condition that it comes by {delivery} delivery.",
        "Order it, with {delivery} delivery instead of the other one, please.",
    ),
    "denied": (
        "No, I am afraid. We have spent enough this quarter.",
        "I would rather not. Please do not order it.",
        "Not this time. Let us see again in the summer.",
    ),
}
OUTCOMES = ("granted",) * 7 + ("fewer",) * 5 + ("delivery",) * 4 + ("denied",) * 4
WAIT = "wait 20"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How the boss answers: which outcome, in which words, and the order that it permits, if any."""

    outcome: str
    text: str
    order: OrderTerms | None


@TASKS.add(
    "Office-Approval-v0",
    tags=("cross-app", "waiting"),
    max_steps=90,
    kind=TaskKind.LONG,
    level=Level.HARD,
    apps=("chat", "mail", "shop"),
    axes=("brief",),
)
class Approval(TaskFamily):
    """Ask for approval by mail, and buy only once it is granted, under its condition."""

    equivalent = CART_IS_FREE

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """The answer comes within the hour: yes, yes with a condition, or no."""
        sampler = Sampler(rng)
        office = draw_office(world, sampler)
        quantity = sampler.between(2, 5)
        variant = draw_goods(world, rng, office, quantity)
        order = draw_order(world, rng, office, variant, quantity)
        boss = draw_boss(world, sampler, office)
        answer = draw_answer(sampler, order)
        after_s = 60 * sampler.between(8, 50)
        text = f"{answer.text}\n\n{boss.given_name}"
        world.db.add(
            AnswerRule(
                key="office-approval", email=boss.emails[0], pattern="", text=text, after_s=after_s,
                was_used=False,
            )
        )  # fmt: skip
        world.db.flush()
        facts = [["words", variant.product.name], ["money", str(variant.price_cents * quantity)]]
        wanted = Wanted(account_id=office.owner.id, to=[boss.group], facts=facts, newest=newest_ids(world))
        goal = sampler.pick(WORDINGS[wordings]).format(
            quantity=quantity, product=described(variant), how=how_of(office, order), boss=boss.name
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal[0].upper() + goal[1:],
            start_url="http://shop.test/", person_id=office.owner.id,
            terms={
                "mail": wanted.to_json(), "boss_id": boss.id, "mailbox": str(boss.mailbox),
                "request": f"May I order {quantity} x {variant.product.name} for "
                f"{money(variant.price_cents * quantity)}?",
                "order": dict(answer.order.to_json()) if answer.order else None,
                "outcome": answer.outcome, **start_state(world, office),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one mail that asks, and for what its answer permits, bought after it."""
        outcome = Outcome(person_id=task.person_id, orders=orders_of(task), mails=[Wanted.of(task)])
        return outcome_verdict(outcome, evidence, *answer_checks(task, evidence))

    def oracle(self, view: View) -> str:
        """Ask, wait, read the answer, order."""
        terms, answer = typed(view.task), answer_of(view)
        require_patience(view, answer)
        ask = Send(
            wanted=Wanted.of(view.task),
            form=Form(to=terms["mailbox"], subject="A purchase", text=terms["request"]),
        )
        orders: list[Job] = [Buy(order=each) for each in orders_of(view.task)]
        if answer is None:
            return next_job(view, [ask]) or WAIT
        reading = read_thread(view, thread_of(view, answer), "A purchase")
        return next_job(view, [ask, *orders], reading) or "done"


def typed(task: Task) -> Mapping[str, Any]:
    """A task's terms."""
    terms: Mapping[str, Any] = task.terms
    return terms


def draw_boss(world: World, sampler: Sampler, office: Office) -> Party:
    """Somebody who is not away, and whom no story lets answer."""
    answering = set(world.db.scalars(select(AnswerRule.email)))
    here = owners(world, office.colleagues())
    return sampler.pick([each for each in here if answering.isdisjoint(each.emails)])


def draw_answer(sampler: Sampler, order: OrderTerms) -> Answer:
    """What the boss answers."""
    outcome = sampler.pick(OUTCOMES)
    words = sampler.pick(ANSWERS[outcome])
    if outcome == "fewer":
        order = replace(order, quantity=sampler.between(1, order.quantity - 1))
    if outcome == "delivery":
        is_standard = order.delivery == Delivery.STANDARD
        order = replace(order, delivery=(Delivery.EXPRESS if is_standard else Delivery.STANDARD).value)
    text = words.format(pieces=order.quantity, delivery=order.delivery)
    return Answer(outcome=outcome, text=text, order=None if outcome == "denied" else order)


def orders_of(task: Task) -> list[OrderTerms]:
    """The order that the answer permits, if any."""
    order = typed(task)["order"]
    return [OrderTerms(**order)] if order else []


def answer_checks(task: Task, evidence: Evidence) -> list[Check]:
    """That the answer had come, was read, and that nothing was bought before it."""
    answer = RowView(arrived(task, evidence))
    placed = only_inserted(evidence, "shop_order").text("placed_at")
    is_early = bool(placed) and (not answer or placed < answer.text("sent_at"))
    pages = rf"mail\.test/threads/({threads_of(task, evidence, answer)})(/print)?(\?.*)?"
    return [
        check("the answer has come", bool(answer)),
        trap("nothing was bought before the answer", not is_early, placed),
        opened(evidence, pages, name="the answer was read"),
    ]


def arrived(task: Task, evidence: Evidence) -> Row:
    """The mail with the answer; empty if it has not come."""
    mails = written(evidence, "mail_message")
    own = {row["message_id"] for row in mails if row["sender_account_id"] == task.person_id}
    return next((row for row in inserted(evidence, "mail_message") if row["in_reply_to"] in own), {})


def inserted(evidence: Evidence, table: str) -> Iterator[Row]:
    """The rows that arriving mails have written."""
    new = (each for each in evidence.world_changes if each.table == table and each.cause == DELIVER)
    return (each.after or {} for each in new if each.kind is ChangeKind.INSERTED)


def threads_of(task: Task, evidence: Evidence, answer: RowView) -> str:
    """The threads that the answer is in, as a regular expression."""
    own = (row for row in inserted(evidence, "mail_entry") if row["account_id"] == task.person_id)
    return "|".join(str(row["thread_id"]) for row in own if row["message_id"] == answer.get("id")) or "none"


def answer_of(view: View) -> Mail | None:
    """The boss's answer, if it has come."""
    newest, own_id = typed(view.task)["newest"][0], view.task.person_id
    asked = select(Mail.message_id).where(Mail.id > newest, Mail.sender_account_id == own_id)
    own = select(Mail).join(Entry, Entry.message_id == Mail.id).where(Entry.account_id == own_id)
    answers = Mail.in_reply_to.in_(asked), Mail.sender_account_id != own_id, Mail.is_automatic.is_(False)
    return view.db.scalars(own.where(*answers).order_by(Mail.id)).first()


def thread_of(view: View, mail: Mail) -> int:
    """The person's thread of a mail."""
    own = Entry.account_id == view.task.person_id, Entry.message_id == mail.id
    return view.db.scalars(select(Entry.thread_id).where(*own)).one()


def require_patience(view: View, answer: Mail | None) -> None:
    """Check that nothing was ordered before the answer.

    Raises:
        Unwinnable: something was.
    """
    terms = typed(view.task)
    placed: list[Order] = orders_after(view.db, terms["customer_id"], terms["last_order_id"])
    if any(answer is None or each.placed_at < answer.sent_at for each in placed):
        raise Unwinnable("Something was bought before the answer had come.")
