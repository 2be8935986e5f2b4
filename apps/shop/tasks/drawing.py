"""Drawing the parts of a task: who shops, for what, sent where, paid how; and the set-up rows."""

from numpy.random import Generator
from sqlalchemy import Select, func, select

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Address, Card, CartItem, Customer, Delivery, Variant
from gristmill.apps.world.world import World

DELIVERIES = (Delivery.STANDARD, Delivery.EXPRESS)


def draw_customer(world: World, rng: Generator) -> Customer:
    """Somebody with an account, for whom the task is."""
    return world.db.get_one(Customer, draw_id(world, rng, select(Customer.id)))


def draw_variant(world: World, rng: Generator, customer: Customer, *, stock: int) -> Variant:
    """Something of which at least `stock` are there, with options three times out of four.

    What the customer has saved for later is not drawn, so that no cart line can merge with it.
    """
    kept = select(CartItem.variant_id).where(CartItem.customer_id == customer.id)
    ids = select(Variant.id).where(Variant.stock >= stock, Variant.id.not_in(kept))
    if rng.random() < 0.75:
        ids = ids.where(Variant.size.is_not(None), Variant.colour.is_not(None))
    return world.db.get_one(Variant, draw_id(world, rng, ids))


def draw_id(world: World, rng: Generator, ids: Select[int]) -> int:
    """One of the selected ids, each as likely; only that one leaves the database."""
    count = world.db.scalar(select(func.count()).select_from(ids.subquery())) or 0
    place = int(rng.integers(count))
    return world.db.scalars(ids.order_by(ids.selected_columns[0]).offset(place).limit(1)).one()


def draw_other(world: World, rng: Generator, customer: Customer, variant: Variant) -> Variant:
    """Something of another product that is in stock."""
    while True:
        other = draw_variant(world, rng, customer, stock=1)
        if other.product_id != variant.product_id:
            return other


def draw_address(rng: Generator, customer: Customer) -> Address:
    """One of the customer's addresses."""
    return Sampler(rng).pick(customer.addresses)


def draw_card(world: World, rng: Generator, customer: Customer) -> Card:
    """One of the customer's cards that is still good."""
    today = world.now.date()
    return Sampler(rng).pick([card for card in customer.cards if not card.is_expired(today)])


def put_into_cart(world: World, customer: Customer, variant: Variant, quantity: int) -> None:
    """Set-up: something lies in the cart already."""
    world.db.add(CartItem(customer_id=customer.id, variant_id=variant.id, quantity=quantity, is_saved=False))
    world.db.flush()


def described(variant: Variant) -> str:
    """A variant as goals name it, e.g. `Holm Cast Iron Pan (colour Cream, size 24 cm)`."""
    options = [
        titled(title, option)
        for title, option in (("colour", variant.colour), ("size", variant.size))
        if option
    ]
    return f"{variant.product.name} ({', '.join(options)})" if options else variant.product.name


def titled(title: str, option: str) -> str:
    """An option after its title, e.g. `size 24 cm`; by itself if it begins with that, as `Size 3` does."""
    return option if option.lower().startswith(title) else f"{title} {option}"


def fill(wording: str, **parts: object) -> str:
    """A wording with its slots filled in, and its first letter a capital."""
    text = wording.format(**parts)
    return text[0].upper() + text[1:]
