"""The oracle's moves between wish lists."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from gristmill.apps.kit.oracle_page import first, quoted
from gristmill.apps.shop.models import Variant, WishItem, WishList
from gristmill.apps.shop.services.cart import line_name
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.errors import Unwinnable

Place = tuple[int, int]  # the ids of a list and of a variant on it


def items_by_place(shopper: Shopper, customer_id: int) -> Mapping[Place, WishItem]:
    """What is on the customer's lists."""
    mine = select(WishItem).join(WishList, WishList.id == WishItem.list_id)
    rows = shopper.db.scalars(mine.where(WishList.customer_id == customer_id).order_by(WishItem.id))
    return {(row.list_id, row.variant_id): row for row in rows}


def require_lists(shopper: Shopper, customer_id: int, names: Mapping[str, str]) -> None:
    """Check that the lists are those of the start, by id and name.

    Raises:
        Unwinnable: they are not.
    """
    rows = shopper.db.scalars(select(WishList).where(WishList.customer_id == customer_id))
    if {str(row.id): row.name for row in rows} != names:
        raise Unwinnable("A wish list was made, renamed or deleted.")


def shape_lists(
    shopper: Shopper, customer_id: int, wanted: Collection[Place], notes: Mapping[Place, str]
) -> str | None:
    """Make the lists hold exactly these things, with the notes of the start.

    Raises:
        Unwinnable: something with a note was taken off.
    """
    there = items_by_place(shopper, customer_id)
    for place in wanted:
        if place not in there:
            if notes.get(place):
                raise Unwinnable("Something with a note was taken off a list.")
            return save_to_list(shopper, *place)
    for place, item in there.items():
        if place not in wanted:
            return take_off(shopper, item)
        if item.note != notes.get(place, ""):
            return write_note(shopper, item, notes.get(place, ""))
    return None


def save_to_list(shopper: Shopper, list_id: int, variant_id: int) -> str:
    """Save a variant to a list on its product's page."""
    variant = shopper.db.get_one(Variant, variant_id)
    if step := find_by_name(shopper, variant.product) or shopper.choose_options(variant):
        return step
    name, box = shopper.db.get_one(WishList, list_id).name, first(shopper.page, "combobox", "Wish list")
    if box and not any("selected" in option for option in box.all("option", name)):
        return f"select {box.ref} {quoted(name)}"
    return shopper.click("button", "Save to list") or "goto /lists"


def take_off(shopper: Shopper, item: WishItem) -> str:
    """Remove a thing from its list."""
    name = f"{shopper.label_text('remove')} {line_name(item.variant)} from this list"
    return to_list(shopper, item.list_id) or shopper.click("button", name) or "goto /lists"


def write_note(shopper: Shopper, item: WishItem, note: str) -> str:
    """Write a note on a thing."""
    name = line_name(item.variant)
    return (
        to_list(shopper, item.list_id)
        or shopper.fill("textbox", f"Note on {name}", note)
        or shopper.click("button", f"Save note on {name}")
        or "goto /lists"
    )


def into_cart(shopper: Shopper, item: WishItem) -> str:
    """Move a thing from its list into the cart."""
    name = f"Move {line_name(item.variant)} to {shopper.label_text('cart')}"
    return to_list(shopper, item.list_id) or shopper.click("button", name) or "goto /lists"


def to_list(shopper: Shopper, list_id: int) -> str | None:
    """Open a list by way of the account, unless it is open already."""
    if shopper.path == f"/lists/{list_id}":
        return None
    if shopper.path == "/lists":
        return shopper.click("link", shopper.db.get_one(WishList, list_id).name) or f"goto /lists/{list_id}"
    menu = shopper.page.find("navigation", "Account")
    return (shopper.click("link", "Lists", within=menu) if menu else None) or "goto /lists"


def places(pairs: Sequence[Sequence[int]]) -> list[Place]:
    """Places as terms hold them."""
    return [(pair[0], pair[1]) for pair in pairs]
