"""The catalogue: departments, brands, products in variants."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.world.models import Model


class Department(Model):
    """A department of the shop."""

    __tablename__ = "shop_department"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    blurb: Mapped[str]


class Brand(Model):
    """A maker of products."""

    __tablename__ = "shop_brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)


class Product(Model):
    """A product, sold in variants. Rating columns aggregate its reviews.

    Departments are listed and their most reviewed products found in an index, without reading rows.
    """

    __tablename__ = "shop_product"
    __table_args__ = (
        Index(
            "ix_shop_product_list", "department_id", "is_discontinued", text("review_count DESC"),
            "rating_tenths", "from_cents", "is_sponsored", "brand_id", "kind", "name",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # what it is, e.g. "desk lamp": decides its picture
    department_id: Mapped[int] = mapped_column(ForeignKey("shop_department.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("shop_brand.id"), index=True)
    description: Mapped[str]
    highlights: Mapped[list[str]] = mapped_column(JSON)
    picture: Mapped[dict[str, str]] = mapped_column(JSON)  # what its drawing depends on
    from_cents: Mapped[int] = mapped_column(index=True)  # the lowest price of its variants
    rating_tenths: Mapped[int]  # mean stars x 10, rounded; 0 without reviews
    review_count: Mapped[int]
    limit_per_customer: Mapped[int | None]  # pieces that a customer may buy within 30 days
    is_sponsored: Mapped[bool] = mapped_column(default=False)  # its brand pays for a place in searches
    is_discontinued: Mapped[bool] = mapped_column(default=False)  # not sold any more: no stock, not listed

    department: Mapped[Department] = relationship()
    brand: Mapped[Brand] = relationship()
    variants: Mapped[list["Variant"]] = relationship(back_populates="product", order_by="Variant.id")


class Variant(Model):
    """A product in one size and colour (either may not apply); the unit that is bought."""

    __tablename__ = "shop_variant"
    __table_args__ = (UniqueConstraint("product_id", "size", "colour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)
    size: Mapped[str | None]
    colour: Mapped[str | None]
    price_cents: Mapped[int]
    stock: Mapped[int]
    was_cents: Mapped[int | None]  # the price before a sale, to which it returns after `sale_ends_on`
    sale_ends_on: Mapped[date | None]

    product: Mapped[Product] = relationship(back_populates="variants")

    @property
    def options(self) -> str:
        """Colour and size as text, such as `Moss, Large`; empty without options."""
        return ", ".join(option for option in (self.colour, self.size) if option)

    def put_back(self, quantity: int) -> None:
        """Put pieces back into stock; those of a product that is not sold any more stay out of it."""
        if not self.product.is_discontinued:
            self.stock += quantity
