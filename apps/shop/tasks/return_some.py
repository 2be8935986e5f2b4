"""Return some of what an order brought."""

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.oracle_page import starting
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Order, RefundMethod
from gristmill.apps.shop.services.returns import REASONS, due_cents
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import day_in_words
from gristmill.apps.shop.tasks.order_moves import GIVE_UP, OrdersPage
from gristmill.apps.shop.tasks.order_returns import (
    METHODS,
    draw_delivered,
    in_words,
    pieces_sent,
    return_changes,
    return_row,
    send_back,
)
from gristmill.apps.shop.tasks.order_terms import OrderedTerms, marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import Values, nothing_ordered, others_stand, refusal
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.people import EPOCH
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap
from gristmill.verifiers.rows import only_inserted

WORDINGS = {
    "train": (
        'Send back {goods} from my order of {day}, and keep the rest. The reason is "{reason}"; I want the '
        "money {method}.",
        'From the order that I placed on {day}, return {goods}, nothing else, for the reason "{reason}". '
        "Have it refunded {method}.",
        'Please register a return for {goods} of my {day} order. Reason: "{reason}". Refund: {method}.',
        'I ordered several things on {day}. I do not keep {goods}: return that only, with "{reason}" as the '
        "reason, refunded {method}.",
    ),
    "test": (
        'Of what I ordered on {day}, {goods} should go back ("{reason}"), with the refund {method}. '
        "Everything else stays with me.",
        'Arrange that {goods} from the order of {day} can be returned. Reason: "{reason}". The refund is to '
        "be made {method}.",
        'I want my money back {method} for {goods}, bought on {day}. The reason is "{reason}". Return '
        "no more than that.",
    ),
}
WHY_NOT = ("late", "back")
"""Why a task cannot be done: the time for returns is over, the item was returned before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnTerms(OrderedTerms):
    """Pieces go back, by the line's id, for a refund of so much; `why` says why they cannot, if so."""

    pieces: Mapping[str, int]
    cents: int
    reason: str
    method: str
    why: str


@TASKS.add("Shop-ReturnSome-v0", tags=("orders", "returns"), max_steps=48, axes=("brief", "news"))
class ReturnSome(TaskFamily):
    """Return named items of a delivered order for a refund by a given method, and keep the others."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Of two to four lines, one or two go back; 15 % cannot, as `WHY_NOT` says."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        why = sampler.pick(WHY_NOT) if sampler.chance(15) else ""
        order = draw_delivered(world, rng, customer, is_late=why == "late")
        lines = sampler.some(order.lines, sampler.between(1, min(2, len(order.lines) - 1)))
        chosen = {line: sampler.between(1, line.quantity) for line in lines}
        cents = due_cents(order, chosen)
        if why == "back":
            chosen = {lines[0]: lines[0].quantity}
            send_back(world, order, lines[0], lines[0].quantity)
        reason, method = sampler.pick(tuple(REASONS.values())), sampler.pick(tuple(RefundMethod))
        terms = ReturnTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), cents=cents, reason=reason, method=method.value, why=why,
            pieces={str(line.id): number for line, number in chosen.items()},
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            goods=" and ".join(in_words(line, number) for line, number in chosen.items()),
            day=day_in_words(order.placed_at.date()),
            reason=reason,
            method=METHODS[method],
        )
        goal += " Make it one return." if len(chosen) > 1 else ""
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if why else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """The other way of being refunded, or another reason."""
        terms = ReturnTerms.of(task)
        if Sampler(rng).chance(50):
            other = next(each for each in RefundMethod if each.value != terms.method)
            return with_terms(task, method=other.value), f"I want the refund {METHODS[other]} instead."
        reason = Sampler(rng).pick([each for each in REASONS.values() if each != terms.reason])
        return with_terms(task, reason=reason), f'Give "{reason}" as the reason instead.'

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that exactly these pieces go back, for the reason, refunded by the method."""
        terms = ReturnTerms.of(task)
        if terms.why:
            return refusal(evidence, terms.number, terms.order_id)
        wanted, sent = {int(key): number for key, number in terms.pieces.items()}, pieces_sent(evidence)
        method = RefundMethod(terms.method).name
        opened = only_inserted(evidence, "shop_return")
        lines = [change.after or {} for change in evidence.diff.inserted("shop_return_line")]
        expected: Values = {
            "order_id": terms.order_id, "kind": "REFUND", "reason": terms.reason, "method": method,
            "refund_cents": terms.cents,
        }  # fmt: skip
        return verdict(
            check("these items", set(wanted) <= set(sent), f"{len(sent)} lines"),
            trap("no other items", set(sent) <= set(wanted), f"{len(sent)} lines"),
            check("so many of each", sent == wanted, str(list(sent.values()))),
            trap("the given refund method", opened.get("method") == method, opened.text("method")),
            others_stand(evidence, terms.order_id),
            nothing_ordered(evidence),
            return_row(evidence, expected),
            check("no exchange", all(row["new_variant_id"] is None for row in lines)),
            nothing_else_changed(evidence, *return_changes(evidence, terms.order_id, len(wanted))),
        )

    def oracle(self, view: View) -> str:
        """Open the order from the list, and register the return.

        Raises:
            Unwinnable: something else was registered, or another order was touched.
        """
        terms, page = ReturnTerms.of(view.task), OrdersPage(view)
        order = page.order(terms.number)
        if any(each.opened_at >= EPOCH for each in order.returns):
            require_untouched(view.db, terms, terms.number)
            require_as_asked(order, terms)
            return "done"
        require_untouched(view.db, terms)
        if terms.why:
            return page.look_at(terms.number) or GIVE_UP
        return page.to_form(terms.number, "return", "Return items") or fill_in(page, order, terms)


def fill_in(page: OrdersPage, order: Order, terms: ReturnTerms) -> str:
    """Choose items, numbers, reason and method on the form, and send it."""
    for line in order.lines:
        number = terms.pieces.get(str(line.id))
        name = f"{line.product_name}, {line.options}" if line.options else line.product_name
        if number is None:
            step = page.uncheck("checkbox", name)
        else:
            step = page.check("checkbox", name) or page.select(
                f"How many of {name}", f"{number} of {line.quantity}"
            )
        if step:
            return step
    words = "As store credit" if terms.method == RefundMethod.STORE_CREDIT else "To what paid for the order"
    return (
        page.select("Why do you send it back?", terms.reason)
        or page.check("radio", starting(words))
        or page.click("button", "Register the return")
        or "goto /orders"
    )


def require_as_asked(order: Order, terms: ReturnTerms) -> None:
    """Check that the return that was registered is the one that was asked for.

    Raises:
        Unwinnable: it is not; returns cannot be taken back.
    """
    opened = [each for each in order.returns if each.opened_at >= EPOCH]
    pieces = {str(line.order_line_id): line.quantity for each in opened for line in each.lines}
    facts = [(each.reason, each.method.value, each.kind.value) for each in opened]
    if pieces != dict(terms.pieces) or facts != [(terms.reason, terms.method, "refund")]:
        raise Unwinnable("Something else was registered to go back than was asked for.")
