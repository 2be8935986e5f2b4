"""Carts as tasks want them: customers to begin with, checks of the end, and the oracle's way there."""

from collections.abc import Collection, Mapping, Sequence

from numpy.random import Generator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Card, CartItem, Customer, Order, Variant
from gristmill.apps.shop.services.cart import check_quantity
from gristmill.apps.shop.services.errors import CartError
from gristmill.apps.shop.services.limits import require_within_limit
from gristmill.apps.shop.tasks.contents import Contents, Expected
from gristmill.apps.shop.tasks.moves import Find, Shopper, find_by_name
from gristmill.apps.world.people import EPOCH
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, check, inserts, nothing_else_changed, trap

LEFT_IN_CART: Mapping[tuple[str, str], str] = {
    ("shop_cart_item", "rows"): "what stays in the cart where nothing is ordered is not asked about",
    ("shop_cart_item", "quantity"): "the same",
    ("shop_checkout", "rows"): "the same for what was chosen in a checkout that was left",
} | {
    ("shop_checkout", column): "the same"
    for column in (
        "address_id",
        "delivery",
        "pickup_point_id",
        "card_id",
        "gift_card_id",
        "is_gift",
        "gift_note",
    )
}
"""For the audit: where nothing is to be ordered, the cart may hold what could not be."""


def draw_tidy_customer(world: World, rng: Generator, *, cards: int = 1) -> Customer:
    """A random customer with nothing in the cart or saved for later, and this many cards that are valid."""
    untidy = select(CartItem.customer_id)
    today = world.now.date()
    valid = (Card.expiry_year > today.year) & ~Card.is_refused
    rich = select(Card.customer_id).where(valid).group_by(Card.customer_id).having(func.count() >= cards)
    ids = select(Customer.id).where(Customer.id.not_in(untidy), Customer.id.in_(rich)).order_by(Customer.id)
    return world.db.get_one(Customer, Sampler(rng).pick(list(world.db.scalars(ids))))


def begun(customer_id: int) -> Allowance:
    """Allow a checkout that was begun and left: nothing comes of it."""
    return inserts("shop_checkout", {"customer_id": customer_id}, at_most=1)


def left_alone(evidence: Evidence, customer_id: int, variant_ids: Collection[int]) -> Check:
    """Check that nothing changed, except that these lie in the cart and that a checkout was begun."""
    lines: list[Row] = [{"customer_id": customer_id, "variant_id": key, "is_saved": 0} for key in variant_ids]
    return nothing_else_changed(evidence, cart_of(evidence).allowed(came=lines), begun(customer_id))


def nothing_ordered(evidence: Evidence) -> Check:
    """Check that no order was placed."""
    count = len(evidence.diff.inserted("shop_order"))
    return trap("nothing ordered", not count, f"new orders: {count}")


def cart_lines(customer_id: int, wanted: Mapping[int, int]) -> Expected:
    """The rows of a cart with these quantities of these variants."""
    return [
        {"customer_id": customer_id, "variant_id": key, "quantity": quantity, "is_saved": 0}
        for key, quantity in wanted.items()
    ]


def cart_of(evidence: Evidence) -> Contents:
    """What came into carts and saved items, and what left them."""
    return Contents(evidence, "shop_cart_item")


def holds(evidence: Evidence, customer_id: int, name: str, wanted: Mapping[int, int]) -> Check:
    """Check that the cart holds exactly these quantities, whatever the saved items are."""
    lines = evidence.after.all("shop_cart_item", customer_id=customer_id)
    found = {row["variant_id"]: row["quantity"] for row in lines if not row["is_saved"]}
    detail = ", ".join(f"{quantity!s} of {variant_name(evidence, key)}" for key, quantity in found.items())
    return check(name, found == dict(wanted), detail or "empty")


def variant_name(evidence: Evidence, variant_id: object) -> str:
    """A variant's name, for details of checks."""
    variant = evidence.after.get("shop_variant", variant_id) or {}
    product = evidence.after.get("shop_product", variant.get("product_id")) or {}
    options = [str(variant[part]) for part in ("colour", "size") if variant.get(part)]
    return ", ".join([str(product.get("name", "nothing known")), *options])


def require_no_order(db: Session, customer_id: int) -> None:
    """Check that the customer has ordered nothing in this episode.

    Raises:
        Unwinnable: they have.
    """
    mine = Order.customer_id == customer_id
    if db.scalar(select(func.count()).where(mine, Order.placed_at >= EPOCH)):
        raise Unwinnable("An order was placed, although nothing was to be ordered.")


def items_of(db: Session, customer_id: int, *, is_saved: bool | None = None) -> Sequence[CartItem]:
    """What a customer has in the cart and saved for later, or one of them, in the order added."""
    mine = select(CartItem).where(CartItem.customer_id == customer_id)
    if is_saved is not None:
        mine = mine.where(CartItem.is_saved == is_saved)
    return db.scalars(mine.order_by(CartItem.id)).all()


def saved_items(db: Session, customer_id: int) -> list[list[int]]:
    """Variant and quantity of each item that a customer has saved for later, for terms."""
    return [[each.variant_id, each.quantity] for each in items_of(db, customer_id, is_saved=True)]


def shape_saved(shopper: Shopper, customer_id: int, wanted: Mapping[int, int]) -> str | None:
    """Have exactly these quantities of these variants saved for later.

    Raises:
        Unwinnable: one of them is gone from there, and the shop has not enough of it.
    """
    items = items_of(shopper.db, customer_id, is_saved=True)
    for item in items:
        if wanted.get(item.variant_id) != item.quantity:
            return shopper.remove(item)
    for key in (each for each in wanted if each not in {item.variant_id for item in items}):
        variant = shopper.db.get_one(Variant, key)
        try:
            check_quantity(variant, wanted[key])
            require_within_limit(shopper.db, customer_id, variant, wanted[key])
        except CartError as error:
            raise Unwinnable(f"What was saved for later cannot be saved again: {error}") from error
        step = shopper.fill_cart(customer_id, variant, wanted[key], find_by_name)
        line = next((each for each in shopper.cart(customer_id) if each.variant_id == key), None)
        return step or (shopper.save_for_later(line) if line else None)
    return None


def shape_cart(shopper: Shopper, customer_id: int, wanted: Mapping[int, int], find: Find) -> str | None:
    """Make the cart hold exactly these quantities of these variants, with nothing saved for later."""
    for item in items_of(shopper.db, customer_id):
        if item.is_saved or item.variant_id not in wanted:
            return shopper.remove(item)
        if item.quantity > wanted[item.variant_id]:  # first, since it may keep others out by a limit
            return shopper.set_quantity(item, wanted[item.variant_id])
    for key, quantity in wanted.items():
        if step := shopper.fill_cart(customer_id, shopper.db.get_one(Variant, key), quantity, find):
            return step
    return None
