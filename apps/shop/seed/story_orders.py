"""Orders that stories ask for, and what the company's people have in their address books."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import CouponKind, Delivery, OrderStatus
from gristmill.apps.shop.seed.orders import Row, Rows, Stock, discount_cents
from gristmill.apps.shop.services.checkout import arrival
from gristmill.apps.shop.services.numbers import delivery_cents, tracking_number
from gristmill.apps.world.chronicle import Chronicle, OrderRequest, PlacedLine, PlacedOrder
from gristmill.apps.world.models import Job
from gristmill.errors import PluginError

TRIES = 80  # draws of products until an order's total is within the bounds that its story names
WORK = "Work"


def work_addresses(rows: Rows, jobs: list[Job]) -> Rows:
    """The address book of a company's people: their address for work is their site's mail room.

    People of sites without one use the first site's.
    """
    rooms = [job.site for job in jobs if job.site.mail_room]
    default = min(rooms, key=lambda site: site.id, default=None)
    book = [dict(row) for row in rows]
    for job in jobs:
        site = job.site if job.site.mail_room else default
        if site is None:
            continue
        *lines, last = site.mail_room.split(", ")
        city, _, postcode = last.rpartition(" ")
        place: Row = {
            "full_name": job.person.name, "line1": lines[-1], "line2": ", ".join(lines[:-1]), "city": city,
            "postcode": postcode,
        }  # fmt: skip
        own = [row for row in book if row["customer_id"] == job.person_id]
        known = next((row for row in own if row["label"] == WORK), None)
        if known is None:
            book.append(
                {"id": len(book) + 1, "customer_id": job.person_id, "label": WORK, "is_default": False}
                | place
            )
        else:
            known.update(place)
    return book


def place_orders(
    sampler: Sampler,
    stock: Stock,
    kinds: dict[int, str],
    book: Chronicle,
    now: datetime,
    *,
    first_order: int,
    first_line: int,
) -> tuple[Rows, Rows, list[OrderRequest]]:
    """Rows of the orders and lines that stories want, oldest first, with the requests in the same order.

    Raises:
        PluginError: a story wants a kind that the catalogue lacks, or an address that the buyer lacks.
    """
    wanted = sorted(book.orders.values(), key=lambda each: (each.at, each.key))
    orders: Rows = []
    lines: Rows = []
    bought = choose_all(sampler, stock, kinds, book)
    for number, request in enumerate(wanted, start=first_order):
        chosen = bought[request.key]
        quantities = [quantity for _, quantity in request.wants] or [1] * len(chosen)
        own = [
            line_row(stock, variant, quantity, number, first_line + len(lines) + place)
            | {"unit_price_cents": cents(variant) + request.dearer_cents}
            for place, (variant, quantity) in enumerate(zip(chosen, quantities, strict=False))
        ]
        lines += own
        orders.append(order_row(sampler, stock, number, request, own, now))
    return orders, lines, wanted


def choose_all(
    sampler: Sampler, stock: Stock, kinds: dict[int, str], book: Chronicle
) -> dict[str, list[Row]]:
    """The variants of every order, by its key. An order may repeat one that was placed later."""
    bought: dict[str, list[Row]] = {}
    for request in book.orders.values():
        same = bought.get(request.same_as) if request.same_as else None
        chosen = same or choose(sampler, stock, kinds, book, request)
        bought[request.key] = chosen
        request.variant_id = int(str(chosen[0]["id"]))
    return bought


def choose(
    sampler: Sampler, stock: Stock, kinds: dict[int, str], book: Chronicle, request: OrderRequest
) -> Rows:
    """One variant for each kind that is wanted, with a total within the bounds if that can be had."""
    best: tuple[int, Rows] | None = None
    for _ in range(TRIES):
        chosen = (
            [own_variant(sampler, stock, book, request, place) for place in range(len(request.wants))]
            if request.goods
            else [variant_of(sampler, stock, kinds, kind, request) for kind, _ in request.wants]
        )
        goods = sum(cents(v) * n for v, (_, n) in zip(chosen, request.wants, strict=True))
        total = goods + delivery_cents(Delivery(request.delivery), goods)
        miss = max(0, total - (request.most_cents or total)) + max(0, (request.least_cents or total) - total)
        if best is None or miss < best[0]:
            best = miss, chosen
        if not miss:
            break
    return best[1] if best else []


def variant_of(
    sampler: Sampler, stock: Stock, kinds: dict[int, str], kind: str, request: OrderRequest
) -> Row:
    """A variant of some product of this kind, in the wanted colour if there is one."""
    fits = [row for row in stock.variants if kinds[int(str(row["product_id"]))] == kind]
    if not fits:
        raise PluginError(
            f"{request.key} wants a {kind!r}, which the catalogue lacks: {sorted(set(kinds.values()))}."
        )
    coloured = [row for row in fits if request.colour in (None, row["colour"])]
    return sampler.pick(coloured or fits)


def own_variant(sampler: Sampler, stock: Stock, book: Chronicle, request: OrderRequest, place: int) -> Row:
    """A variant of the very product that a story speaks of, in size and colour as near as can be."""
    size = request.sizes[place] if place < len(request.sizes) else None
    product = book.goods[str(request.goods)].found
    fits = [row for row in stock.variants if product and row["product_id"] == product.product_id]
    taken = {
        row["colour"]
        for row in stock.variants
        for key in request.unlike
        if (other := book.orders[key].variant_id) is not None and row["id"] == other
    }
    for column, wanted in (("size", size), ("colour", request.colour)):
        fits = [row for row in fits if wanted in (None, row[column])] or fits
    return sampler.pick([row for row in fits if row["colour"] not in taken] or fits)


def cents(variant: Row) -> int:
    """The price of a variant."""
    return int(str(variant["price_cents"]))


def line_row(stock: Stock, variant: Row, quantity: int, order_id: int, line_id: int) -> Row:
    """A line of an order."""
    return {
        "id": line_id,
        "order_id": order_id,
        "variant_id": variant["id"],
        "product_name": stock.product_names[int(str(variant["product_id"]))],
        "options": ", ".join(str(o) for o in (variant["colour"], variant["size"]) if o),
        "unit_price_cents": cents(variant),
        "quantity": quantity,
    }


def order_row(
    sampler: Sampler, stock: Stock, number: int, request: OrderRequest, lines: Rows, now: datetime
) -> Row:
    """An order as its story wants it, paid with the buyer's default card."""
    delivery = Delivery(request.delivery)
    due = arrival(delivery, request.at.date())
    subtotal = sum(int(str(line["unit_price_cents"])) * int(str(line["quantity"])) for line in lines)
    coupon = coupon_for(sampler, stock, request, subtotal)
    discount = discount_cents(coupon, subtotal) if coupon else 0
    is_free = coupon is not None and coupon["kind"] is CouponKind.FREE_DELIVERY
    price = 0 if is_free else delivery_cents(delivery, subtotal - discount)
    return {
        "id": number,
        "customer_id": request.person_id,
        "status": status_of(request, now),
        "placed_at": request.at,
        "delivery": delivery,
        "arrives_from": due.first,
        "arrives_by": due.last,
        **destination(sampler, stock, request, delivery),
        **payment(stock, request),
        "coupon_code": coupon["code"] if coupon else None,
        "subtotal_cents": subtotal,
        "discount_cents": discount,
        "delivery_cents": price,
        "total_cents": subtotal - discount + price,
    }


