"""Compare the receipt of an open order with the mail that asked for it, put it right, and tell who asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import Json, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.cross_app.clerk import Send, at, next_job, read_thread
from gristmill.apps.cross_app.office import Office, draw_office, start_state, write_mail
from gristmill.apps.cross_app.outcome import Outcome, mail_part, number_fact, outcome_verdict
from gristmill.apps.cross_app.receipts import receipt_of
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.money import money
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.notes import newest
from gristmill.apps.mail.tasks.correspondence import Party, past
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import Form
from gristmill.apps.shop.models import Order, OrderStatus, Variant
from gristmill.apps.shop.tasks import order_drawing, order_swaps
from gristmill.apps.shop.tasks.drawing import described
from gristmill.apps.shop.tasks.modify_address import AddressTerms, ModifyAddress
from gristmill.apps.shop.tasks.modify_item import ModifyItem
from gristmill.apps.shop.tasks.order_drawing import Piece, draw_goods, draw_purchase, open_time
from gristmill.apps.shop.tasks.order_swaps import SwapTerms
from gristmill.apps.shop.tasks.order_terms import marks
from gristmill.apps.shop.tasks.order_verdicts import others_stand
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, CheckKind, Evidence, Verdict, verdict
from gristmill.verifiers.checks import inserts, nothing_else_changed, trap, updates
from gristmill.verifiers.rows import row_after
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'I ordered something at Marlowick for a colleague who had asked me by mail ("{subject}"); the '
        "receipt, order {number}, may not be what was asked for. Compare the two. If they differ, put "
        "the order right in the shop while it is open (a difference in price goes by the card that "
        "paid), and mail the colleague the order's number and its total as it is then. If nothing "
        "differs, change nothing and write nothing.",
        'Check order {number} against the mail "{subject}", in which somebody had asked me for it. '
        "Where the order is not as wanted, change it accordingly; any difference is settled with the "
        "card that paid. Then tell that person by mail the number and the new total. An order that is "
        "right stays as it is, and nobody has to hear of it.",
        'Please see whether the receipt for {number} matches the request "{subject}" in my mail. '
        "Correct the order in the shop if it does not, with the card that it was paid with, and let "
        "whoever asked know by mail its number and what it costs in total now. Otherwise leave "
        "everything.",
        'Somebody wrote to me under "{subject}", and I placed the order {number} for them. I fear that '
        "I made a mistake. Find it by the receipt, mend the order (same card), and write to them with "
        "order number and total. No mistake: no change, no mail.",
    ),
    "test": (
        'Is {number} what was asked for in "{subject}"? If so, that is all. If not, change the open '
        "order so that it is, paying or being paid the difference by the same card, and send the "
        "person who asked a mail with the order's number and its present total.",
        'Compare what I ordered ({number}) with what was wanted in the mail "{subject}". Make the '
        "order fit the request if it does not (same card for the difference); afterwards a mail with "
        "number and total goes to the sender of the request. When they agree, do nothing.",
        'The request "{subject}" in my mail and my Marlowick order {number} should agree. Where they '
        "do not, the order has to be changed, the difference being settled by its card, and the one "
        "who wrote the request gets number and new total by mail. Where they do, leave it at that.",
    ),
}
SUBJECTS = ("Could you order this?", "Something from Marlowick", "A thing that I need", "For the next order")
OTHERS = ("One more thing to order", "Also from Marlowick", "A small order", "To be ordered")
REQUESTS = (
    'Could you order {count} x {product} at Marlowick for me? Please have it sent to "{label}".',
    'I need {count} x {product} from Marlowick, sent to "{label}", if you would be so kind.',
    'Please get me {count} x {product}. It has to go to the address that you have as "{label}".',
)
KINDS = ("options",) * 9 + ("address",) * 8 + ("none",) * 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody asked for: by whom, under which subject, and the address that it has to go to."""

    asker: Party
    subject: str
    variant: Variant
    label: str


