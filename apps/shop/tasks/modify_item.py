"""Change the colour or size of an item in an order."""

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Order, OrderStatus, Variant
from gristmill.apps.shop.tasks import order_swaps as swaps
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import day_in_words, draw_twins
from gristmill.apps.shop.tasks.order_moves import GIVE_UP, OrdersPage
from gristmill.apps.shop.tasks.order_swaps import SwapTerms
from gristmill.apps.shop.tasks.order_terms import marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import (
    Values,
    money_moves,
    nothing_ordered,
    others_stand,
    payment,
    refusal,
    row_becomes,
    stock_moves,
)
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import inserts, nothing_else_changed, trap, updates
from gristmill.verifiers.rows import named, row_after, row_before

WORDINGS = {
    "train": (
        "Change the {product} in my order of {day} to {options}. {pay}",
        "In the order that I placed on {day}, I want the {product} in other options: {options}. {pay}",
        "I chose wrongly when I ordered {product} on {day}. Make it {options} in that order. {pay}",
        "Please switch the {product} of my {day} order over to {options}, without a new order. {pay}",
    ),
    "test": (
        "{options}: that is how I want the {product} from my order of {day}. Correct the order. {pay}",
        "My order of {day} has {product} in the wrong options. It should say {options}. {pay}",
        "Before it is sent, correct the order of {day}: {product}, {options}. {pay}",
    ),
}
WHY_NOT = (
    "shipped",
    "changed",
    "gone",
)  # the order has shipped, the item was changed before, these options are not in stock


@TASKS.add("Shop-ModifyItem-v0", tags=("orders", "options"), max_steps=44, axes=("brief", "news"))
class ModifyItem(TaskFamily):
    """Change an item of an open order to another colour or size, and settle the difference as asked."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two orders of the same goods; 15 % cannot be changed, as `WHY_NOT` says."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        why = sampler.pick(WHY_NOT) if sampler.chance(15) else ""
        status = OrderStatus.SHIPPED if why == "shipped" else OrderStatus.PROCESSING
        order, _ = draw_twins(world, rng, customer, status, fits=swaps.is_swappable)
        line = order.lines[0]
        wanted, spare = swaps.draw_swap(sampler, line)
        if why == "gone":
            swaps.sell_out([wanted, spare])
        line.is_changed = why == "changed"
        difference = wanted.price_cents - line.variant.price_cents
        pay = swaps.draw_pay(world, sampler, customer, order, difference)
        world.db.flush()
        terms = SwapTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), line_id=line.id, variant_id=wanted.id, spare_id=spare.id,
            pay=pay, why=why, proof=swaps.page_of(line, order.number, why, "change"),
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            product=line.product_name,
            day=day_in_words(order.placed_at.date()),
            options=wanted.options,
            pay=swaps.pay_in_words(world, pay),
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if why else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Other options."""
        terms = SwapTerms.of(task)
        spare = world.db.get_one(Variant, terms.spare_id)
        changed = with_terms(task, variant_id=spare.id, spare_id=terms.variant_id)
        return changed, f"Make it {spare.options} instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that the line is this variant now, and that the difference was settled as asked."""
        terms = SwapTerms.of(task)
        if terms.why:
            return refusal(evidence, terms.number, terms.order_id, proof=terms.proof)
        key, line = terms.order_id, row_before(evidence, "shop_order_line", terms.line_id)
        now = row_after(evidence, "shop_order_line", terms.line_id)
        variant = row_before(evidence, "shop_variant", terms.variant_id)
        order, cents = row_before(evidence, "shop_order", key), swaps.difference_cents(evidence, terms)
        line_now: Values = {
            "variant_id": terms.variant_id, "is_changed": 1,
            "unit_price_cents": line.integer("unit_price_cents") + cents // line.integer("quantity"),
            "options": ", ".join(filter(None, map(variant.text, ("colour", "size")))),
        }  # fmt: skip
        order_now: Values = {
            column: order.integer(column) + cents for column in ("subtotal_cents", "total_cents")
        }
        quantity = line.integer("quantity")
        moved = {line.integer("variant_id"): quantity, terms.variant_id: -quantity}
        is_credit = terms.pay == swaps.CREDIT and cents < 0
        return verdict(
            named(
                evidence, "the given options", "shop_variant", "sku", terms.variant_id, now.get("variant_id")
            ),
            right_payer(evidence, terms, cents),
            others_stand(evidence, key),
            nothing_ordered(evidence),
            row_becomes(evidence, "the item", "shop_order_line", terms.line_id, line_now),
            row_becomes(evidence, "the order's price", "shop_order", key, order_now),
            stock_moves(evidence, moved),
            money_moves(evidence, settled(evidence, terms, cents)),
            *(swaps.credit_checks(evidence, terms, -cents) if is_credit else ()),
            nothing_else_changed(
                evidence,
                updates("shop_order", [key], list(order_now)),
                updates("shop_order_line", [terms.line_id], list(line_now)),
                updates("shop_variant", list(moved), ["stock"]),
                inserts("shop_payment", {"order_id": key}, at_most=1),
                *(swaps.credit_changes(evidence, terms) if is_credit else ()),
            ),
        )

    def oracle(self, view: View) -> str:
        """Open the order from the list, and change the item.

        Raises:
            Unwinnable: it was changed to something else, or another order was touched.
        """
        terms, page = SwapTerms.of(view.task), OrdersPage(view)
        order = page.order(terms.number)
        require_untouched(view.db, terms, terms.number)
        if terms.why and page.has_opened(terms.proof):
            return GIVE_UP
        if terms.why and terms.why != "gone":
            return page.to_order(terms.number) or f"goto /orders/{terms.number}"
        if order.status is OrderStatus.CANCELLED or any(line.is_changed for line in order.lines):
            require_as_asked(order, terms)
            return "done"
        line = order.lines[0]
        name = f"{line.product_name}, {line.options}"
        return (
            page.to_form(terms.number, f"items/{line.id}/change", f"Change colour or size of {name}")
            or swaps.fill_in(page, terms)
            or page.click("button", "Change the item")
            or "goto /orders"
        )


def settled(evidence: Evidence, terms: SwapTerms, cents: int) -> list[Values]:
    """The payments that a change of an item causes."""
    order = row_before(evidence, "shop_order", terms.order_id)
    by = swaps.source(evidence, terms)
    kind = "CHARGE" if cents > 0 else "REFUND"
    made = {**payment(terms.order_id, kind, abs(cents), order, "item changed", is_in_total=1), **by}
    return [made] if cents else []


def right_payer(evidence: Evidence, terms: SwapTerms, cents: int) -> Check:
    """The trap that the difference was settled in another way."""
    made = [change.after or {} for change in evidence.diff.inserted("shop_payment")]
    wanted = swaps.source(evidence, terms)["method"]
    methods = [str(row["method"]) for row in made]
    return trap("the given payment", not cents or all(each == wanted for each in methods), ", ".join(methods))


def require_as_asked(order: Order, terms: SwapTerms) -> None:
    """Check that a changed order was changed as asked.

    Raises:
        Unwinnable: it was cancelled, or another item, another variant or another payment was chosen.
    """
    line, *others = order.lines
    paid = [row for row in order.payments if row.reason == "item changed"]
    wanted = order.card_id if terms.pay == swaps.ORIGINAL else swaps.card_id(terms.pay)
    is_right = line.variant_id == terms.variant_id and not any(each.is_changed for each in others)
    if order.status is OrderStatus.CANCELLED or not is_right or any(row.card_id != wanted for row in paid):
        raise Unwinnable("The order was cancelled, or changed in another way than asked.")
