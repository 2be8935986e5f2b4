"""The oracle's moves in the shop: the next action towards a goal, from any page.

Each move returns an action, or None if it is already accomplished.
"""

import re
from collections.abc import Callable

from sqlalchemy import select

from gristmill.apps.kit.aria import AriaNode
from gristmill.apps.kit.oracle_page import OraclePage, first, quoted, starting, usable
from gristmill.apps.shop.control_labels import LABELS
from gristmill.apps.shop.models import CartItem, Product, Variant
from gristmill.apps.shop.services.cart import line_name

NEXT_PAGE = re.compile(r"Next\b.*")


class Shopper(OraclePage):
    """A page object with the shop's moves."""

    labels = LABELS

    def search(self, text: str) -> str | None:
        """Search the store, from any page."""
        name = self.label_text("search-box")
        if self.page.find("combobox", name) is None:
            return "goto /"
        return self.fill("combobox", name, text) or self.click("button", self.label_text("search"))

    def sort(self, order: str) -> str | None:
        """Sort a listing, unless it is sorted this way."""
        box = first(self.page, "combobox", self.label_text("sort-by"))
        if box is None or not [option for option in box.all("option", order) if "selected" in option]:
            return f"select {box.ref} {quoted(order)}" if box else "goto /"
        key = "price-asc" if order.startswith("Price") else "rating"
        return None if self.query.get("sort") == [key] else self.click("button", self.label_text("sort"))

    def show_filters(self) -> str | None:
        """Show a listing's filters, which narrow windows collapse."""
        if self.page.find("button", self.label_text("apply-filters")):
            return None
        return self.check("checkbox", starting(self.label_text("show-filters")))

    def apply_filters(self) -> str | None:
        """Send a listing's filters."""
        return self.click("button", self.label_text("apply-filters"))

    def lists(self, query: str) -> bool:
        """Whether the page shows the results of this search."""
        return self.path == "/search" and self.query.get("q") == [query]

    def is_at(self, product: Product) -> bool:
        """Whether the product's page is open, perhaps with the reason why nothing was added."""
        return self.path in (f"/p/{product.slug}", f"/p/{product.slug}/add")

    def follow(self, product: Product) -> str | None:
        """Open the product's page from a listing, on this page of results or a later one."""
        return self.click("link", product.name) or self.click("link", NEXT_PAGE)

    def choose_options(self, variant: Variant) -> str | None:
        """Choose the variant's colour, then its size, on the product's page."""
        for title, wanted in (("Colour", variant.colour), ("Size", variant.size)):
            group = self.page.find("radiogroup", title)
            options = usable(group, "radio") if group and wanted else []
            option = next((option for option in options if option_name(option) == wanted), None)
            if option and "checked" not in option:
                return f"check {option.ref}"
        return None

    def add(self, variant: Variant, quantity: int, find: "Find") -> str:
        """Add this quantity of a variant to the cart."""
        return (
            find(self, variant.product)
            or self.choose_options(variant)
            or self.fill("spinbutton", "Quantity", str(quantity))
            or self.click("button", self.label_text("add-to-cart"))
            or "goto /cart"
        )

    def cart(self, customer_id: int) -> list[CartItem]:
        """The customer's cart lines."""
        mine = CartItem.customer_id == customer_id
        return list(self.db.scalars(select(CartItem).where(mine, ~CartItem.is_saved).order_by(CartItem.id)))

    def to_cart(self) -> str | None:
        """Open the cart, unless it is open already."""
        if self.path == "/cart":
            return None
        banner = self.page.find("banner")
        name = re.compile(rf".*\b{self.label_text('cart')}\b.*", re.IGNORECASE)
        links = usable(banner, "link", name) if banner else []
        return f"click {links[0].ref}" if links else "goto /cart"

    def remove(self, item: CartItem) -> str:
        """Remove a cart line or a saved item."""
        name = f"{self.label_text('remove')} {line_name(item.variant)}"
        if item.is_saved:
            name += " from saved items"
        return self.to_cart() or self.click("button", name) or "goto /cart"

    def save_for_later(self, item: CartItem) -> str:
        """Move a cart line to the saved items."""
        name = self.label_text("save-this-for-later").format(line_name(item.variant))
        return self.to_cart() or self.click("button", name) or "goto /cart"

    def set_quantity(self, item: CartItem, quantity: int) -> str:
        """Change a cart line's quantity."""
        name = line_name(item.variant)
        return (
            self.to_cart()
            or self.fill("spinbutton", f"Quantity of {name}", str(quantity))
            or self.click("button", f"{self.label_text('update')} quantity of {name}")
            or "goto /cart"
        )

    def fill_cart(self, customer_id: int, variant: Variant, quantity: int, find: "Find") -> str | None:
        """Make the cart hold exactly this quantity of this variant."""
        line = next((item for item in self.cart(customer_id) if item.variant_id == variant.id), None)
        if line is None:
            return self.add(variant, quantity, find)
        return None if line.quantity == quantity else self.set_quantity(line, quantity)


Find = Callable[[Shopper, Product], str | None]


def find_by_name(shopper: Shopper, product: Product) -> str | None:
    """Open the product's page by searching its name, unless it is open already."""
    if shopper.is_at(product):
        return None
    found = shopper.follow(product) if shopper.lists(product.name) else None
    return found or shopper.search(product.name)


def option_name(radio: AriaNode) -> str:
    """The option of a radio button, without price or remark."""
    return re.sub(r"\s(\$[0-9.,]+|[0-9.,]+\s\$|sold out)$", "", radio.name)
