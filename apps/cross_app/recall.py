"""A product is recalled: tell each colleague who still has one, once, and send the own one back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Json, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.cross_app.clerk import Send, at, next_job, read_channel, read_chat_thread, read_thread
from gristmill.apps.cross_app.office import Office, draw_channel, draw_office, start_state, write_post
from gristmill.apps.cross_app.outcome import Outcome, mail_part
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import MessageKind
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.shop_mails import SHOP
from gristmill.apps.mail.tasks.correspondence import Party, copy_of, past
from gristmill.apps.mail.tasks.correspondence import place as place_mail
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import Form
from gristmill.apps.shop.models import Order, OrderStatus, Product, RefundMethod
from gristmill.apps.shop.services.returns import REASONS, due_cents
from gristmill.apps.shop.tasks import order_drawing
from gristmill.apps.shop.tasks.order_drawing import Piece, draw_goods, draw_purchase
from gristmill.apps.shop.tasks.order_returns import return_changes, send_back
from gristmill.apps.shop.tasks.order_terms import marks
from gristmill.apps.shop.tasks.order_verdicts import nothing_ordered, others_stand
from gristmill.apps.shop.tasks.return_some import ReturnSome, ReturnTerms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, CheckKind, Evidence, Verdict, verdict
from gristmill.verifiers.checks import nothing_else_changed, trap

WORDINGS = {
    "train": (
        'Marlowick has mailed me a recall, "{subject}". Some colleagues have told in #{channel} that '
        "they bought the same product: write a mail to each of those who still have it, one mail per "
        "person, that names the product. Whoever has sent theirs back already, or has another product, "
        "gets none. What I have of it myself goes back, too: one return with the reason that the mail "
        "gives, refunded to what paid, unless that has been done.",
        'Act on the mail "{subject}" from Marlowick. First, in my own orders: send back what is '
        'recalled, all pieces, as "{reason}", with the money to where it came from; if it went back '
        "before, leave it. Second, in #{channel} one can see who else bought it: inform everybody who "
        "has not returned it, by a mail of their own with the product's name, and nobody else.",
        'There is a recall in my mail ("{subject}"). Return my pieces of the product in the shop, for '
        'a refund to the original payment and with the reason "{reason}", if I still have them. Then '
        "tell those colleagues who wrote in #{channel} that they own it and have not given it back: "
        "one mail to each, naming the product.",
        'Because of "{subject}" (a mail of Marlowick) two things are to do. Each colleague who by what '
        "#{channel} says has the recalled product, and has not returned it, needs exactly one mail "
        'that names it. And mine has to be returned in the shop, reason "{reason}", refund to what '
        "paid for it, if it was not.",
    ),
    "test": (
        'Please handle the recall "{subject}" that Marlowick sent. My own pieces: one return, '
        '"{reason}", money back to what paid, or nothing if they are back. My colleagues: see in '
        "#{channel} who bought it; a mail with its name to each who still has it, separately, and none "
        "to the others.",
        'Marlowick wants a product back, see the mail "{subject}". Find in #{channel} who of us has it '
        "still and warn each of them by one mail with the name of the product. Have the shop take mine "
        'back as "{reason}", refunded to the original payment; skip this if it was done before.',
        'Read "{subject}" from Marlowick. The people in #{channel} who own what it is about, and have '
        "not sent it in, each get one mail from me that names it. I return mine in the shop: all "
        'pieces, reason "{reason}", refund to what paid. If mine went back already, only the mails are '
        "left.",
    ),
}
SUBJECTS = ("An important recall", "Please stop using this product", "Safety notice", "Product recall")
RECALL = (
    "We are recalling the {product}, in all colours and sizes. In rare cases it breaks in use. Please do not "
    'use it any more.\n\nIf you have one, return it in your orders with the reason "{reason}". We pay back '
    "its full price. If you have sent yours back already, you need not do anything."
)
OWNING = (
    "The {product} was a good buy, I have used it every day since January.",
    "Since somebody asked: I have the {product}, too, from Marlowick.",
    "My {product} came in November. I like it.",
    "I can recommend the {product}. Bought mine in the autumn.",
)
RETURNED = (
    "I sent my {what} back to Marlowick last week, by the way.",
    "My {what} has gone back to the shop since. It was not for me after all.",
    "Update: I have returned my {what}, and got my money.",
)
BACK_BEFORE = 15  # per cent


@TASKS.add(
    "Office-Recall-v0",
    tags=("cross-app", "orders"),
    max_steps=120,
    kind=TaskKind.LONG,
    level=Level.HARD,
    apps=("chat", "mail", "shop"),
    axes=("brief",),
)
class Recall(TaskFamily):
    """Tell each colleague who still has a recalled product, once, and return the own one."""

    equivalent: ClassVar = {("mail_draft", "parent_id"): "it may be written as an answer to an earlier mail"}

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """One to three colleagues have it, one has returned it, one has another product."""
        sampler = Sampler(rng)
        office = draw_office(world, sampler)
        channel, people = draw_channel(world, sampler, office, least=5)
        order, terms = write_order(world, rng, office)
        product = order.lines[0].variant.product
        subject, reason = sampler.pick(SUBJECTS), REASONS["recalled"]
        body = RECALL.format(product=product.name, reason=reason)
        mailing = Mailing(
            sender=SHOP, to=(office.owner.mailbox,), subject=subject, body=body, kind=MessageKind.NOTICE,
            is_automatic=True,
        )  # fmt: skip
        mail = place_mail(world, mailing, past(world, sampler, days=1), [office.owner.id])
        chosen = sampler.some(people, sampler.between(3, 5))
        roots = write_posts(world, sampler, channel, chosen, product)
        goal = sampler.pick(WORDINGS[wordings]).format(subject=subject, channel=channel.name, reason=reason)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://mail.test/", person_id=office.owner.id,
            terms={
                "return": {**terms, "marks": marks(world.db, office.customer.id)}, "product": product.name,
                "owners": [reach(each) for each in chosen[2:]], "others": [reach(e) for e in chosen[:2]],
                "thread_id": copy_of(world, office.owner.id, mail).thread_id, "subject": subject,
                "channel_id": channel.id, "roots": roots, **start_state(world, office),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one mail to each who has it, and for the return."""
        outcome = Outcome(person_id=task.person_id, mails=[each.wanted for each in jobs_of(task)])
        mails, sending = mail_part(outcome, evidence)
        returned, returning = return_part(task, evidence)
        return verdict(
            *returned,
            *mails,
            *traps(task, evidence),
            nothing_else_changed(evidence, *returning, *sending),
        )

    def oracle(self, view: View) -> str:
        """Read the recall and the channel, return the own pieces, then write."""
        terms, jobs = typed(view.task), jobs_of(view.task)
        reading = read_thread(view, terms["thread_id"], terms["subject"])
        reading = reading or read_channel(view, terms["channel_id"])
        for root_id in terms["roots"]:
            reading = reading or read_chat_thread(view, view.db.get_one(Message, root_id))
        step = "done" if not terms["return"]["pieces"] else return_step(view)
        if reading is None and step != "done":
            return at(view, "shop") or step
        return next_job(view, jobs, reading) or "done"


