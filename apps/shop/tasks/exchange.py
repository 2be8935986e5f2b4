"""Exchange something that was delivered for another colour or size."""

from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Order, OrderStatus, RefundMethod, ReturnKind, Variant
from gristmill.apps.shop.services.returns import REASONS
from gristmill.apps.shop.tasks import order_swaps as swaps
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import day_in_words, draw_twins
from gristmill.apps.shop.tasks.order_moves import GIVE_UP, OrdersPage
from gristmill.apps.shop.tasks.order_returns import return_changes, return_row, send_back
from gristmill.apps.shop.tasks.order_swaps import SwapTerms
from gristmill.apps.shop.tasks.order_terms import marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import (
    Values,
    money_moves,
    nothing_ordered,
    others_stand,
    payment,
    refusal,
    stock_moves,
)
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.people import EPOCH
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import inserts, nothing_else_changed, rows_inserted, trap, updates
from gristmill.verifiers.rows import named, only_inserted, row_before

WORDINGS = {
    "train": (
        'Exchange the {product} from my order of {day} for {options}. The reason is "{reason}". {pay}',
        'The {product} that I ordered on {day} should have been {options}. Exchange it, with "{reason}" as '
        "the reason. {pay}",
        "I have the {product} from the order of {day} and would rather have it in {options}: swap it, reason "
        '"{reason}". {pay}',
        'Send the {product} of my {day} order back in exchange for the same in {options} ("{reason}"). {pay}',
    ),
    "test": (
        "Get me {options} in place of what I received, the {product} ordered on {day}. Reason for sending it "
        'back: "{reason}". {pay}',
        'Please have my {product} (order of {day}) replaced by {options}; "{reason}". I want no refund, '
        "and no new order. {pay}",
        "{options} instead of what came with my order of {day}: arrange that exchange for the {product}, "
        'giving "{reason}" as the reason. {pay}',
    ),
}
WHY_NOT = (
    "late",
    "back",
    "gone",
)  # the time for exchanges is over, the item was returned before, these options are not in stock


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeTerms(SwapTerms):
    """A line is exchanged for this reason."""

    reason: str


