"""What shoppers say of products."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gristmill.apps.world.models import Model


class Review(Model):
    """A review. Most are by people who have no account in this world, of whom it has the name alone."""

    __tablename__ = "shop_review"
    __table_args__ = (UniqueConstraint("product_id", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customer.id"))
    author: Mapped[str]
    stars: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    written_on: Mapped[date]
    helpful_count: Mapped[int] = mapped_column(default=0)


class HelpfulVote(Model):
    """A customer's vote that a review helped them; counted in `Review.helpful_count`."""

    __tablename__ = "shop_helpful_vote"

    review_id: Mapped[int] = mapped_column(ForeignKey("shop_review.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), primary_key=True)
