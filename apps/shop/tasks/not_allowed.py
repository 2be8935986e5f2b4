"""Something is asked that the shop no longer allows for an order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Order, OrderStatus
from gristmill.apps.shop.services.changes import CANCEL_REASONS
from gristmill.apps.shop.tasks import order_swaps as swaps
from gristmill.apps.shop.tasks.drawing import draw_customer, fill
from gristmill.apps.shop.tasks.order_drawing import day_in_words, draw_twins
from gristmill.apps.shop.tasks.order_moves import OrdersPage
from gristmill.apps.shop.tasks.order_terms import OrderedTerms, marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import refusal
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict
from gristmill.verifiers.checks import described, trap

WORDINGS = {
    "train": (
        "Please {what}: I mean my order of {product} from {day}.",
        "On {day} I ordered {product}. Now I want to {what}.",
        "About my order of {day} with the {product}: please {what}.",
        "I have changed my mind about the {product} that I ordered on {day} and would like to {what}.",
    ),
    "test": (
        "For the {product}, ordered on {day}, there is one thing to do: {what}.",
        "My order of {day} ({product}) is not as I want it. See to it that you {what}.",
        "Could you {what}? It is about the order of {day}, the one for {product}.",
    ),
}
Draw = Callable[[World, Sampler, Order], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotAllowedTerms(OrderedTerms):
    """What is asked for, a key of `WISHES`, and whether the order was delivered."""

    wish: str
    is_delivered: bool


@TASKS.add(
    "Shop-NotAllowed-v0", tags=("orders", "refusals"), max_steps=36, level=Level.EASY, kind=TaskKind.REFUSE,
    axes=("brief",),
)  # fmt: skip
class NotAllowed(TaskFamily):
    """Refuse to change or cancel an order that has shipped, and leave the open one of the same goods."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """An order that has shipped or was delivered, and an open one of the same goods."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        status = sampler.pick((OrderStatus.SHIPPED, OrderStatus.DELIVERED))
        order, _ = draw_twins(world, rng, customer, status, fits=swaps.is_swappable)
        wish = sampler.pick(tuple(WISHES))
        terms = NotAllowedTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), wish=wish,
            is_delivered=status is OrderStatus.DELIVERED,
        )  # fmt: skip
        what = WISHES[wish](world, sampler, order)
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            what=what,
            product=order.lines[0].product_name,
            day=day_in_words(order.placed_at.date()),
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(), ends_with=EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that the order was looked at, and that nothing was done instead."""
        terms = NotAllowedTerms.of(task)
        opened = evidence.diff.inserted("shop_return")
        return refusal(
            evidence,
            terms.number,
            terms.order_id,
            trap("no return or exchange instead", not opened, described(opened)),
        )

    def oracle(self, view: View) -> str:
        """Look at the order, and give up.

        Raises:
            Unwinnable: an order was touched or placed.
        """
        terms, page = NotAllowedTerms.of(view.task), OrdersPage(view)
        require_untouched(view.db, terms)
        return page.look_at(terms.number) or f'give_up "Order {terms.number} has left the shop."'


def to_cancel(world: World, sampler: Sampler, order: Order) -> str:
    """Cancel the order."""
    return f'cancel the order ("{sampler.pick(tuple(CANCEL_REASONS.values()))}")'


def to_redirect(world: World, sampler: Sampler, order: Order) -> str:
    """Another address."""
    others = [each for each in order.customer.addresses if each.id != order.address_id]
    return f'have the parcel delivered to my "{sampler.pick(others).label}" address instead'


def to_swap(world: World, sampler: Sampler, order: Order) -> str:
    """Other options, before the item is sent; an exchange is something else."""
    wanted, _ = swaps.draw_swap(sampler, order.lines[0])
    return f"change the item to {wanted.options} in that order, without sending anything back"


def to_pay(world: World, sampler: Sampler, order: Order) -> str:
    """Another card."""
    today = world.now.date()
    others = [
        each for each in order.customer.cards if each.id != order.card_id and not each.is_expired(today)
    ]
    if not others:
        return to_redirect(world, sampler, order)
    card = sampler.pick(others)
    return f"pay the order with my {card.network} card ending in {card.last4} instead"


WISHES: Mapping[str, Draw] = {
    "cancel": to_cancel, "address": to_redirect, "options": to_swap, "payment": to_pay,
}  # fmt: skip
