"""Episodes of the shop's families, played through the shop's own services instead of its pages."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.base import EndsWith, Task
from gristmill.apps.kit.oracle_page import first, starting
from gristmill.apps.shop.models import CartItem, Customer, Delivery, GiftCard, Order, PickupPoint, Variant
from gristmill.apps.shop.services import cart, checkout, orders
from gristmill.apps.shop.services.pricing import apply_coupon
from gristmill.apps.world.world import World
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import Unwinnable
from gristmill.plugins import installed
from gristmill.snapshots.diff import RowChange
from gristmill.snapshots.image import restore
from gristmill.verifiers.base import CheckKind, Verdict

SEEDS = {"train": 40, "test": 10}
REPLAYED_SEEDS = 16


class Clerk:
    """Does what a shopper could do, for one customer, in one database session."""

    def __init__(self, db: Session, task: Task) -> None:
        self.db, self.world, self.terms = db, World(db), task.terms
        self.customer = db.get_one(Customer, task.terms["customer_id"])
        keys = task.terms.get("variant_ids") or [task.terms.get("variant_id") or task.terms["lines"][0][0]]
        self.fitting = [db.get_one(Variant, key) for key in keys]
        self.wanted, self.quantity = (
            self.fitting[0],
            int(task.terms.get("quantity") or task.terms["lines"][0][1]),
        )

    def in_cart(self) -> list[CartItem]:
        return cart.cart_lines(self.db, self.customer)

    def empty_cart(self) -> None:
        for line in self.in_cart():
            cart.remove_item(self.db, line)

    def put(self, variant: Variant, quantity: int) -> CartItem:
        return cart.add_to_cart(self.db, self.customer, variant, quantity)

    def fill_cart(self, variant: Variant | None = None, quantity: int | None = None) -> None:
        """Have this alone in the cart; by default what is asked for."""
        self.empty_cart()
        self.put(variant or self.wanted, quantity or self.quantity)

    def choose(
        self, *, address_id: int | None = None, delivery: str | None = None, card_id: int | None = None
    ) -> None:
        """Go through the checkout's steps; by default with what is asked for."""
        terms = self.terms
        checkout.choose_address(self.db, self.customer, address_id or terms["address_id"])
        kind = Delivery(delivery or terms["delivery"])
        point = self.db.scalars(select(PickupPoint)).first() if kind is Delivery.PICKUP else None
        checkout.choose_delivery(self.db, self.customer, kind, point)
        checkout.choose_card(self.db, self.customer, card_id or terms["card_id"], self.world.now.date())

    def place(self) -> Order:
        current = checkout.basket(self.db, self.customer, self.world.now.date())
        return orders.place_order(self.db, self.customer, self.world, agreed_cents=current.price.total_cents)

    def order(self, variant: Variant | None = None, quantity: int | None = None, **choices: Any) -> Order:
        """Order this; by default what is asked for, sent and paid as asked for."""
        self.fill_cart(variant, quantity)
        self.choose(**choices)
        return self.place()

    def do_as_asked(self) -> None:
        if "variant_ids" in self.terms:
            self.order()
        else:
            self.put(self.wanted, self.quantity)

    def use_gift_card(self) -> None:
        """The one with the least on it."""
        spendable = select(GiftCard).where(GiftCard.balance_cents > 0).order_by(GiftCard.balance_cents)
        checkout.use_gift_card(self.db, self.customer, self.db.scalars(spendable.limit(1)).one().code)

    def use_coupon(self, code: str) -> None:
        apply_coupon(self.db, self.customer, code, self.in_cart(), self.world.now.date())


class Stage:
    """An episode that can be played over and over from its beginning."""

    def __init__(self, runtime: Runtime, family_id: str, seed: int, split: str) -> None:
        family = installed().family(family_id)
        self.episode = Episode.draw(runtime, family, seed=seed, split=split)
        self.task = self.episode.task
        self.beginning = self.episode.session.image()

    @cached_property
    def ending(self) -> bytes:
        """The state in which all is done as asked."""
        self.rewind(self.beginning)
        with self.clerk() as clerk:
            clerk.do_as_asked()
        return self.episode.session.image()

    @contextmanager
    def clerk(self) -> Iterator[Clerk]:
        """Somebody who acts for the task's customer; what they did is committed."""
        with self.episode.session.orm_session() as db:
            yield Clerk(db, self.task)
            db.commit()

    def rewind(self, image: bytes) -> None:
        """Go to another state of the same world."""
        with self.episode.session.connection() as connection, closing(restore(image)) as source:
            source.backup(connection)
            connection.execute(
                "UPDATE world_current_user SET id = id"
            )  # SQLite counts no changes of a backup
            connection.commit()

    def judge(self) -> Verdict:
        return self.episode.judge(is_over=True)

    def failed(self) -> set[str]:
        return {check.name for check in self.judge().checks if not check.passed}

    def changes(self) -> tuple[RowChange, ...]:
        return self.episode.diff().changes

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.episode.session.connection() as connection, connection:  # a failed one is rolled back
            return connection.execute(statement, values).fetchall()


Stages = Callable[..., Iterator[Stage]]


@pytest.fixture(scope="session")
def each_stage(runtime: Runtime) -> Callable[[str, str], Iterator[Stage]]:
    """Every episode of a family and a split that the proofs look at, one open at a time."""

    def played(family_id: str, split: str) -> Iterator[Stage]:
        for seed in range(SEEDS[split]):
            stage = Stage(runtime, family_id, seed, split)
            yield stage
            stage.episode.close()

    return played


