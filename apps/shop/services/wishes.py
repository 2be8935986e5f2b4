"""Wish lists: several by name, with notes; their things move between lists and into the cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from gristmill.apps.kit.forms import at_most, not_among, parse_entry, required
from gristmill.apps.kit.jinja_filters import money
from gristmill.apps.shop.models import Customer, Variant, WishItem, WishList
from gristmill.apps.shop.services.cart import add_to_cart
from gristmill.apps.shop.services.errors import WishError
from gristmill.apps.world.world import World

FIRST_NAME = "Wish list"
MAX_LISTS = 20
MAX_NOTE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ListName:
    """A valid name of a list."""

    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemNote:
    """A valid note."""

    note: str


def lists_of(db: Session, customer: Customer) -> Sequence[WishList]:
    """The customer's lists, oldest first."""
    return db.scalars(select(WishList).where(WishList.customer_id == customer.id).order_by(WishList.id)).all()


def counts(db: Session, customer: Customer) -> Mapping[int, int]:
    """How many things are on each of the customer's lists that are not empty."""
    statement = (
        select(WishItem.list_id, func.count())
        .join(WishList, WishList.id == WishItem.list_id)
        .where(WishList.customer_id == customer.id)
        .group_by(WishItem.list_id)
    )
    return {row[0]: row[1] for row in db.execute(statement)}


def items_of(db: Session, wish_list: WishList) -> Sequence[WishItem]:
    """The things on a list with their variants and products, in the order in which they were added."""
    statement = (
        select(WishItem)
        .join(WishItem.variant)
        .join(Variant.product)
        .where(WishItem.list_id == wish_list.id)
        .options(contains_eager(WishItem.variant).contains_eager(Variant.product))
        .order_by(WishItem.added_at, WishItem.id)
    )
    return db.scalars(statement).all()


def parse_name(fields: Mapping[str, str], taken: Sequence[WishList]) -> ListName:
    """Parse the name of a list; `taken` are the customer's other lists.

    Raises:
        FormError: it is missing, too long or taken.
    """
    other = not_among(
        [each.name for each in taken], "You already have a list called “{}”. Choose another name."
    )
    return parse_entry(
        ListName, fields, {"name": [required("Enter a name for the list."), at_most(40), other]}
    )


def parse_note(fields: Mapping[str, str]) -> ItemNote:
    """Parse a note, which may be empty.

    Raises:
        FormError: it is too long.
    """
    return parse_entry(ItemNote, fields, {"note": [at_most(MAX_NOTE)]})


def create_list(db: Session, customer: Customer, name: str) -> WishList:
    """Make an empty list.

    Raises:
        WishError: the customer has as many lists as anybody may have.
    """
    if len(lists_of(db, customer)) >= MAX_LISTS:
        raise WishError(f"You have {MAX_LISTS} lists, which is the most. Delete one first.")
    wish_list = WishList(customer_id=customer.id, name=name)
    db.add(wish_list)
    db.flush()
    return wish_list


def add(world: World, wish_list: WishList, variant: Variant) -> WishItem:
    """Put a variant on a list; one that is there already stays as it is."""
    found = find_item(world.db, wish_list, variant.id)
    if found is None:
        found = WishItem(variant_id=variant.id, note="", added_at=world.now, price_cents=variant.price_cents)
        wish_list.items.append(found)
        world.db.flush()
    return found


def find_item(db: Session, wish_list: WishList, variant_id: int) -> WishItem | None:
    """The thing on a list that is this variant, or None."""
    return db.scalar(
        select(WishItem).where(WishItem.list_id == wish_list.id, WishItem.variant_id == variant_id)
    )


def move(db: Session, item: WishItem, target: WishList) -> None:
    """Move a thing to another list, with its note; where that has it already, only one is left."""
    same = find_item(db, target, item.variant_id)
    if same is None:
        item.list_id = target.id
    elif same is not item:
        same.note = same.note or item.note
        db.delete(item)
    db.flush()


def move_to_cart(db: Session, customer: Customer, item: WishItem) -> None:
    """Put one piece of a thing into the cart and take it off its list.

    Raises:
        CartError: it cannot be bought.
    """
    add_to_cart(db, customer, item.variant, 1)
    db.delete(item)
    db.flush()


def news(item: WishItem) -> str | None:
    """What has changed since a thing was put on its list, or None."""
    drop = item.price_cents - item.variant.price_cents
    if not item.variant.stock:
        return "No longer sold." if item.variant.product.is_discontinued else "Out of stock."
    if drop > 0:
        return f"The price has dropped by {money(drop)} since you added it."
    return f"The price has risen by {money(-drop)} since you added it." if drop else None
