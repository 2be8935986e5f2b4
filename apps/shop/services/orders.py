"""Placing and reading a customer's orders."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from gristmill.apps.kit.jinja_filters import money
from gristmill.apps.kit.pagination import Page, page_of_query
from gristmill.apps.shop.models import (
    Address,
    CartItem,
    Checkout,
    Customer,
    Delivery,
    Order,
    OrderLine,
    OrderStatus,
    PickupPoint,
    Product,
    Variant,
)
from gristmill.apps.shop.services.cart import cart_problem
from gristmill.apps.shop.services.checkout import Basket, Step, arrival, basket
from gristmill.apps.shop.services.errors import CheckoutError, TotalChangedError
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.shop.services.payments import require_accepted
from gristmill.apps.shop.services.signals import PLACED, publish
from gristmill.apps.world.world import World

ORDERS_PER_PAGE = 10
MAX_WORDS = 8
SHIP = "shop.ship_order"
SHIPS_AFTER = timedelta(hours=20)


def place_order(db: Session, customer: Customer, world: World, *, agreed_cents: int) -> Order:
    """Turn the checkout into an order: reduces stock and gift card, clears cart and coupon.

    Changes nothing unless the cart can be bought, every step is complete, and the total still equals
    `agreed_cents`, the one that the shopper saw.

    Raises:
        CheckoutError: the cart cannot be bought, or a step is incomplete.
        TotalChangedError: the total has changed.
        CardDeclinedError: the card's bank declines.
    """
    now = world.now
    current = basket(db, customer, now.date())
    if problem := cart_problem(current.lines):
        raise CheckoutError(problem)
    if current.choices is None or current.first_incomplete is not Step.REVIEW:
        raise CheckoutError("Something changed since you chose it. Please choose again.")
    if current.price.total_cents != agreed_cents:
        total = money(current.price.total_cents)
        raise TotalChangedError(f"The total has changed to {total}. Check your order before placing it.")
    if current.due_cents and current.choices.card is not None:
        require_accepted(current.choices.card)
    order = write_order(current, current.choices)
    order.number, order.placed_at = order_number(world.next_number("shop_order")), now
    order.customer = customer
    db.add(order)
    settle(db, customer, current)
    announce_order(world, order)
    return order


def announce_order(world: World, order: Order) -> None:
    """Publish that an order was placed, and schedule its shipping."""
    publish(world, PLACED, order)
    world.schedule(SHIP, order.placed_at + SHIPS_AFTER, {"order_id": order.id, "number": order.number})


def write_order(current: Basket, made: Checkout) -> Order:
    """Build the order of a complete checkout, without a number."""
    delivery, cost = Delivery(made.delivery or Delivery.STANDARD), current.price
    days = arrival(delivery, current.today)
    is_delivered = delivery is not Delivery.PICKUP
    card = made.card if current.due_cents else None
    return Order(
        status=OrderStatus.PROCESSING,
        delivery=delivery,
        arrives_from=days.first,
        arrives_by=days.last,
        address_id=made.address_id if is_delivered else None,
        ship_to=ship_to(made.address if is_delivered else made.pickup_point),
        pickup_point_id=None if is_delivered else made.pickup_point_id,
        card_id=card.id if card else None,
        card_label=card.label if card else "",
        gift_card_id=made.gift_card_id if current.gift_card_cents else None,
        gift_card_cents=current.gift_card_cents,
        coupon_code=cost.coupon.code if cost.coupon else None,
        subtotal_cents=cost.subtotal_cents,
        discount_cents=cost.discount_cents,
        delivery_cents=cost.delivery_cents,
        wrap_cents=cost.wrap_cents,
        total_cents=cost.total_cents,
        gift_note=made.gift_note,
        lines=[order_line(line) for line in current.lines],
    )


def order_line(line: CartItem) -> OrderLine:
    """Build an order line from a cart line, with its current name and price."""
    variant = line.variant
    return OrderLine(
        variant_id=variant.id,
        product_name=variant.product.name,
        options=variant.options,
        unit_price_cents=variant.price_cents,
        quantity=line.quantity,
    )


def ship_to(place: Address | PickupPoint | None) -> str:
    """A destination's name and address in one line."""
    match place:
        case Address():
            return f"{place.full_name}, {place.one_line}"
        case PickupPoint():
            return f"{place.name}, {place.line1}, {place.city}, {place.postcode}"
        case None:
            raise CheckoutError("Choose where your order goes.")


def settle(db: Session, customer: Customer, current: Basket) -> None:
    """Deduct the order from stock and gift card, and clear cart and checkout."""
    for line in current.lines:
        line.variant.stock -= line.quantity
        db.delete(line)
    if current.choices and current.choices.gift_card:
        current.choices.gift_card.balance_cents -= current.gift_card_cents
    customer.coupon_code = None
    db.execute(delete(Checkout).where(Checkout.customer_id == customer.id))
    db.flush()


def order_page(db: Session, customer: Customer, number: int, query: str = "") -> Page[Order]:
    """A page of the customer's orders, newest first, with their lines.

    Every word of a query must be in the order's number or in the name or options of one of its lines.
    """
    own = select(Order).where(Order.customer_id == customer.id).options(with_lines())
    for word in query.split()[:MAX_WORDS]:
        own = own.where(mentions(word))
    newest = own.order_by(Order.placed_at.desc(), Order.id.desc())
    return page_of_query(db, newest, number, size=ORDERS_PER_PAGE)


def mentions(word: str) -> ColumnElement[bool]:
    """Whether an order's number or lines contain a word, ignoring case."""
    texts = (OrderLine.product_name, OrderLine.options)
    found = or_(*(text.icontains(word, autoescape=True) for text in texts))
    return or_(Order.number.icontains(word, autoescape=True), Order.lines.any(found))


def find_order(db: Session, customer: Customer, number: str) -> Order | None:
    """The customer's own order with this number, with its lines and what else their products come in."""
    statement = select(Order).where(Order.number == number, Order.customer_id == customer.id)
    product = selectinload(Order.lines).joinedload(OrderLine.variant).joinedload(Variant.product)
    return db.scalar(statement.options(product.selectinload(Product.variants)))


def with_lines() -> ExecutableOption:
    """Loader option: lines, variants and products in one additional query."""
    return selectinload(Order.lines).joinedload(OrderLine.variant).joinedload(Variant.product)
