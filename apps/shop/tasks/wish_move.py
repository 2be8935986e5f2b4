"""Put things on a wish list, and move one of its things into the cart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import func, select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import CartItem, Customer, Variant, WishItem, WishList
from gristmill.apps.shop.tasks.carts import (
    cart_lines,
    cart_of,
    holds,
    nothing_ordered,
    require_no_order,
    shape_cart,
)
from gristmill.apps.shop.tasks.contents import Contents
from gristmill.apps.shop.tasks.drawing import described, draw_variant, fill, with_terms
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.shop.tasks.wish_moves import (
    into_cart,
    items_by_place,
    places,
    require_lists,
    shape_lists,
    to_list,
)
from gristmill.apps.world.world import World
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import nothing_else_changed, trap
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Put {things} on my list "{list}". {moved}, which is on that list, goes from there into the cart; '
        "one piece.",
        'My list "{list}" should get {things}. Take {moved} off it and put one into the cart instead.',
        'Please save {things} to the list "{list}", and move {moved} from that list to the cart (one of it).',
        '{moved} is on my list "{list}": move it to the cart, one piece. And add {things} to that list.',
    ),
    "test": (
        'Two jobs about the list "{list}": {things} must be on it, and {moved} leaves it for the cart, '
        "a single piece.",
        'Have {things} on "{list}" among my lists, and have one {moved} in the cart instead of on that list.',
        'On the list "{list}", note {things}. I want to buy {moved}, which is there now: into the cart with '
        "one, and off the list.",
    ),
}
SOLD_OUT = 14  # per cent
WRITTEN = ("id", "added_at", "price_cents")  # what the shop writes when a thing is saved to a list


@dataclass(frozen=True, kw_only=True, slots=True)
class WishTerms(Terms):
    """Things for a list, one to move from it to the cart, and the lists as they were (`items`, `notes`)."""

    list_id: int
    things: list[int]
    moved: int
    lists: dict[str, str]
    items: list[list[int]]
    notes: list[str]
    slug: str
    is_sold_out: bool


@TASKS.add(
    "Shop-WishMove-v0", tags=("lists", "cart"), max_steps=60, level=Level.MEDIUM, axes=("brief", "news")
)
class WishMove(TaskFamily):
    """Put one or two things on a named wish list, and move another from it into the cart."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {
        ("shop_wish_item", "added_at"): "the shop writes it, and any time will do",
        ("shop_wish_item", "price_cents"): "the shop writes it; nobody chooses it",
    }

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In half of the tasks the first thing is on another list, where it must stay."""
        sampler = Sampler(rng)
        customer = draw_lister(world, sampler)
        lists = own_lists(world, customer.id)
        target, other = sampler.some(lists, 2)
        first, second, moved = draw_distinct(world, rng, customer, lists)
        things = [first, second][: sampler.between(1, 2)]
        put_on_list(world, target, moved)
        if sampler.chance(50):
            put_on_list(world, other, first)
        if is_sold_out := sampler.chance(SOLD_OUT):
            moved.stock = 0
        world.db.flush()
        kept = [item for each in own_lists(world, customer.id) for item in each.items]
        terms = WishTerms(
            customer_id=customer.id, list_id=target.id, things=[v.id for v in things], moved=moved.id,
            lists={str(each.id): each.name for each in lists}, slug=moved.product.slug,
            items=[[item.list_id, item.variant_id] for item in kept], notes=[item.note for item in kept],
            is_sold_out=is_sold_out,
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]), list=target.name, moved=described(moved),
            things=" and ".join(map(described, things)),
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if is_sold_out else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another thing instead of the first."""
        terms = WishTerms.of(task)
        customer = world.db.get_one(Customer, terms.customer_id)
        old = world.db.get_one(Variant, terms.things[0])
        taken = {world.db.get_one(Variant, key).product_id for key in terms.things}
        new = draw_distinct(world, rng, customer, own_lists(world, customer.id), taken)[0]
        sentence = f"Put {described(new)} on the list, not {described(old)}."
        return with_terms(task, things=[new.id, *terms.things[1:]]), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check lists and cart by content; where it is sold out, the things may be on the list or not."""
        terms = WishTerms.of(task)
        wishes = Contents(evidence, "shop_wish_item", WRITTEN)
        new: list[Row] = [{"list_id": terms.list_id, "variant_id": key, "note": ""} for key in terms.things]
        cart = {} if terms.is_sold_out else {terms.moved: 1}
        old: list[Row] = [] if terms.is_sold_out else [{"list_id": terms.list_id, "variant_id": terms.moved}]
        list_check = () if terms.is_sold_out else (wishes.amount_to("the list", came=new, went=old),)
        return verdict(
            *list_check,
            holds(evidence, terms.customer_id, "the cart", cart),
            *traps(terms, wishes, evidence),
            *([why_not(terms, evidence)] if terms.is_sold_out else []),
            nothing_else_changed(
                evidence,
                wishes.allowed(came=new, went=old),
                cart_of(evidence).allowed(came=cart_lines(terms.customer_id, cart)),
            ),
        )

    def oracle(self, view: View) -> str:
        """Save what is missing, take off what is too much, then move the thing."""
        terms, shopper = WishTerms.of(view.task), Shopper(view)
        require_no_order(view.db, terms.customer_id)
        require_lists(shopper, terms.customer_id, terms.lists)
        moved = (terms.list_id, terms.moved)
        before = places(terms.items)
        notes = dict(zip(before, terms.notes, strict=True))
        if terms.is_sold_out:
            step = shape_cart(shopper, terms.customer_id, {}, find_by_name)
            step = step or shape_lists(shopper, terms.customer_id, before, notes)
            return step or to_list(shopper, terms.list_id) or 'give_up "It is out of stock."'
        wanted = [*before, *((terms.list_id, key) for key in terms.things)]
        item = items_by_place(shopper, terms.customer_id).get(moved)
        in_cart = [line for line in shopper.cart(terms.customer_id) if line.variant_id == terms.moved]
        wanted = wanted if item and not in_cart else [each for each in wanted if each != moved]
        if step := shape_lists(shopper, terms.customer_id, wanted, notes):
            return step
        if item and not in_cart:
            return into_cart(shopper, item)
        return shape_cart(shopper, terms.customer_id, {terms.moved: 1}, find_by_name) or "done"


def draw_lister(world: World, sampler: Sampler) -> Customer:
    """A customer with several lists and nothing in the cart or saved for later."""
    several = select(WishList.customer_id).group_by(WishList.customer_id).having(func.count() > 1)
    untidy = select(CartItem.customer_id)
    ids = (
        select(Customer.id).where(Customer.id.in_(several), Customer.id.not_in(untidy)).order_by(Customer.id)
    )
    return world.db.get_one(Customer, sampler.pick(list(world.db.scalars(ids))))


def own_lists(world: World, customer_id: int) -> list[WishList]:
    """The customer's lists, as the database has them now."""
    mine = select(WishList).where(WishList.customer_id == customer_id).order_by(WishList.id)
    return list(world.db.scalars(mine.execution_options(populate_existing=True)))


