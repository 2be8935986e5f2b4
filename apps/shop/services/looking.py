"""Products that a customer compares or has viewed recently. Both are bookkeeping: looking changes nothing."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from gristmill.apps.shop.models import Compared, Customer, Product, Viewed
from gristmill.apps.shop.services.errors import CompareError

MAX_COMPARED = 4
MAX_VIEWED = 12


def compared(db: Session, customer: Customer) -> Sequence[Product]:
    """The products in a customer's comparison, with brands and variants."""
    statement = (
        select(Product)
        .join(Compared, Compared.product_id == Product.id)
        .where(Compared.customer_id == customer.id)
        .options(selectinload(Product.brand), selectinload(Product.variants))
        .order_by(Product.name)
    )
    return db.scalars(statement).all()


def compare(db: Session, customer: Customer, product: Product) -> None:
    """Add a product to the comparison.

    Raises:
        CompareError: it is full.
    """
    if db.get(Compared, (customer.id, product.id)) is not None:
        return
    mine = Compared.customer_id == customer.id
    if (db.scalar(select(func.count()).where(mine)) or 0) >= MAX_COMPARED:
        raise CompareError(f"You can compare {MAX_COMPARED} products at a time. Take one out first.")
    db.add(Compared(customer_id=customer.id, product_id=product.id))
    db.flush()


def stop_comparing(db: Session, customer: Customer, product: Product | None = None) -> None:
    """Take one product out of the comparison, or all of them."""
    statement = delete(Compared).where(Compared.customer_id == customer.id)
    db.execute(statement if product is None else statement.where(Compared.product_id == product.id))


def view(db: Session, customer: Customer, product: Product) -> None:
    """Make a product the one that was viewed last; of the older ones, the latest are kept."""
    mine = Viewed.customer_id == customer.id
    last = db.scalar(select(func.max(Viewed.place)).where(mine)) or 0
    row = db.get(Viewed, (customer.id, product.id))
    if row is None:
        db.add(Viewed(customer_id=customer.id, product_id=product.id, place=last + 1))
    elif row.place != last:
        row.place = last + 1
    db.flush()
    kept = select(Viewed.product_id).where(mine).order_by(Viewed.place.desc()).limit(MAX_VIEWED)
    db.execute(delete(Viewed).where(mine, Viewed.product_id.not_in(kept)))


def viewed_ids(db: Session, customer: Customer) -> Sequence[int]:
    """The products that a customer has viewed, the latest first."""
    mine = select(Viewed.product_id).where(Viewed.customer_id == customer.id)
    return db.scalars(mine.order_by(Viewed.place.desc())).all()


def forget_viewed(db: Session, customer: Customer) -> None:
    """Forget what a customer has viewed."""
    db.execute(delete(Viewed).where(Viewed.customer_id == customer.id))
