"""Questions about the catalogue: the products that they are about, and the oracle's way to their pages."""

from collections.abc import Sequence

from sqlalchemy import func, select

from gristmill.apps.base import View
from gristmill.apps.shop.models import Brand, Product
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.world.world import World

LISTING = r"(search|d/[a-z0-9-]+)(\?.*)?"


def on_sale(world: World, kind: str, brand: str | None = None) -> list[Product]:
    """The products of a kind, perhaps of one brand, that the shop lists."""
    listed = select(Product).join(Brand).where(Product.kind == kind, ~Product.is_discontinued)
    if brand is not None:
        listed = listed.where(Brand.name == brand)
    return list(world.db.scalars(listed.order_by(Product.id)))


def kinds(world: World, *, at_least: int = 1) -> list[str]:
    """The kinds of which the shop lists so many products or more."""
    listed = select(Product.kind).where(~Product.is_discontinued).group_by(Product.kind)
    return sorted(world.db.scalars(listed.having(func.count() >= at_least)))


def beside(world: World, product: Product) -> list[Product]:
    """The products of a product's department, that the shop lists."""
    listed = select(Product).where(Product.department_id == product.department_id, ~Product.is_discontinued)
    return list(world.db.scalars(listed.order_by(Product.id)))


def is_visited(view: View, slug: str) -> bool:
    """Whether a product's page was opened in this episode."""
    return any(url.partition("?")[0].endswith(f"/p/{slug}") for url in view.visited)


def look_at(view: View, slugs: Sequence[str]) -> str | None:
    """Open the pages of these products that were not opened yet."""
    for slug in slugs:
        if not is_visited(view, slug):
            product = view.db.scalars(select(Product).where(Product.slug == slug)).one()
            return find_by_name(Shopper(view), product) or f"goto /p/{slug}"
    return None