def draw_distinct(
    world: World, rng: Generator, customer: Customer, lists: list[WishList], but: Collection[int] = ()
) -> tuple[Variant, Variant, Variant]:
    """Three variants in stock, of different products (not these) of which nothing is on the lists."""
    taken = set(but) | {item.variant.product_id for each in lists for item in each.items}
    found: list[Variant] = []
    while len(found) < 3:
        variant = draw_variant(world, rng, customer, stock=2)
        if variant.product_id not in taken:
            taken.add(variant.product_id)
            found.append(variant)
    return found[0], found[1], found[2]


def put_on_list(world: World, wish_list: WishList, variant: Variant) -> None:
    """Set-up: something that was put on a list three days ago."""
    row = WishItem(
        list_id=wish_list.id, variant_id=variant.id, note="", added_at=world.now - timedelta(days=3),
        price_cents=variant.price_cents,
    )  # fmt: skip
    world.db.add(row)
    world.db.flush()


def traps(terms: WishTerms, wishes: Contents, evidence: Evidence) -> list[Check]:
    """The mistakes that are known."""
    touched = {dict(content)["list_id"] for content in (*wishes.came, *wishes.went)} - {terms.list_id}
    rows = evidence.after.all("shop_wish_item")
    stays = any((row["list_id"], row["variant_id"]) == (terms.list_id, terms.moved) for row in rows)
    return [
        trap("no other list changed", not touched, f"lists changed: {len(touched)}"),
        trap("not left on the list as well", terms.is_sold_out or not stays),
        nothing_ordered(evidence),
    ]


def why_not(terms: WishTerms, evidence: Evidence) -> Check:
    """Check that a page was opened which says that the thing is out of stock."""
    page = rf"shop\.test/(lists/{terms.list_id}|p/{terms.slug})(\?.*)?"
    return opened(evidence, page, name="the page that says why not was opened")