@pytest.fixture(scope="session")
def stages(runtime: Runtime) -> Iterator[Stages]:
    """The first episodes of a family, rewound to their beginning or to where all is done as asked.

    They are kept, because many tests replay them.
    """
    kept: dict[str, list[Stage]] = {}

    def rewound(
        family_id: str, *, done: bool = False, first: int = 0, count: int = REPLAYED_SEEDS
    ) -> Iterator[Stage]:
        opened = kept.setdefault(family_id, [])
        opened += (Stage(runtime, family_id, seed, "train") for seed in range(len(opened), first + count))
        for stage in opened[first : first + count]:
            stage.rewind(stage.ending if done else stage.beginning)
            yield stage

    yield rewound
    for stage in (stage for group in kept.values() for stage in group):
        stage.episode.close()


class Counter:
    """An episode about orders, in which a test can act for the customer through the shop's services."""

    def __init__(self, episode: Any) -> None:
        self.play, self.env = episode, episode.env
        self.task: Task = episode.env.runner.episode.task
        self.terms = self.task.terms

    @contextmanager
    def world(self) -> Iterator[World]:
        """The world; what is changed is committed."""
        with self.env.runner.episode.session.orm_session() as db:
            yield World(db)
            db.commit()

    def order(self, world: World) -> Order:
        """The order that is meant."""
        return world.db.get_one(Order, self.terms["order_id"])

    def others(self, world: World) -> list[Order]:
        """The customer's other orders, newest first."""
        own = select(Order).where(Order.customer_id == self.terms["customer_id"])
        rows = world.db.scalars(own.order_by(Order.placed_at.desc(), Order.id.desc()))
        return [row for row in rows if row.id != self.terms["order_id"]]

    def failed(self, action: str = "done") -> set[str]:
        return self.play.failed(action)

    def wander(self, steps: int, seed: int) -> None:
        """Take random actions."""
        agent = RandomAgent()
        agent.begin(self.env, seed)
        observation = self.env.runner.observation()
        for _ in range(steps):
            observation, *_ = self.env.step(agent.act(observation))


@pytest.fixture
def found(play: Callable[[str, int], Any]) -> Callable[..., Counter]:
    """The first episode of a family whose task ends like this and whose terms are as wanted."""

    def find(
        task_id: str, ends_with: EndsWith = EndsWith.DONE, wanted: Callable[[Any], bool] = lambda terms: True
    ) -> Counter:
        for seed in range(80):
            counter = Counter(play(task_id, seed))
            if counter.task.ends_with is ends_with and wanted(counter.terms):
                return counter
        raise AssertionError(f"No task of {task_id} is like this.")

    return find


@pytest.fixture
def resumes(play: Callable[[str, int], Any]) -> Callable[[str, int], bool]:
    """Whether the oracle succeeds, or says that it cannot, after ten random actions."""

    def take_over(task_id: str, seed: int) -> bool:
        counter = Counter(play(task_id, seed))
        counter.wander(10, seed)
        try:
            action = counter.play.oracle()
        except Unwinnable:
            return True
        failed = [check for check in counter.play.end(action).checks if not check.passed]
        return all(check.kind is CheckKind.SIDE_EFFECTS for check in failed)

    return take_over


@pytest.fixture(scope="session")
def shop() -> type["ShopMoves"]:
    """Moves of a shopper in the episodes of `play`."""
    return ShopMoves


class ShopMoves:
    """What tests do in the shop besides what the oracle does, in the default skin."""

    @staticmethod
    def change(episode: Any, act: Callable[[Session], Any]) -> None:
        """Change rows, as if it had been done on a page."""
        with episode.env.runner.episode.session.orm_session() as db:
            act(db)
            db.commit()

    @staticmethod
    def look(episode: Any, act: Callable[[Session], Any]) -> Any:
        """Read rows."""
        with episode.env.runner.episode.session.orm_session() as db:
            return act(db)

    @classmethod
    def slug(cls, episode: Any, variant_id: int) -> str:
        return str(cls.look(episode, lambda db: db.get_one(Variant, variant_id).product.slug))

    @classmethod
    def address_of(cls, episode: Any, variant_id: int) -> str:
        """The address of a product's page with a variant's options chosen."""
        variant = cls.look(episode, lambda db: db.get_one(Variant, variant_id))
        options = {"size": variant.size, "colour": variant.colour}
        asked = urlencode({name: value for name, value in options.items() if value})
        return f"/p/{cls.slug(episode, variant_id)}?{asked}"

    @classmethod
    def name(cls, episode: Any, variant_id: int) -> str:
        return str(cls.look(episode, lambda db: cart.line_name(db.get_one(Variant, variant_id))))

    @staticmethod
    def press(episode: Any, role: str, name: Any) -> set[str]:
        """Press a button that ends the episode if all is right; the names of the checks that fail."""
        node = first(episode.env.runner.outline(), role, name)
        assert node is not None, episode.env.runner.observation()["aria"]
        *_, terminated, truncated, info = episode.env.step(f"click {node.ref}")
        if not (terminated or truncated):
            return set(episode.failed())
        return {check.name for check in info["verdict"].checks if not check.passed}

    @classmethod
    def order(cls, episode: Any, **choices: str) -> set[str]:
        """Order what is in the cart; the names of the checks that fail."""
        cls.check_out(episode, **choices)
        return cls.press(episode, "button", "Place order")

    @staticmethod
    def check_out(episode: Any, **choices: str) -> None:
        """Go to the last step: by default to the default address, standard, by the default card."""
        episode.act("goto /checkout/address")
        for name, button in (
            ("address", "Deliver to this address"), ("delivery", "Continue to payment"),
            ("card", "Continue to review"),
        ):  # fmt: skip
            if name in choices:
                node = first(episode.env.runner.outline(), "radio", starting(choices[name]))
                assert node is not None, (choices[name], episode.env.runner.observation()["aria"])
                episode.act(f"check {node.ref}")
            episode.click("button", button)

    clerk = Clerk