def typed(task: Task) -> Mapping[str, Any]:
    """A task's terms."""
    terms: Mapping[str, Any] = task.terms
    return terms


def reach(party: Party) -> Json:
    """A colleague as a part of terms."""
    return {"emails": party.group, "mailbox": str(party.mailbox)}


def write_order(world: World, rng: Generator, office: Office) -> tuple[Order, dict[str, Json]]:
    """Write a delivered order, the first line of which is recalled, and the terms of its return."""
    sampler = Sampler(rng)
    goods = draw_goods(world, rng, office.customer, 2)
    pieces = [Piece(variant=each, quantity=sampler.between(1, 2)) for each in goods]
    at_time = order_drawing.time_on(world, sampler, sampler.between(10, 24))
    how = draw_purchase(world, rng, office.customer, at_time, OrderStatus.DELIVERED)
    order = order_drawing.place(world, office.customer, pieces, how)
    line = order.lines[0]
    cents, wanted = due_cents(order, {line: line.quantity}), {str(line.id): line.quantity}
    if sampler.chance(BACK_BEFORE):
        send_back(world, order, line, line.quantity)
        wanted = {}
    return order, {
        "customer_id": office.customer.id, "order_id": order.id, "number": order.number, "cents": cents,
        "reason": REASONS["recalled"], "method": RefundMethod.ORIGINAL.value, "why": "",
        "pieces": dict(wanted),
    }  # fmt: skip