def coupon_for(sampler: Sampler, stock: Stock, request: OrderRequest, subtotal: int) -> Row | None:
    """A coupon for any goods, of the kind that a story wants; None if it wants none or none fits."""
    fits = [
        row
        for row in stock.coupons
        if row["kind"] == request.coupon
        and row["department_id"] is None
        and int(str(row["minimum_cents"])) <= subtotal
        and str(row["expires_on"]) >= str(request.at.date())
    ]
    return sampler.pick(fits) if fits else None


def status_of(request: OrderRequest, now: datetime) -> OrderStatus:
    """The status that the story names, or the one that follows from time and delivery."""
    if request.status is not None:
        return OrderStatus(request.status)
    if now - request.at < timedelta(hours=20):
        return OrderStatus.PROCESSING
    due = arrival(Delivery(request.delivery), request.at.date())
    return OrderStatus.DELIVERED if now.date() > due.last else OrderStatus.SHIPPED


def destination(sampler: Sampler, stock: Stock, request: OrderRequest, delivery: Delivery) -> Row:
    """Where the order goes."""
    if delivery is Delivery.PICKUP:
        point = sampler.pick(stock.pickup_points)
        ship_to = f"{point['name']}, {point['line1']}, {point['city']}, {point['postcode']}"
        return {"address_id": None, "ship_to": ship_to, "pickup_point_id": point["id"]}
    own = stock.addresses[request.person_id]
    address = next((row for row in own if row["label"] == request.ship_to), None)
    if address is None:
        raise PluginError(f"{request.key} is sent to {request.ship_to!r}, which is not in the address book.")
    parts = (address[column] for column in ("full_name", "line1", "line2", "city", "postcode"))
    ship_to = ", ".join(str(part) for part in parts if part)
    return {"address_id": address["id"], "ship_to": ship_to, "pickup_point_id": None}


def payment(stock: Stock, request: OrderRequest) -> Row:
    """The buyer's default card."""
    card = next(row for row in stock.cards[request.person_id] if row["is_default"])
    return {
        "card_id": card["id"], "card_label": f"{card['network']} ending in {card['last4']}",
        "gift_card_id": None, "gift_card_cents": 0,
    }  # fmt: skip


def fill_in(requests: list[OrderRequest], orders: Rows, lines: Rows, variants: Rows) -> None:
    """Tell each request how its order was placed."""
    products = {int(str(row["id"])): int(str(row["product_id"])) for row in variants}
    for request, order in zip(requests, orders, strict=True):
        own = [line for line in lines if line["order_id"] == order["id"]]
        request.placed = PlacedOrder(
            **{
                name: order[name]
                for name in (
                    "id", "number", "placed_at", "subtotal_cents", "discount_cents", "delivery_cents",
                    "total_cents", "arrives_from", "arrives_by", "ship_to", "coupon_code",
                )
            },  # type: ignore[arg-type]
            status=str(order["status"]),
            card=str(order["card_label"]),
            tracking=tracking_number(str(order["number"])),
            lines=tuple(placed_lines(own, products)),
        )  # fmt: skip


def placed_lines(lines: Rows, products: dict[int, int]) -> Iterator[PlacedLine]:
    """The lines of an order as facts."""
    for line in lines:
        variant_id = int(str(line["variant_id"]))
        yield PlacedLine(
            product_id=products[variant_id], variant_id=variant_id, product=str(line["product_name"]),
            options=str(line["options"]), quantity=int(str(line["quantity"])),
            unit_price_cents=int(str(line["unit_price_cents"])),
        )  # fmt: skip
