"""Cancel an order, for a given reason."""

from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import OrderStatus
from gristmill.apps.shop.services.changes import CANCEL_REASONS
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import day_in_words, draw_twins
from gristmill.apps.shop.tasks.order_moves import OrdersPage, status_url
from gristmill.apps.shop.tasks.order_terms import OrderedTerms, marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import (
    money_moves,
    nothing_ordered,
    others_stand,
    payment,
    refusal,
    row_becomes,
    stock_moves,
)
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.verdicts import is_on_tick
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, inserts, nothing_else_changed, term, trap, updates
from gristmill.verifiers.rows import row_after, row_before

WORDINGS = {
    "train": (
        'Cancel my order of {product} that I placed on {day}. The reason is "{reason}".',
        'I do not want the {product} from my order of {day} any more: cancel that order, and give "{reason}" '
        "as the reason.",
        'Please call off the order from {day} with the {product} in it, for the reason "{reason}".',
        'On {day} I ordered {product}. Have that order cancelled; choose "{reason}" when you are asked why.',
    ),
    "test": (
        'The order with the {product}, the one of {day}, must not be sent. Cancel it ("{reason}").',
        'Stop what I ordered on {day}, {product}. If the shop asks for a reason: "{reason}".',
        '"{reason}" is why I want to get rid of an order: the one for {product}, placed on {day}. Cancel it.',
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelTerms(OrderedTerms):
    """This order is cancelled for this reason."""

    reason: str


@TASKS.add("Shop-CancelPending-v0", tags=("orders",), max_steps=40, level=Level.EASY, axes=("brief", "news"))
class CancelPending(TaskFamily):
    """Cancel an open order for a given reason, and not the other order of the same goods."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two orders of the same goods; in 15 % of the tasks the one that is meant has shipped."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        status = OrderStatus.SHIPPED if sampler.chance(15) else OrderStatus.PROCESSING
        order, _ = draw_twins(world, rng, customer, status)
        reason = sampler.pick(tuple(CANCEL_REASONS.values()))
        terms = CancelTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), reason=reason,
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            product=order.lines[0].product_name,
            day=day_in_words(order.placed_at.date()),
            reason=reason,
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if status is OrderStatus.PROCESSING else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another reason."""
        old = CancelTerms.of(task).reason
        reason = Sampler(rng).pick([each for each in CANCEL_REASONS.values() if each != old])
        return with_terms(task, reason=reason), f'Give "{reason}" as the reason instead.'

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that this order was cancelled and refunded; or looked at, if it has shipped."""
        terms = CancelTerms.of(task)
        if task.ends_with is EndsWith.GIVE_UP:
            return refusal(evidence, terms.number, terms.order_id, proof=status_url(terms.number))
        key, order = terms.order_id, row_before(evidence, "shop_order", terms.order_id)
        now = row_after(evidence, "shop_order", key)
        lines = evidence.before.all("shop_order_line", order_id=key)
        back = {int(str(row["variant_id"])): int(str(row["quantity"])) for row in lines}
        changed = {
            "status": "CANCELLED",
            "cancelled_at": now.get("cancelled_at"),
            "cancel_reason": terms.reason,
        }
        at, cents = now.get("cancelled_at"), order.integer("total_cents")
        refund = payment(key, "REFUND", cents, order, "order cancelled", made_at=at)
        return verdict(
            term("cancelled", "CANCELLED", now.get("status")),
            trap("the given reason", now.get("cancel_reason") == terms.reason, now.text("cancel_reason")),
            others_stand(evidence, key),
            nothing_ordered(evidence),
            check(
                "cancelled in this episode", is_on_tick(now.text("cancelled_at")), now.text("cancelled_at")
            ),
            row_becomes(evidence, "the order's other facts", "shop_order", key, changed),
            stock_moves(evidence, back),
            money_moves(evidence, [refund]),
            nothing_else_changed(
                evidence,
                updates("shop_order", [key]),
                updates("shop_variant", list(back), ["stock"]),
                inserts("shop_payment", {"order_id": key}, at_most=1),
            ),
        )

    def oracle(self, view: View) -> str:
        """Open the order from the list, and cancel it.

        Raises:
            Unwinnable: it was cancelled for another reason, or another order was touched.
        """
        terms, page = CancelTerms.of(view.task), OrdersPage(view)
        order = page.order(terms.number)
        if order.status is OrderStatus.CANCELLED:
            require_untouched(view.db, terms, terms.number)
            if order.cancel_reason != terms.reason:
                raise Unwinnable(f"The order was cancelled for the reason {order.cancel_reason!r}.")
            return "done"
        require_untouched(view.db, terms)
        if view.task.ends_with is EndsWith.GIVE_UP:
            return page.look_at(terms.number) or f'give_up "Order {terms.number} has shipped."'
        return (
            page.to_form(terms.number, "cancel", "Cancel the order")
            or page.select("Why do you cancel?", terms.reason)
            or page.click("button", "Cancel this order")
            or "goto /orders"
        )
