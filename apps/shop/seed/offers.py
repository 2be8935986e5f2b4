"""What sets some products apart: sales that end, limits, sponsored places, ends of production."""

from datetime import date, datetime, time, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.handlers import END_SALE
from gristmill.apps.world.world import World

SALE_PERCENT = 8
SPONSORED_PERCENT = 3
LIMITED_PERCENT = 4
DISCONTINUED_PER_MILLE = 15

Row = dict[str, object]
Rows = list[Row]


def set_apart(sampler: Sampler, products: Rows, variants: Rows, favourites: set[int], today: date) -> None:
    """Write offers into the rows of products and variants. Favourites are never discontinued."""
    own: dict[object, Rows] = {}
    for variant in variants:
        variant |= {"was_cents": None, "sale_ends_on": None}
        own.setdefault(variant["product_id"], []).append(variant)
    for product in products:
        is_gone = sampler.between(1, 1000) <= DISCONTINUED_PER_MILLE and product["id"] not in favourites
        is_limited = sampler.chance(LIMITED_PERCENT)
        product["limit_per_customer"] = sampler.between(2, 5) if is_limited else None
        product["is_sponsored"] = sampler.chance(SPONSORED_PERCENT) and not is_gone
        product["is_discontinued"] = is_gone
        if is_gone:
            for variant in own[product["id"]]:
                variant["stock"] = 0
        elif sampler.chance(SALE_PERCENT):
            reduce(sampler, own[product["id"]], today)


def reduce(sampler: Sampler, variants: Rows, today: date) -> None:
    """Put a product on sale: its prices were higher, and will be again after the last day."""
    ends_on = today + timedelta(days=sampler.between(2, 14))
    percent = sampler.pick((110, 115, 120, 125, 135, 150))
    for variant in variants:
        cents = int(str(variant["price_cents"]))
        variant |= {"was_cents": (cents * percent // 100) // 100 * 100 + 99, "sale_ends_on": ends_on}


def end_sales(world: World, variants: Rows) -> None:
    """Schedule the end of each sale, for the night after its last day; not in a world without handlers."""
    if END_SALE not in world.handlers.events:
        return
    ends = {variant["product_id"]: variant["sale_ends_on"] for variant in variants}
    for product_id, day in ends.items():
        if isinstance(day, date):
            due = datetime.combine(day + timedelta(days=1), time())
            world.schedule(END_SALE, due, {"product_id": product_id})
