"""The oracle's moves among the shopper's orders, from any page."""

import re

from sqlalchemy import select

from gristmill.apps.kit.oracle_page import usable
from gristmill.apps.shop.models import Order
from gristmill.apps.shop.tasks.moves import NEXT_PAGE, Shopper

GIVE_UP = 'give_up "The shop does not allow this for the order."'


class OrdersPage(Shopper):
    """A page object with moves to orders and their forms."""

    def order(self, number: str) -> Order:
        """The order of a number."""
        return self.db.scalars(select(Order).where(Order.number == number)).one()

    def to_orders(self) -> str:
        """Open the list of orders by the masthead's link."""
        banner = self.page.find("banner")
        name = re.compile(rf".*\b{re.escape(self.label_text('orders'))}")
        links = usable(banner, "link", name) if banner else []
        return f"click {links[0].ref}" if links else "goto /orders"

    def to_order(self, number: str) -> str | None:
        """Open an order's page by the list, unless it is open."""
        address = f"/orders/{number}"
        if self.path == address:
            return None
        if self.path == "/orders" or self.path.startswith(f"{address}/"):
            return self.click("link", number) or self.click("link", NEXT_PAGE) or f"goto {address}"
        return self.to_orders()

    def to_form(self, number: str, form: str, link: str) -> str | None:
        """Open a form about an order, by the link of this name on the order's page; None once it is open."""
        address = f"/orders/{number}/{form}"
        if self.path == address:
            return None
        return self.to_order(number) or self.click("link", link) or f"goto {address}"

    def has_opened(self, pattern: str) -> bool:
        """Whether a page of this pattern, an address without its scheme, was opened in the episode."""
        return any(re.fullmatch(pattern, url.partition("://")[2]) for url in self.view.visited)

    def look_at(self, number: str) -> str | None:
        """Open an order's page, unless it was opened before."""
        return None if self.has_opened(order_url(number)) else self.to_order(number)


def order_url(number: str) -> str:
    """The pattern of an order's page."""
    return rf"shop\.test/orders/{re.escape(number)}([?#].*)?"


def status_url(number: str) -> str:
    """The pattern of the pages that show whether an order has shipped: its own, and the list of orders."""
    return rf"{order_url(number)}|shop\.test/orders(#.*)?"
