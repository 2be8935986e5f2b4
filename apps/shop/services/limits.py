"""How many pieces of a product one customer may buy."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import CartItem, Order, OrderLine, OrderStatus, Product, Variant
from gristmill.apps.shop.services.errors import CartError
from gristmill.apps.shop.services.numbers import LIMIT_DAYS
from gristmill.apps.world.world import World


def require_within_limit(db: Session, customer_id: int, variant: Variant, quantity: int) -> None:
    """Check that a customer may have `quantity` of a variant in their cart.

    What they have ordered recently of the same product counts, and its other variants in the cart.

    Raises:
        CartError: that is more than the product's limit per customer.
    """
    product = variant.product
    if product.limit_per_customer is None:
        return
    bought = bought_recently(db, customer_id, product)
    other = in_cart(db, customer_id, product, but=variant)
    if quantity + other + bought > product.limit_per_customer:
        had = f", and you have ordered {bought} in the last {LIMIT_DAYS} days" if bought else ""
        limit = f"{product.name} is limited to {product.limit_per_customer} per customer"
        raise CartError(f"{limit}{had}. Lower the quantity.")


def bought_recently(db: Session, customer_id: int, product: Product) -> int:
    """How many of a product a customer has ordered in the last 30 days, without cancelled orders."""
    since = World(db).now - timedelta(days=LIMIT_DAYS)
    statement = (
        select(func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(
            Order.customer_id == customer_id,
            Order.status != OrderStatus.CANCELLED,
            Order.placed_at >= since,
            Variant.product_id == product.id,
        )
    )
    return db.scalar(statement) or 0


def in_cart(db: Session, customer_id: int, product: Product, *, but: Variant) -> int:
    """How many of a product's other variants are in the cart."""
    statement = (
        select(func.sum(CartItem.quantity))
        .join(CartItem.variant)
        .where(
            CartItem.customer_id == customer_id,
            ~CartItem.is_saved,
            CartItem.variant_id != but.id,
            Variant.product_id == product.id,
        )
    )
    return db.scalar(statement) or 0
