"""How much was spent in a period."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from numpy.random import Generator
from sqlalchemy import Select, select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.oracle_page import starting
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import (
    Customer,
    Department,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ReturnKind,
)
from gristmill.apps.shop.services.payments import left_cents
from gristmill.apps.shop.tasks import order_drawing as drawing
from gristmill.apps.shop.tasks.drawing import draw_customer, fill
from gristmill.apps.shop.tasks.order_drawing import CAME_BACK, Piece, day_in_words, draw_purchase
from gristmill.apps.shop.tasks.order_moves import OrdersPage, order_url
from gristmill.apps.shop.tasks.order_returns import send_back
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.answers import answers_money, cents_of
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "How much did I spend {what} in the orders that I placed from {first} to {last}, both days included? "
        "{rule} {form}",
        "Add up what my orders from {first} to {last} (first and last day included) have cost me {what}. "
        "{rule} {form}",
        "I need one figure: my expenses {what}, for everything ordered between {first} and {last}, these two "
        "days included. {rule} {form}",
        "Please go through my orders of the period {first} to {last}, both days included, and work out what "
        "I spent {what}. {rule} {form}",
    ),
    "test": (
        "What did the shop cost me {what}, for orders placed on {first} or later and on {last} or earlier? "
        "{rule} {form}",
        "Sum of all that I have spent {what}. Only orders placed from {first} up to and including {last} "
        "count. {rule} {form}",
        "For my bookkeeping: the amount spent {what} by orders of the days {first} to {last}, the last one "
        "included. {rule} {form}",
    ),
}
PAID = "Gift cards count like any other payment."
RULES = {
    "all": f"Delivery counts, cancelled orders do not, and refunds are to be deducted. {PAID}",
    "goods": f"Leave delivery out, leave cancelled orders out, and deduct refunds. {PAID}",
    "department": "Go by the prices in the orders, before any coupon. Leave out cancelled orders and what "
    "was returned.",
}
GROSS, DELIVERY, PERIOD, CATEGORY = (
    "cancelled and returned left out", "delivery as stated", "the days as stated", "this category only",
)  # fmt: skip
Figure = Callable[[Sequence[Order]], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class SpendTerms(Terms):
    """The sum; wrong sums by the trap that leads to each; and the orders whose pages show what is needed."""

    mode: str
    cents: int
    wrong: Mapping[str, int]
    numbers: list[str]


@TASKS.add(
    "Shop-Spend-v0", tags=("orders", "sums"), max_steps=90, level=Level.HARD, kind=TaskKind.ANSWER,
    axes=("brief",),
)  # fmt: skip
class Spend(TaskFamily):
    """Say how much was spent in a period, in all or on a category, without what was refunded."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Some orders of the period were cancelled or returned; in 10 % of the tasks nothing is left."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        mode = sampler.pick(tuple(RULES))
        departments = list(world.db.scalars(select(Department).order_by(Department.id)))
        department = sampler.pick(departments)
        last = world.now.date() - timedelta(days=sampler.between(48, 240))
        is_empty = sampler.chance(10)
        first = last - timedelta(days=sampler.between(3, 7) if is_empty else sampler.between(12, 45))
        write_orders(world, rng, customer, department, (first, last), is_empty=is_empty)
        figures = figures_of(department.id)
        orders = placed_in(world, customer, first, last)
        cents = figures[mode](orders)
        wide = placed_in(world, customer, first - timedelta(days=1), last + timedelta(days=1))
        other = {"all": (DELIVERY, "goods"), "goods": (DELIVERY, "all"), "department": (CATEGORY, "goods")}
        name, swapped = other[mode]
        wrong = {
            GROSS: figures[f"gross {mode}"](orders),
            PERIOD: figures[mode](wide),
            name: figures[swapped](orders),
        }
        terms = SpendTerms(
            customer_id=customer.id, mode=mode, cents=cents,
            wrong={key: value for key, value in wrong.items() if value != cents},
            numbers=[order.number for order in orders if has_to_be_opened(order, mode)],
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            what=f'on things of the department "{department.name}"' if mode == "department" else "altogether",
            first=day_in_words(first),
            last=day_in_words(last),
            rule=RULES[mode],
            form=answers.MONEY,
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(), ends_with=EndsWith.ANSWER,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the sum, and that the pages with its parts were opened."""
        terms = SpendTerms.of(task)
        given = cents_of(evidence.answer or "")
        return verdict(
            answers_money(evidence, terms.cents),
            *(trap(name, given != cents, evidence.answer or "") for name, cents in terms.wrong.items()),
            opened(evidence, *pages_of(terms)),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Open the orders that have to be looked at, and for a category their products; then answer."""
        terms, page = SpendTerms.of(view.task), OrdersPage(view)
        if not page.has_opened(LIST):
            return page.to_orders() if page.path != "/orders" else "goto /orders"
        for number in terms.numbers:
            step = page.look_at(number)
            if not step and terms.mode == "department":
                step = look_at_goods(page, page.order(number))
            if step:
                return step
        return f'answer "{terms.cents / 100:.2f}"'


LIST = r"shop\.test/orders([?#].*)?"


def pages_of(terms: SpendTerms) -> list[str]:
    """The patterns of the pages that show what the sum is made of."""
    return [order_url(number) for number in terms.numbers] or [LIST]


def look_at_goods(page: OrdersPage, order: Order) -> str | None:
    """Open the page of each product of an order, which tells its department."""
    for line in order.lines:
        if not page.has_opened(rf"shop\.test/p/{line.variant.product.slug}([?#].*)?"):
            return page.to_order(order.number) or page.click("link", starting(line.product_name))
    return None


def has_to_be_opened(order: Order, mode: str) -> bool:
    """Whether the list of orders tells too little about one: it has no prices, and no refunds."""
    if order.status is OrderStatus.CANCELLED:
        return False
    return mode != "all" or order.status in CAME_BACK or bool(order.payments)


def placed_in(world: World, customer: Customer, first: date, last: date) -> list[Order]:
    """A customer's orders from a first to a last day."""
    own = select(Order).where(Order.customer_id == customer.id).order_by(Order.id)
    return [order for order in world.db.scalars(own) if first <= order.placed_at.date() <= last]


def figures_of(department_id: int) -> Mapping[str, Figure]:
    """What can be added up about orders: as each mode asks, and `gross`, with what does not count."""
    return {
        "all": lambda orders: sum(map(left_cents, orders)),
        "gross all": lambda orders: sum(order.total_cents for order in orders),
        "goods": lambda orders: sum(map(goods_cents, orders)),
        "gross goods": lambda orders: sum(order.subtotal_cents - order.discount_cents for order in orders),
        "department": lambda orders: sum(
            line.unit_price_cents * kept(order, line) for order, line in lines_in(orders, department_id)
        ),
        "gross department": lambda orders: sum(
            line.unit_price_cents * line.quantity for _, line in lines_in(orders, department_id)
        ),
    }


def goods_cents(order: Order) -> int:
    """What is left of an order's costs without delivery and wrapping."""
    if order.status is OrderStatus.CANCELLED:
        return 0
    return left_cents(order) - order.delivery_cents - order.wrap_cents


def lines_in(orders: Sequence[Order], department_id: int) -> list[tuple[Order, OrderLine]]:
    """The lines of a department, each with its order."""
    lines = [(order, line) for order in orders for line in order.lines]
    return [(order, line) for order, line in lines if line.variant.product.department_id == department_id]


def kept(order: Order, line: OrderLine) -> int:
    """How many pieces of a line were neither cancelled nor returned."""
    if order.status is OrderStatus.CANCELLED:
        return 0
    refunds = (opened for opened in order.returns if opened.kind is ReturnKind.REFUND)
    back = sum(each.quantity for opened in refunds for each in opened.lines if each.order_line_id == line.id)
    return line.quantity - back


def write_orders(
    world: World, rng: Generator, customer: Customer, department: Department, days: tuple[date, date], *,
    is_empty: bool,
) -> None:  # fmt: skip
    """Set-up: orders on the first and the last day, one cancelled, one returned in part, one a day late."""
    sampler, (first, last) = Sampler(rng), days
    between = first + timedelta(days=sampler.between(1, (last - first).days - 1))
    plan = [
        (first, OrderStatus.DELIVERED, False),
        (between, OrderStatus.CANCELLED, False),
        (last, OrderStatus.DELIVERED, True),
        (last + timedelta(days=1), OrderStatus.DELIVERED, False),
    ]
    of_it = select(Product.id).where(Product.department_id == department.id)
    others = select(Product.id).where(Product.department_id != department.id)
    for day, status, comes_back in plan[1:2] + plan[3:] if is_empty else plan:
        pieces = [
            *draw_pieces(world, rng, customer, of_it),
            *draw_pieces(world, rng, customer, others),
        ]
        at = drawing.time_on(world, sampler, (world.now.date() - day).days)
        how = drawing.with_coupon(world, sampler, draw_purchase(world, rng, customer, at, status))
        order = drawing.place(world, customer, pieces, how)
        if comes_back:
            line = sampler.pick(order.lines)
            send_back(world, order, line, sampler.between(1, line.quantity))


def draw_pieces(world: World, rng: Generator, customer: Customer, within: Select[int]) -> list[Piece]:
    """One piece or two of a new product, one of those that are selected."""
    quantity = Sampler(rng).between(1, 2)
    return [
        Piece(variant=each, quantity=quantity)
        for each in drawing.draw_goods(world, rng, customer, 1, within=within)
    ]
