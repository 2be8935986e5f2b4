"""Questions about the catalogue: the products that they are about, and the oracle's way to their pages."""

from collections.abc import Sequence

from sqlalchemy import select

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


def kinds(world: World) -> list[str]:
    """The kinds of products that the shop lists."""
    return sorted(world.db.scalars(select(Product.kind).where(~Product.is_discontinued).distinct()))


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