@TASKS.add(
    "Office-Dispute-v0",
    tags=("cross-app", "orders"),
    max_steps=80,
    kind=TaskKind.LONG,
    level=Level.HARD,
    apps=("chat", "mail", "shop"),
    axes=("brief",),
)
class Dispute(TaskFamily):
    """Put an order right that is not what a mail asked for, and tell who asked its new total."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """The options or the address are wrong, or nothing is; another order is right."""
        sampler = Sampler(rng)
        office = draw_office(world, sampler)
        kind = sampler.pick(KINDS)
        askers, subject = sampler.some(office.colleagues(), 2), sampler.pick(SUBJECTS)
        goods, other = draw_goods(world, rng, office.customer, 2, fits=order_swaps.is_swappable)
        order = place(world, rng, office, goods)
        terms, wish = mistake(world, sampler, office, order, kind)
        wish = replace(wish, asker=askers[0], subject=subject)
        write_request(world, sampler, office, wish, order, days=5)
        decoy = place(world, rng, office, other)
        asked = Wish(
            asker=askers[1], subject=sampler.pick(OTHERS), variant=other, label=label_of(office, decoy)
        )
        write_request(world, sampler, office, asked, decoy, days=4)
        receipts = [receipt_of(world, office, each, is_unread=True) for each in (order, decoy)]
        found = start_state(world, office)
        terms |= {"twin_id": decoy.id, "twin_to": decoy.address_id or 0} if kind == "address" else {}
        goal = sampler.pick(WORDINGS[wordings]).format(subject=subject, number=order.number)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://mail.test/", person_id=office.owner.id,
            terms={
                "kind": kind, "order_id": order.id, "number": order.number, "old_total": order.total_cents,
                "change": {**terms, "marks": marks(world.db, office.customer.id)}, "subject": subject,
                "old_id": goods.id,
                "to": askers[0].group, "mailbox": str(askers[0].mailbox),
                "receipt_thread": receipts[0].thread_id, "request_thread": thread_of(world, office, subject),
                **found,
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that the order was put right and who asked was informed; nothing if all was right."""
        terms = typed(task)
        if terms["kind"] == "none":
            nothing = Outcome(person_id=task.person_id)
            return outcome_verdict(nothing, evidence, others_stand(evidence, None), compared(terms, evidence))
        total = row_after(evidence, "shop_order", terms["order_id"]).integer("total_cents")
        wanted = wanted_of(task, total)
        mails, sending = mail_part(Outcome(person_id=task.person_id, mails=[wanted]), evidence)
        changed = shop_checks(task, evidence)
        return verdict(
            *changed,
            *mails,
            trap("nothing was posted", not evidence.diff.inserted("chat_message")),
            nothing_else_changed(evidence, *order_changes(terms), *sending),
        )

    def oracle(self, view: View) -> str:
        """Read request and receipt, change the order, then tell."""
        terms = typed(view.task)
        reading = read_thread(view, terms["request_thread"], terms["subject"])
        reading = reading or read_thread(view, terms["receipt_thread"], f"Your order {terms['number']}")
        if terms["kind"] == "none":
            return next_job(view, [], reading) or "done"
        change = change_step(view)
        if reading is None and change != "done":
            return at(view, "shop") or change
        order = view.db.get_one(Order, terms["order_id"])
        text = f"Order {terms['number']} is right now; it comes to {money(order.total_cents)} in all."
        form = Form(to=terms["mailbox"], subject="Your order", text=text)
        job = Send(wanted=wanted_of(view.task, order.total_cents), form=form)
        return next_job(view, [job] if change == "done" else [], reading) or "done"


def typed(task: Task) -> Mapping[str, Any]:
    """A task's terms."""
    terms: Mapping[str, Any] = task.terms
    return terms


def place(world: World, rng: Generator, office: Office, variant: Variant) -> Order:
    """Write an open order of the person."""
    sampler = Sampler(rng)
    at_time = open_time(world, sampler, sampler.pick((1, 2)))
    how = draw_purchase(world, rng, office.customer, at_time, OrderStatus.PROCESSING)
    piece = Piece(variant=variant, quantity=sampler.between(1, 2))
    return order_drawing.place(world, office.customer, [piece], how)


def label_of(office: Office, order: Order) -> str:
    """The address that an order goes to."""
    return next(each.label for each in office.customer.addresses if each.id == order.address_id)