@TASKS.add("Shop-Exchange-v0", tags=("orders", "returns", "options"), max_steps=46, axes=("brief", "news"))
class Exchange(TaskFamily):
    """Exchange a delivered item for another colour or size, and settle the difference as asked."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two delivered orders of the same goods; 15 % cannot be exchanged, as `WHY_NOT` says."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        why = sampler.pick(WHY_NOT) if sampler.chance(15) else ""
        there, days = OrderStatus.DELIVERED, sampler.between(60, 150) if why == "late" else None
        order, _ = draw_twins(world, rng, customer, there, twin=there, fits=swaps.is_swappable, days_ago=days)
        line = order.lines[0]
        wanted, spare = swaps.draw_swap(sampler, line)
        if why == "gone":
            swaps.sell_out([wanted, spare])
        if why == "back":
            send_back(world, order, line, line.quantity)
        pay = swaps.draw_pay(world, sampler, customer, order, wanted.price_cents - line.variant.price_cents)
        reason = sampler.pick(tuple(REASONS.values()))
        world.db.flush()
        terms = ExchangeTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), line_id=line.id, variant_id=wanted.id, spare_id=spare.id,
            pay=pay, why=why, proof=swaps.page_of(line, order.number, why, "exchange"), reason=reason,
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            product=line.product_name,
            day=day_in_words(order.placed_at.date()),
            options=wanted.options,
            reason=reason,
            pay=swaps.pay_in_words(world, pay),
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if why else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Other options."""
        terms = ExchangeTerms.of(task)
        spare = world.db.get_one(Variant, terms.spare_id)
        changed = with_terms(task, variant_id=spare.id, spare_id=terms.variant_id)
        return changed, f"I want {spare.options} instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one exchange of this line for this variant, for the reason, settled as asked."""
        terms = ExchangeTerms.of(task)
        if terms.why:
            return refusal(evidence, terms.number, terms.order_id, proof=terms.proof)
        key, cents = terms.order_id, swaps.difference_cents(evidence, terms)
        quantity = row_before(evidence, "shop_order_line", terms.line_id).integer("quantity")
        opened, line = only_inserted(evidence, "shop_return"), only_inserted(evidence, "shop_return_line")
        new_id = line.get("new_variant_id")
        sent = {"order_line_id": terms.line_id, "quantity": quantity, "new_variant_id": terms.variant_id}
        return verdict(
            named(evidence, "the given options", "shop_variant", "sku", terms.variant_id, new_id),
            trap("no refund instead", opened.get("kind") == ReturnKind.EXCHANGE.name, opened.text("kind")),
            others_stand(evidence, key),
            nothing_ordered(evidence),
            return_row(evidence, exchange_row(terms, cents)),
            rows_inserted(evidence, "shop_return_line", [sent], name="the item"),
            stock_moves(evidence, {terms.variant_id: -quantity}),
            money_moves(evidence, charged(evidence, terms, cents)),
            nothing_else_changed(
                evidence,
                *return_changes(evidence, key, 1),
                updates("shop_variant", [terms.variant_id], ["stock"]),
                inserts("shop_payment", {"order_id": key}, at_most=1),
            ),
        )

    def oracle(self, view: View) -> str:
        """Open the order from the list, and exchange the item.

        Raises:
            Unwinnable: something else was exchanged or returned, or another order was touched.
        """
        terms, page = ExchangeTerms.of(view.task), OrdersPage(view)
        order = page.order(terms.number)
        if any(each.opened_at >= EPOCH for each in order.returns):
            require_untouched(view.db, terms, terms.number)
            require_as_asked(order, terms)
            return "done"
        require_untouched(view.db, terms)
        if terms.why and page.has_opened(terms.proof):
            return GIVE_UP
        if terms.why and terms.why != "gone":
            return page.to_order(terms.number) or f"goto /orders/{terms.number}"
        line = order.lines[0]
        return (
            page.to_form(
                terms.number, f"items/{line.id}/exchange", f"Exchange {line.product_name}, {line.options}"
            )
            or swaps.fill_in(page, terms)
            or page.select("Why do you send it back?", terms.reason)
            or page.click("button", "Exchange the item")
            or "goto /orders"
        )


def exchange_row(terms: ExchangeTerms, cents: int) -> Values:
    """The row of the exchange."""
    method = RefundMethod.STORE_CREDIT if terms.pay == swaps.CREDIT else RefundMethod.ORIGINAL
    return {
        "order_id": terms.order_id, "kind": ReturnKind.EXCHANGE.name, "reason": terms.reason,
        "refund_cents": max(0, -cents), "method": method.name,
    }  # fmt: skip


def charged(evidence: Evidence, terms: ExchangeTerms, cents: int) -> list[Values]:
    """The payment that the exchange causes at once, if it costs more."""
    if cents <= 0:
        return []
    order = row_before(evidence, "shop_order", terms.order_id)
    opened, by = only_inserted(evidence, "shop_return"), swaps.source(evidence, terms)
    reason = f"exchange {opened.text('number')}"
    made = payment(terms.order_id, "CHARGE", cents, order, reason, return_id=opened.get("id"))
    return [{**made, **by}]


def require_as_asked(order: Order, terms: ExchangeTerms) -> None:
    """Check that what was registered to go back is the exchange that was asked for.

    Raises:
        Unwinnable: it is not; exchanges cannot be taken back.
    """
    opened = [each for each in order.returns if each.opened_at >= EPOCH]
    lines = [(line.order_line_id, line.new_variant_id) for each in opened for line in each.lines]
    paid = [row.card_id for row in order.payments if row.made_at >= EPOCH]
    method = RefundMethod.STORE_CREDIT if terms.pay == swaps.CREDIT else RefundMethod.ORIGINAL
    is_right = lines == [(terms.line_id, terms.variant_id)] and opened[0].reason == terms.reason
    card = order.card_id if terms.pay == swaps.ORIGINAL else swaps.card_id(terms.pay)
    is_paid = not paid or paid == [card]
    if not (is_right and is_paid and opened[0].method is method):
        raise Unwinnable("Something else was exchanged or returned than was asked for.")
