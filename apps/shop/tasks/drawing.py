"""Sampling of task parts (customer, product, address, delivery, card) and set-up rows."""

from dataclasses import replace

from numpy.random import Generator
from sqlalchemy import Select, func, select

from gristmill.apps.base import Json, Task
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Address, Card, CartItem, Customer, Delivery, Product, Variant
from gristmill.apps.world.world import World

DELIVERIES = (Delivery.STANDARD, Delivery.EXPRESS)


def draw_customer(world: World, rng: Generator) -> Customer:
    """A random customer to be the task's person."""
    return world.db.get_one(Customer, draw_id(world, rng, select(Customer.id)))


def draw_variant(
    world: World, rng: Generator, customer: Customer, *, stock: int, within: Select[int] | None = None
) -> Variant:
    """A random variant with at least `stock` items; with options in 75 % of draws.

    `within` selects the ids of the products that it may be of; options do not matter then.

    Excludes the customer's saved items, so that cart lines cannot merge with them, and products with a limit
    per customer.
    """
    kept = select(CartItem.variant_id).where(CartItem.customer_id == customer.id)
    limited = select(Product.id).where(Product.limit_per_customer.is_not(None))
    ids = select(Variant.id).where(
        Variant.stock >= stock, Variant.id.not_in(kept), Variant.product_id.not_in(limited)
    )
    if within is not None:
        ids = ids.where(Variant.product_id.in_(within))
    elif rng.random() < 0.75:
        ids = ids.where(Variant.size.is_not(None), Variant.colour.is_not(None))
    return world.db.get_one(Variant, draw_id(world, rng, ids))


def draw_id(world: World, rng: Generator, ids: Select[int]) -> int:
    """One of the selected ids, uniformly; chosen in SQL, so that only one row is read."""
    count = world.db.scalar(select(func.count()).select_from(ids.subquery())) or 0
    place = int(rng.integers(count))
    return world.db.scalars(ids.order_by(ids.selected_columns[0]).offset(place).limit(1)).one()


def draw_other(world: World, rng: Generator, customer: Customer, variant: Variant) -> Variant:
    """A random variant of another product, in stock."""
    while True:
        other = draw_variant(world, rng, customer, stock=1)
        if other.product_id != variant.product_id:
            return other


def draw_address(rng: Generator, customer: Customer) -> Address:
    """One of the customer's addresses."""
    return Sampler(rng).pick(customer.addresses)


def draw_card(world: World, rng: Generator, customer: Customer) -> Card:
    """One of the customer's cards that pay."""
    today = world.now.date()
    good = [card for card in customer.cards if not (card.is_expired(today) or card.is_refused)]
    return Sampler(rng).pick(good)


def put_into_cart(world: World, customer: Customer, variant: Variant, quantity: int) -> None:
    """Set-up: add a variant to the cart."""
    world.db.add(CartItem(customer_id=customer.id, variant_id=variant.id, quantity=quantity, is_saved=False))
    world.db.flush()


def described(variant: Variant) -> str:
    """A variant as named in goals, such as `Holm Cast Iron Pan (colour Cream, size 24 cm)`."""
    options = [
        titled(title, option)
        for title, option in (("colour", variant.colour), ("size", variant.size))
        if option
    ]
    return f"{variant.product.name} ({', '.join(options)})" if options else variant.product.name


def titled(title: str, option: str) -> str:
    """An option with its title, such as `size 24 cm`; without if it starts with it, as in `Size 3`."""
    return option if option.lower().startswith(title) else f"{title} {option}"


def other_quantity(rng: Generator, quantity: int) -> int:
    """Another quantity than this one; lower, so that the stock that was drawn suffices, or 2 instead of 1."""
    return int(rng.integers(1, quantity)) if quantity > 1 else 2


def with_terms(task: Task, **changed: Json) -> Task:
    """A task with some of its terms changed."""
    return replace(task, terms={**task.terms, **changed})


def fill(wording: str, **parts: object) -> str:
    """Fill a wording's slots and capitalise its first letter."""
    text = wording.format(**parts)
    return text[0].upper() + text[1:]
