"""What a return would bring."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product as combinations

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Order, OrderLine, OrderStatus
from gristmill.apps.shop.services.returns import due_cents, worth_cents
from gristmill.apps.shop.tasks import order_drawing as drawing
from gristmill.apps.shop.tasks.drawing import draw_customer, fill
from gristmill.apps.shop.tasks.order_drawing import Piece, day_in_words, draw_purchase
from gristmill.apps.shop.tasks.order_moves import GIVE_UP, OrdersPage
from gristmill.apps.shop.tasks.order_returns import draw_delivered, in_words, send_back
from gristmill.apps.shop.tasks.order_terms import OrderedTerms, marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import others_stand, refusal
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.answers import answers_money, cents_of
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import described, trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "How much would I get back if I returned {goods} from my order of {day}? Only tell me, and do not "
        "return anything yet. {form}",
        "I am thinking of sending back {goods}, ordered on {day}. What would be refunded? Do not register a "
        "return. {form}",
        "Find out the refund that I could expect for {goods} of the order I placed on {day}; I have not "
        "decided yet, so leave everything as it is. {form}",
        "My order of {day}: what would the shop pay me back for {goods}? This is a question and no return. "
        "{form}",
    ),
    "test": (
        "Suppose {goods} from the order of {day} went back to the shop. Which sum would be refunded? Nothing "
        "is to be sent in for now. {form}",
        "Before I make up my mind: what is the refund for {goods}, bought on {day}? Please do not start the "
        "return. {form}",
        "Work out the amount I would be paid for returning {goods}, which I ordered on {day}, without "
        "actually returning it. {form}",
    ),
}
WHY_NOT = ("late", "back")
"""Why a task cannot be done: the time for returns is over, the item was returned before."""
NOTHING_SENT = "nothing was sent back"


@dataclass(frozen=True, kw_only=True, slots=True)
class DueTerms(OrderedTerms):
    """The refund; wrong sums by the trap that leads to each; why there would be none, if so."""

    cents: int
    wrong: Mapping[str, int]
    why: str


@TASKS.add(
    "Shop-RefundDue-v0", tags=("orders", "returns", "sums"), max_steps=36, kind=TaskKind.ANSWER,
    axes=("brief",),
)  # fmt: skip
class RefundDue(TaskFamily):
    """Say what would be refunded for named items of an order, without returning them."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Another order has one of the items at another price; 15 % cannot go back, as `WHY_NOT` says."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        why = sampler.pick(WHY_NOT) if sampler.chance(15) else ""
        order = draw_delivered(world, rng, customer, is_late=why == "late")
        place_other(world, rng, customer, order)
        chosen = sampler.pick(list(selections(order)))
        cents, wrong = due_cents(order, chosen), wrong_sums(order, chosen)
        if why == "back":
            line = next(iter(chosen))
            chosen = {line: chosen[line]}
            send_back(world, order, line, line.quantity)
        terms = DueTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), cents=cents, why=why,
            wrong={name: value for name, value in wrong.items() if value != cents},
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            goods=" and ".join(in_words(line, number) for line, number in chosen.items()),
            day=day_in_words(order.placed_at.date()),
            form=answers.MONEY,
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if why else EndsWith.ANSWER,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the sum, that the order or the form of a return was opened, and that nothing goes back."""
        terms = DueTerms.of(task)
        if terms.why:
            return refusal(evidence, terms.number, terms.order_id, nothing_sent(evidence))
        given = cents_of(evidence.answer or "")
        page = rf"shop\.test/orders/{re.escape(terms.number)}(/return)?([?#].*)?"
        return verdict(
            answers_money(evidence, terms.cents),
            nothing_sent(evidence),
            others_stand(evidence, terms.order_id),
            *(trap(name, given != cents, evidence.answer or "") for name, cents in terms.wrong.items()),
            opened(evidence, page),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Open the form of a return, which says what each piece would bring, then answer.

        Raises:
            Unwinnable: something was returned, or an order was touched.
        """
        terms, page = DueTerms.of(view.task), OrdersPage(view)
        require_untouched(view.db, terms)
        if terms.why:
            return page.look_at(terms.number) or GIVE_UP
        form = rf"shop\.test/orders/{re.escape(terms.number)}/return"
        step = None if page.has_opened(form) else page.to_form(terms.number, "return", "Return items")
        return step or f'answer "{terms.cents / 100:.2f}"'


def nothing_sent(evidence: Evidence) -> Check:
    """The trap that a return was registered."""
    made = evidence.diff.inserted("shop_return")
    return trap(NOTHING_SENT, not made, described(made))


def place_other(world: World, rng: Generator, customer: Customer, order: Order) -> None:
    """Set-up: an earlier order of the first item, at a lower price and without a coupon."""
    sampler, line = Sampler(rng), order.lines[0]
    at = drawing.time_on(world, sampler, sampler.between(160, 300))
    how = draw_purchase(world, rng, customer, at, OrderStatus.DELIVERED)
    cents = line.unit_price_cents * sampler.between(75, 92) // 100
    drawing.place(world, customer, [Piece(variant=line.variant, quantity=line.quantity, cents=cents)], how)


def selections(order: Order) -> Iterator[dict[OrderLine, int]]:
    """What can be asked about: some pieces of some lines, for which rounding does not matter.

    The form of a return names the refund of one piece; that of several can differ by a cent.
    """
    for numbers in combinations(*(range(line.quantity + 1) for line in order.lines)):
        chosen = {line: n for line, n in zip(order.lines, numbers, strict=True) if n}
        by_piece = sum(worth_cents(order, line, 1) * n for line, n in chosen.items())
        if chosen and len(chosen) < len(order.lines) and by_piece == due_cents(order, chosen):
            yield chosen


def wrong_sums(order: Order, chosen: Mapping[OrderLine, int]) -> dict[str, int]:
    """Sums that are answered by mistake."""
    due = due_cents(order, chosen)
    return {
        "the coupon's share deducted": sum(line.unit_price_cents * n for line, n in chosen.items()),
        "without delivery": due + order.delivery_cents,
        "these items only": order.subtotal_cents - order.discount_cents,
        "as many as stated": sum(worth_cents(order, line, line.quantity) for line in chosen),
    }
