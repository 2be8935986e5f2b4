"""Have an order delivered elsewhere."""

from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.oracle_page import starting
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Address, Customer, Order, OrderStatus
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import day_in_words, draw_twins
from gristmill.apps.shop.tasks.order_moves import OrdersPage, order_url, status_url
from gristmill.apps.shop.tasks.order_terms import OrderedTerms, marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import (
    Values,
    nothing_ordered,
    others_stand,
    refusal,
    row_becomes,
)
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import described, nothing_else_changed, trap, updates
from gristmill.verifiers.rows import named, row_after
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Have my order of {product} from {day} delivered to "{label}" instead.',
        'The order of {day} with the {product} should go to my "{label}" address. Change that, and nothing '
        "else.",
        'I ordered {product} on {day}. Please redirect the parcel to the address that I call "{label}".',
        'Change where my {product} (ordered on {day}) is sent: it must go to "{label}".',
    ),
    "test": (
        '"{label}" is where I want to receive the {product} from my order of {day}. See to it.',
        "My order of {day}, {product}, would reach me at the wrong place. Let it come to the address "
        'called "{label}".',
        'Make "{label}" the destination of one order only: the one for {product}, placed on {day}.',
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressTerms(OrderedTerms):
    """This order goes to this address, if not there already; one of the same goods goes to `twin_to`."""

    address_id: int
    label: str
    is_there: bool
    twin_id: int
    twin_to: int


@TASKS.add(
    "Shop-ModifyAddress-v0", tags=("orders", "addresses"), max_steps=44, axes=("brief", "news")
)  # fmt: skip
class ModifyAddress(TaskFamily):
    """Send one of two open orders to another address, and leave the address book as it is."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two orders of the same goods; of 100, 10 have shipped, and 5 go to the address already."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        fate = sampler.between(1, 100)
        status = OrderStatus.SHIPPED if fate <= 10 else OrderStatus.PROCESSING
        order, twin = draw_twins(world, rng, customer, status)
        current = next(each for each in customer.addresses if each.id == order.address_id)
        others = [each for each in customer.addresses if each.id != order.address_id]
        address = current if 10 < fate <= 15 else sampler.pick(others)
        terms = AddressTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), address_id=address.id, label=address.label,
            is_there=address is current,
            twin_id=twin.id, twin_to=twin.address_id or 0,
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            product=order.lines[0].product_name,
            day=day_in_words(order.placed_at.date()),
            label=address.label,
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if status is OrderStatus.SHIPPED else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another address."""
        terms = AddressTerms.of(task)
        current = world.db.get_one(Order, terms.order_id).address_id
        addresses = world.db.get_one(Customer, terms.customer_id).addresses
        other = Sampler(rng).pick([each for each in addresses if each.id != terms.address_id])
        return (
            with_terms(task, address_id=other.id, label=other.label, is_there=other.id == current),
            f'I would rather have it at "{other.label}".',
        )

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that this order goes there; or was looked at, if it has shipped or goes there anyway."""
        terms = AddressTerms.of(task)
        if task.ends_with is EndsWith.GIVE_UP:
            proof = status_url(terms.number)
            return refusal(evidence, terms.number, terms.order_id, book_stands(evidence), proof=proof)
        place = row_after(evidence, "shop_address", terms.address_id)
        parts = map(place.text, ("full_name", "line1", "line2", "city", "postcode"))
        changed: Values = {"address_id": terms.address_id, "ship_to": ", ".join(filter(None, parts))}
        now = row_after(evidence, "shop_order", terms.order_id)
        looked_at = [opened(evidence, order_url(terms.number), name="the order was looked at")]
        return verdict(
            named(evidence, "goes there", "shop_address", "label", terms.address_id, now.get("address_id")),
            others_stand(evidence, terms.order_id),
            book_stands(evidence),
            nothing_ordered(evidence),
            row_becomes(evidence, "the order's other facts", "shop_order", terms.order_id, changed),
            *(looked_at if terms.is_there else []),
            nothing_else_changed(
                evidence, updates("shop_order", [terms.order_id], ["address_id", "ship_to"])
            ),
        )

    def oracle(self, view: View) -> str:
        """Change the order's address; before, change that of the other order back if it was changed.

        Raises:
            Unwinnable: an order was touched in another way.
        """
        terms, page = AddressTerms.of(view.task), OrdersPage(view)
        order, twin = page.order(terms.number), view.db.get_one(Order, terms.twin_id)
        require_untouched(view.db, terms, terms.number, twin.number)
        require_open(order, twin)
        if twin.address_id != terms.twin_to:
            return redirect(page, twin.number, view.db.get_one(Address, terms.twin_to))
        if view.task.ends_with is EndsWith.GIVE_UP:
            return page.look_at(terms.number) or f'give_up "Order {terms.number} has shipped."'
        if order.address_id != terms.address_id:
            return redirect(page, terms.number, view.db.get_one(Address, terms.address_id))
        return page.look_at(terms.number) or "done"


def redirect(page: OrdersPage, number: str, address: Address) -> str:
    """Send an order to an address."""
    chosen = starting(f"{address.label} {address.full_name}")
    return (
        page.to_form(number, "address", "Change the address")
        or page.check("radio", chosen)
        or page.click("button", "Deliver to this address")
        or "goto /orders"
    )


def book_stands(evidence: Evidence) -> Check:
    """The trap that the address book was changed instead of the order."""
    touched = [change for change in evidence.diff.changes if change.table == "shop_address"]
    return trap("the address book stands", not touched, described(touched))


def require_open(*orders: Order) -> None:
    """Check that no order was cancelled or changed except for its address.

    Raises:
        Unwinnable: one was.
    """
    for each in orders:
        lines = any(line.is_changed for line in each.lines)
        if each.status is OrderStatus.CANCELLED or lines:
            raise Unwinnable(f"Order {each.number} was cancelled, or an item of it changed.")