def mistake(
    world: World, sampler: Sampler, office: Office, order: Order, kind: str
) -> tuple[dict[str, Json], Wish]:
    """What is wrong with an order, as terms of its change, and what was asked for."""
    line, label = order.lines[0], label_of(office, order)
    common: dict[str, Json] = {
        "customer_id": office.customer.id, "order_id": order.id, "number": order.number
    }  # fmt: skip
    wish = Wish(asker=office.owner, subject="", variant=line.variant, label=label)
    if kind == "options":
        wanted, spare = order_swaps.draw_swap(sampler, line)
        swap: dict[str, Json] = {
            "line_id": line.id, "variant_id": wanted.id, "spare_id": spare.id, "pay": order_swaps.ORIGINAL,
            "why": "", "proof": "",
        }  # fmt: skip
        return common | swap, replace(wish, variant=wanted)
    if kind == "address":
        others = [each for each in office.customer.addresses if each.id != order.address_id]
        address = sampler.pick(others)
        moved: dict[str, Json] = {"address_id": address.id, "label": address.label, "is_there": False}
        return common | moved, replace(wish, label=address.label)
    return common, wish


def write_request(
    world: World, sampler: Sampler, office: Office, wish: Wish, order: Order, *, days: int
) -> None:
    """Write the mail that asked for an order."""
    text = sampler.pick(REQUESTS).format(
        count=order.lines[0].quantity, product=described(wish.variant), label=wish.label
    )
    write_mail(world, wish.asker, office, wish.subject, text, past(world, sampler, days=days))


def thread_of(world: World, office: Office, subject: str) -> int:
    """The person's newest thread of a subject."""
    entry = newest(world.db, office.owner.id, subject)
    assert entry is not None
    return entry.thread_id


def wanted_of(task: Task, total: int) -> Wanted:
    """The mail to who asked: number and total, and not the total of before."""
    terms = typed(task)
    old = terms["old_total"]
    return Wanted(
        account_id=task.person_id, to=[terms["to"]], newest=terms["newest"],
        facts=[number_fact(terms["number"]), ["money", str(total)]],
        banned=[["money", str(old)]] if old != total else [],
    )  # fmt: skip


def sub_task(task: Task) -> Task:
    """The shop's part of a task, with the terms of the shop's family."""
    terms = typed(task)
    kind: type[SwapTerms] | type[AddressTerms] = SwapTerms if terms["kind"] == "options" else AddressTerms
    return replace(task, terms=kind(**terms["change"]).to_json())


def shop_checks(task: Task, evidence: Evidence) -> list[Check]:
    """The checks of the shop's own family, but for side effects."""
    family = ModifyItem() if typed(task)["kind"] == "options" else ModifyAddress()
    checks = family.verify(sub_task(task), evidence).checks
    return [each for each in checks if each.kind is not CheckKind.SIDE_EFFECTS]


def change_step(view: View) -> str:
    """The next action towards the order as it was asked for; `done` once it is."""
    family = ModifyItem() if typed(view.task)["kind"] == "options" else ModifyAddress()
    return family.oracle(replace(view, task=sub_task(view.task)))


def order_changes(terms: Mapping[str, Any]) -> list[Any]:
    """What putting the order right may change."""
    key, change = terms["order_id"], terms["change"]
    if terms["kind"] == "address":
        return [updates("shop_order", [key], ["address_id", "ship_to"])]
    columns = ["variant_id", "options", "unit_price_cents", "is_changed"]
    return [
        updates("shop_order", [key], ["subtotal_cents", "total_cents"]),
        updates("shop_order_line", [change["line_id"]], columns),
        updates("shop_variant", [change["variant_id"], terms["old_id"]], ["stock"]),
        inserts("shop_payment", {"order_id": key}, at_most=1),
    ]


def compared(terms: Mapping[str, Any], evidence: Evidence) -> Check:
    """That request and order were looked at, where they agree."""
    request = rf"mail\.test/threads/{terms['request_thread']}(/print)?(\?.*)?"
    receipt = rf"(mail\.test/threads/{terms['receipt_thread']}(/print)?|shop\.test/orders/{terms['number']})"
    return opened(evidence, request, rf"{receipt}(\?.*)?", name="request and order were compared")