def write_posts(
    world: World, sampler: Sampler, channel: Channel, chosen: Sequence[Party], product: Product
) -> list[int]:
    """Write who has what: the first has returned it, the second has another one; returns threads to read."""
    back, other, *owners = chosen
    twins = select(Product).where(Product.kind == product.kind, Product.id != product.id)
    found = world.db.scalars(twins.order_by(Product.id)).all()
    twin = sampler.pick(found or world.db.scalars(select(Product).where(Product.id != product.id)).all())
    names = {back.id: product.name, other.id: twin.name} | {each.id: product.name for each in owners}
    in_turn, words = sampler.shuffled(chosen), sampler.shuffled(OWNING)
    posts = {
        party.id: write_post(
            world, channel, party, words[n % len(words)].format(product=names[party.id]), 9 - n
        )
        for n, party in enumerate(in_turn)
    }
    root = posts[back.id] if sampler.chance(50) else None
    text = sampler.pick(RETURNED).format(what="own one" if root else product.name)
    write_post(world, channel, back, text, 2, root)
    return [root.id] if root else []


def jobs_of(task: Task) -> list[Send]:
    """One mail to each who still has the product."""
    terms = typed(task)
    facts = [["words", terms["product"]]]
    text = f"The {terms['product']} that you have is recalled. Please return it."
    return [
        Send(
            wanted=Wanted(
                account_id=task.person_id, to=[each["emails"]], facts=facts, newest=terms["newest"]
            ),
            form=Form(to=each["mailbox"], subject="A recall", text=text),
        )
        for each in terms["owners"]
    ]


def sub_task(task: Task) -> Task:
    """The shop's part of a task, with the terms of the shop's family."""
    return replace(task, terms=ReturnTerms(**typed(task)["return"]).to_json())


def return_step(view: View) -> str:
    """The next action towards the return; `done` once it is registered."""
    return ReturnSome().oracle(replace(view, task=sub_task(view.task)))


def return_part(task: Task, evidence: Evidence) -> tuple[list[Check], Sequence[Any]]:
    """The checks of the return, and what it changes; that there is none if it was done before."""
    terms = typed(task)["return"]
    if not terms["pieces"]:
        made = evidence.diff.inserted("shop_return")
        checks = [trap("nothing goes back twice", not made), others_stand(evidence, None)]
        return [*checks, nothing_ordered(evidence)], ()
    checks = list(ReturnSome().verify(sub_task(task), evidence).checks)
    kept = [each for each in checks if each.kind is not CheckKind.SIDE_EFFECTS]
    return kept, return_changes(evidence, terms["order_id"], 1)


def traps(task: Task, evidence: Evidence) -> list[Check]:
    """That nobody is written to in vain or twice, and that nothing was posted."""
    terms, found = typed(task), letters(evidence, task.person_id)
    back, other = (set(each["emails"]) for each in terms["others"])
    reached = [sorted(each.everybody) for each in found]
    return [
        trap("who has returned it is not written to", all(back.isdisjoint(each) for each in reached)),
        trap("who has another product is not written to", all(other.isdisjoint(each) for each in reached)),
        trap("everybody is informed once", len(set(map(tuple, reached))) == len(reached)),
        trap("nothing was posted", not evidence.diff.inserted("chat_message")),
    ]
