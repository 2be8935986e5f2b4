"""Products that stories speak of without anybody having bought them, and coupons that letters name."""

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.catalogue import DEPARTMENTS
from gristmill.apps.shop.models import Product, Review, Variant
from gristmill.apps.shop.seed.orders import Row, Rows, Stock
from gristmill.apps.shop.seed.reviews import rating
from gristmill.apps.world.chronicle import Chronicle, CouponFact, FoundProduct, FoundVariant, GoodsRequest
from gristmill.errors import PluginError


def find_all(sampler: Sampler, stock: Stock, kinds: dict[int, str], book: Chronicle) -> None:
    """Choose a product for every request of a story.

    Raises:
        PluginError: a story speaks of a kind that the catalogue lacks.
    """
    for request in book.goods.values():
        taken = {book.goods[key].found for key in request.unlike}
        own = [number for number, kind in kinds.items() if kind == request.kind]
        fits = [each for each in (product(stock, number) for number in own) if each not in taken]
        if not fits:
            raise PluginError(
                f"{request.key} speaks of a {request.kind!r}, of which the catalogue has {len(own)}; "
                f"kinds: {sorted(set(kinds.values()))}."
            )
        request.found = max(sampler.shuffled(fits), key=lambda each: fitness(each, request))


def product(stock: Stock, number: int) -> FoundProduct:
    """A product with its variants."""
    rows = [row for row in stock.variants if row["product_id"] == number]
    return FoundProduct(
        product_id=number, name=stock.product_names[number], variants=tuple(map(variant, rows))
    )


def variant(row: Row) -> FoundVariant:
    """A variant as a fact."""
    colour, size = row["colour"], row["size"]
    return FoundVariant(
        variant_id=int(str(row["id"])),
        colour=None if colour is None else str(colour),
        size=None if size is None else str(size),
        price_cents=int(str(row["price_cents"])),
        stock=int(str(row["stock"])),
    )


def fitness(found: FoundProduct, request: GoodsRequest) -> tuple[bool, ...]:
    """How well a product meets a request; the price counts most, then size, colours, style."""
    price = min(each.price_cents for each in found.variants)
    return (
        (request.least_cents or 0) <= price <= (request.most_cents or price),
        request.size is None or request.size in found.sizes,
        len(found.colours) >= request.colours,
        request.style is None or f" {request.style} " in found.name,
    )


def end_sales(db: Session, book: Chronicle, variants: Rows) -> None:
    """Products that stories speak of are not on sale: their prices move when stories say so."""
    found = {request.found.product_id for request in book.goods.values() if request.found}
    for row in variants:
        if row["product_id"] in found:
            row |= {"was_cents": None, "sale_ends_on": None}
    db.execute(update(Variant).where(Variant.product_id.in_(found)).values(was_cents=None, sale_ends_on=None))


def write_reviews(db: Session, book: Chronicle, written: Rows) -> None:
    """Write what stories say of their products, and mend the ratings. `written` are the other reviews."""
    number = len(written)
    for request in book.reviews:
        found = book.goods[request.goods].found
        if found is None:
            continue
        mine = (found.product_id, request.person_id)
        same = next((each for each in written if (each["product_id"], each["customer_id"]) == mine), None)
        number += 1
        if same is not None:  # one review of a product by one customer
            db.execute(delete(Review).where(Review.id == same["id"]))
            written.remove(same)
        row: Row = {
            "id": number, "author": "", "product_id": found.product_id, "customer_id": request.person_id,
            "stars": request.stars, "title": request.title, "body": request.body,
            "written_on": request.written_on,
        }  # fmt: skip
        db.execute(insert(Review), [row])
        written.append(row)
        own = [each for each in written if each["product_id"] == found.product_id]
        db.execute(update(Product).where(Product.id == found.product_id).values(**rating(own)))


def coupon_facts(coupons: Rows) -> list[CouponFact]:
    """The shop's coupons as letters name them."""
    return [
        CouponFact(
            code=str(row["code"]), kind=str(row["kind"]), value=int(str(row["value"])),
            minimum_cents=int(str(row["minimum_cents"])), expires_on=row["expires_on"],  # type: ignore[arg-type]
            department=DEPARTMENTS[int(str(row["department_id"])) - 1].name if row["department_id"] else None,
        )
        for row in coupons
    ]  # fmt: skip
