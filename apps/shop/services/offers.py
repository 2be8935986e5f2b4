"""Changes of price and stock, and who hears of them."""

from collections.abc import Iterator

from sqlalchemy import select

from gristmill.apps.shop.models import Customer, Product, Variant, WishItem, WishList
from gristmill.apps.shop.services.signals import BACK_IN_STOCK, PRICE_DROPPED, publish_wished
from gristmill.apps.world.world import World


def change_price(world: World, variant: Variant, cents: int) -> None:
    """Give a variant another price, which ends a sale of it; publishes a drop to those who wished for it."""
    before = variant.price_cents
    variant.price_cents, variant.was_cents, variant.sale_ends_on = cents, None, None
    update_lowest(variant.product)
    world.db.flush()
    if cents < before:
        for person_id in wishers(world, variant):
            publish_wished(world, PRICE_DROPPED, variant, person_id, before_cents=before)


def change_stock(world: World, variant: Variant, stock: int) -> None:
    """Set how many of a variant are left; publishes to those who wished for it that it is back.

    A product that is not sold any more stays out of stock.
    """
    if variant.product.is_discontinued:
        stock = 0
    is_back = not variant.stock and stock
    variant.stock = stock
    world.db.flush()
    if is_back:
        for person_id in wishers(world, variant):
            publish_wished(world, BACK_IN_STOCK, variant, person_id)


def end_sale(world: World, product: Product) -> None:
    """Return a product's variants to their prices before the sale."""
    for variant in product.variants:
        if variant.was_cents is not None:
            variant.price_cents, variant.was_cents, variant.sale_ends_on = variant.was_cents, None, None
    update_lowest(product)
    world.db.flush()


def update_lowest(product: Product) -> None:
    """Make the product's lowest price that of its variants."""
    product.from_cents = min(variant.price_cents for variant in product.variants)


def wishers(world: World, variant: Variant) -> Iterator[int]:
    """The people with a variant on a wish list, each once."""
    statement = (
        select(Customer.person_id)
        .join(WishList, WishList.customer_id == Customer.id)
        .join(WishItem, WishItem.list_id == WishList.id)
        .where(WishItem.variant_id == variant.id)
    )
    yield from world.db.scalars(statement.distinct().order_by(Customer.person_id)).all()
