"""The cart and the saved-for-later list. Every change respects stock and the limit per line."""

import re
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, contains_eager

from gristmill.apps.shop.models import CartItem, Customer, Variant
from gristmill.apps.shop.services.errors import CartError
from gristmill.apps.shop.services.limits import require_within_limit

MAX_PER_LINE = 10


# Built once: building a statement costs about as much as executing it.
_ITEMS = (
    select(CartItem)
    .join(CartItem.variant)
    .join(Variant.product)
    .where(CartItem.customer_id == bindparam("customer_id"))
    .options(contains_eager(CartItem.variant).contains_eager(Variant.product))
    .order_by(CartItem.id)
)
_COUNT = select(func.sum(CartItem.quantity)).where(
    CartItem.customer_id == bindparam("customer_id"), ~CartItem.is_saved
)


def cart_lines(db: Session, customer: Customer) -> list[CartItem]:
    """The customer's cart lines with variants and products, in the order added."""
    return [item for item in all_items(db, customer) if not item.is_saved]


def all_items(db: Session, customer: Customer) -> list[CartItem]:
    """Cart lines and saved items, with variants and products, in the order added; one query."""
    return list(db.scalars(_ITEMS, {"customer_id": customer.id}))


def count_items(db: Session, customer: Customer) -> int:
    """The total quantity in the cart, without saved items."""
    return db.scalar(_COUNT, {"customer_id": customer.id}) or 0


def find_item(db: Session, customer: Customer, item_id: int) -> CartItem | None:
    """One of the customer's own cart lines or saved items."""
    return next((item for item in all_items(db, customer) if item.id == item_id), None)


def add_to_cart(db: Session, customer: Customer, variant: Variant, quantity: int) -> CartItem:
    """Add to the cart, merging with an existing line of the variant.

    Raises:
        CartError: the quantity is not 1 to 10, exceeds the stock or the product's limit per customer, or
            exceeds 10 with the existing line.
    """
    line = twin(db, customer, variant, is_saved=False)
    there = line.quantity if line else 0
    check_quantity(variant, quantity, in_cart=there)
    require_within_limit(db, customer.id, variant, quantity + there)
    if line is None:
        line = CartItem(customer_id=customer.id, variant=variant, quantity=0, is_saved=False)
        db.add(line)
    line.quantity += quantity
    db.flush()
    return line


def set_quantity(db: Session, line: CartItem, quantity: int) -> None:
    """Change a line's quantity.

    Raises:
        CartError: the quantity is not 1 to 10, or exceeds the stock or the product's limit per customer.
    """
    check_quantity(line.variant, quantity)
    require_within_limit(db, line.customer_id, line.variant, quantity)
    line.quantity = quantity


def parse_quantity(typed: str) -> int:
    """Parse a typed quantity.

    Raises:
        CartError: it is not an integer.
    """
    if not re.fullmatch(r" *-?[0-9]{1,9} *", typed):
        raise CartError(f"Enter a quantity from 1 to {MAX_PER_LINE}.")
    return int(typed)


def stepped(typed: str, step: str | None, *, most: int) -> str:
    """A typed quantity after pressing `-` or `+` ("down" or "up"), limited to 1..`most`.

    Without such a press, or if the text is not a quantity, it is returned unchanged.
    """
    change = {"down": -1, "up": 1}.get(step or "")
    if change is None or not re.fullmatch(r" *[0-9]{1,9} *", typed):
        return typed
    return str(max(1, min(int(typed) + change, most)))


def remove_item(db: Session, item: CartItem) -> None:
    """Delete a cart line or saved item."""
    db.delete(item)
    db.flush()


def save_for_later(db: Session, line: CartItem) -> None:
    """Move a cart line to the saved list, merging with a saved item of the variant."""
    saved = twin(db, line, line.variant, is_saved=True)
    if saved is None:
        line.is_saved = True
    else:
        saved.quantity = min(saved.quantity + line.quantity, MAX_PER_LINE)
        db.delete(line)
    db.flush()


def move_to_cart(db: Session, saved: CartItem) -> None:
    """Move a saved item to the cart, merging with an existing line of the variant.

    Raises:
        CartError: the quantity exceeds the stock or the product's limit per customer, or exceeds 10 with the
            existing line.
    """
    line = twin(db, saved, saved.variant, is_saved=False)
    there = line.quantity if line else 0
    check_quantity(saved.variant, saved.quantity, in_cart=there)
    require_within_limit(db, saved.customer_id, saved.variant, saved.quantity + there)
    if line is None:
        saved.is_saved = False
    else:
        line.quantity += saved.quantity
        db.delete(saved)
    db.flush()


def twin(db: Session, owner: Customer | CartItem, variant: Variant, *, is_saved: bool) -> CartItem | None:
    """The cart line (or saved item) of this variant, or None."""
    customer_id = owner.customer_id if isinstance(owner, CartItem) else owner.id
    return db.scalar(
        select(CartItem).where(
            CartItem.customer_id == customer_id,
            CartItem.variant_id == variant.id,
            CartItem.is_saved == is_saved,
        )
    )


def check_quantity(variant: Variant, quantity: int, *, in_cart: int = 0) -> None:
    """Check that `quantity` more of a variant can be bought; raises `CartError` if not."""
    name = line_name(variant)
    already = f", and your cart already has {in_cart}" if in_cart else ""
    if not 1 <= quantity <= MAX_PER_LINE:
        raise CartError(f"Enter a quantity from 1 to {MAX_PER_LINE}.")
    if variant.stock <= 0:
        gone = "no longer sold" if variant.product.is_discontinued else "out of stock"
        raise CartError(f"{name} is {gone}.")
    if quantity + in_cart > MAX_PER_LINE:
        raise CartError(f"You can buy at most {MAX_PER_LINE} of {name}{already}.")
    if quantity + in_cart > variant.stock:
        raise CartError(f"Only {variant.stock} of {name} left in stock{already}.")


def line_problem(line: CartItem) -> str | None:
    """Why a cart line cannot be bought, or None."""
    if line.variant.stock == 0:
        return "Out of stock. Remove it or save it for later."
    if line.quantity > line.variant.stock:
        return f"Only {line.variant.stock} left in stock. Lower the quantity."
    return None


def cart_problem(lines: Sequence[CartItem]) -> str | None:
    """Why a cart cannot be checked out, or None."""
    if not lines:
        return "Your cart is empty, so there is nothing to check out."
    for line in lines:
        if problem := line_problem(line):
            return f"{line_name(line.variant)}: {problem[0].lower()}{problem[1:]}"
    return None


def line_name(variant: Variant) -> str:
    """A variant's display name, such as `Oakfield desk lamp, Moss`."""
    return ", ".join(part for part in (variant.product.name, variant.options) if part)
