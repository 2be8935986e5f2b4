"""A small shop made by hand (two products, two customers, all times on a Thursday morning), and `play`."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gristmill.apps.kit.oracle_page import first, quoted
from gristmill.apps.server.database import LentConnection, lend_connection, orm_session
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.shop.factory import create_app
from gristmill.apps.shop.models import (
    Address,
    Brand,
    Card,
    CartItem,
    Coupon,
    CouponKind,
    Customer,
    Delivery,
    Department,
    GiftCard,
    Order,
    OrderStatus,
    PickupPoint,
    Product,
    Variant,
)
from gristmill.apps.shop.services import signals
from gristmill.apps.shop.services.checkout import choose_address, choose_card, choose_delivery, use_gift_card
from gristmill.apps.shop.services.orders import place_order
from gristmill.apps.world.builder import build_world, world_key
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers, Subscriber
from gristmill.apps.world.models import Clock, CurrentUser, Model, Person, WorldSettings
from gristmill.apps.world.world import World
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.errors import Unwinnable
from gristmill.plugins import installed
from gristmill.verifiers.base import Verdict

THURSDAY = datetime(2026, 3, 5, 10, 0)
FAR = date(2027, 1, 1)

Look = Callable[[str], list[tuple[object, ...]]]


def product(key: int, name: str, department_id: int, *variants: Variant) -> Product:
    return Product(
        id=key, slug=name.lower().replace(" ", "-"), name=name, kind="desk lamp",
        department_id=department_id, brand_id=1, description="", highlights=[], picture={},
        from_cents=min(v.price_cents for v in variants), rating_tenths=0, review_count=0,
        variants=list(variants),
    )  # fmt: skip


def variant(key: int, size: str | None, colour: str, price_cents: int, stock: int) -> Variant:
    return Variant(id=key, sku=f"S{key}", size=size, colour=colour, price_cents=price_cents, stock=stock)


def address(key: int, customer_id: int, label: str, line1: str, **more: object) -> Address:
    fields = {"full_name": "Ada Park", "line2": "", "city": "Eastmere", "postcode": "40213"}
    fields |= {"is_default": False} | more
    return Address(id=key, customer_id=customer_id, label=label, line1=line1, **fields)


def card(key: int, network: str, last4: str, month: int, year: int, **more: object) -> Card:
    fields = {"customer_id": 1, "holder": "Ada Park", "is_default": False} | more
    return Card(id=key, network=network, last4=last4, expiry_month=month, expiry_year=year, **fields)


def coupon(key: int, code: str, kind: CouponKind, value: int, **more: object) -> Coupon:
    fields = {"minimum_cents": 0, "department_id": None, "expires_on": FAR} | more
    return Coupon(id=key, code=code, kind=kind, value=value, **fields)


def item(key: int, customer_id: int, variant_id: int, quantity: int, *, is_saved: bool = False) -> CartItem:
    return CartItem(
        id=key, customer_id=customer_id, variant_id=variant_id, quantity=quantity, is_saved=is_saved
    )


def rows() -> Iterator[Model]:
    yield Clock(id=1, now=THURSDAY, tick_s=5)
    yield WorldSettings(id=1, size="standard", skin="default")
    yield Person(id=1, given_name="Ada", family_name="Park", email="ada@mail.test", phone="1")
    yield Person(id=2, given_name="Ben", family_name="Moor", email="ben@mail.test", phone="2")
    yield CurrentUser(id=1, person_id=1)
    yield Customer(id=1, person_id=1, joined_on=date(2024, 1, 1))
    yield Customer(id=2, person_id=2, joined_on=date(2024, 1, 1))
    yield Department(id=1, slug="lighting", name="Lighting", blurb="")
    yield Department(id=2, slug="kitchen", name="Kitchen", blurb="")
    yield Brand(id=1, slug="oakfield", name="Oakfield")
    yield product(1, "Desk lamp", 1, variant(11, None, "Moss", 3999, 5), variant(12, None, "Slate", 3999, 0))
    yield product(
        2, "Kettle", 2, variant(21, "Large", "Cream", 2550, 40), variant(22, "Small", "Cream", 1905, 2)
    )
    yield address(1, 1, "Home", "12 Rowan Street", is_default=True)
    yield address(2, 1, "Work", "4 Foundry Lane", line2="Floor 3")
    yield address(3, 2, "Home", "9 Hill Road", full_name="Ben Moor", is_default=True)
    yield card(1, "Corvid", "4821", 8, 2028, is_default=True)
    yield card(2, "Halden", "9075", 2, 2026)
    yield card(3, "Tesserine", "1157", 3, 2026)
    yield card(4, "Corvid", "3310", 1, 2030, customer_id=2, holder="Ben Moor", is_default=True)
    yield GiftCard(id=1, code="GIFT-SMALL", balance_cents=2000)
    yield GiftCard(id=2, code="GIFT-LARGE", balance_cents=90000)
    yield GiftCard(id=3, code="GIFT-EMPTY", balance_cents=0)
    yield coupon(1, "TEN", CouponKind.PERCENT, 10, minimum_cents=3000)
    yield coupon(2, "LAMPS", CouponKind.AMOUNT, 500, department_id=1, minimum_cents=3999)
    yield coupon(3, "FREESHIP", CouponKind.FREE_DELIVERY, 0)
    yield coupon(4, "OLD", CouponKind.PERCENT, 10, expires_on=date(2026, 3, 4))
    yield coupon(5, "TODAY", CouponKind.AMOUNT, 99999, expires_on=date(2026, 3, 5))
    yield PickupPoint(
        id=1, name="Old Mill", line1="1 Mill Lane", city="Eastmere", postcode="40210", hours="Mon-Fri 9am-6pm"
    )
    yield item(1, 1, 11, 1)
    yield item(2, 1, 21, 1)
    yield item(3, 1, 22, 2, is_saved=True)
    yield item(4, 2, 21, 3)


@pytest.fixture(scope="module")
def open_world() -> Iterator[Callable[..., LentConnection]]:
    """Opens a copy of the rows of a world: `open_world("mail", "shop", seed=2)`; closed after the module.

    The world comes from the cache of worlds, which all processes share and whose keys name the code that
    wrote the rows: only tests of building itself have reason to build one again.
    """
    opened: list[LentConnection] = []

    def open_copy(*apps: str, seed: int = 1, size: WorldSize = WorldSize.STANDARD) -> LentConnection:
        specs, choice = [installed().app(name) for name in sorted(apps)], WorldChoice(seed=seed, size=size)
        store = default_runtime().store
        world = store.get(world_key(specs, choice), lambda rows: build_world(specs, choice, rows))
        opened.append(sqlite3.connect(":memory:", factory=LentConnection))
        opened[-1].deserialize(world.data)
        return opened[-1]

    yield open_copy
    for connection in opened:
        connection.shut()


@pytest.fixture(scope="session")
def corner_image() -> bytes:
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    with orm_session(connection) as db:
        Model.metadata.create_all(db.connection())
        db.add_all(rows())
        db.commit()
    return connection.serialize()


@pytest.fixture
def session_pool() -> SessionPool:
    return SessionPool()


@pytest.fixture
def session(session_pool: SessionPool, corner_image: bytes) -> Iterator[LiveSession]:
    """A session of the small shop."""
    live = session_pool.open(corner_image, ["shop"])
    yield live
    session_pool.close(live)


@pytest.fixture
def corner(corner_image: bytes) -> Iterator[sqlite3.Connection]:
    """The small shop's database: Ada (customer 1) is signed in, a lamp and a kettle in her cart."""
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    connection.deserialize(corner_image)
    connection.handlers = Handlers.of([SHOP])
    with lend_connection(connection):
        yield connection
    connection.shut()


@pytest.fixture
def corner_db(corner: sqlite3.Connection) -> Iterator[Session]:
    with orm_session(corner) as db:
        yield db


@pytest.fixture
def ada(corner_db: Session) -> Customer:
    return corner_db.get_one(Customer, 1)


@pytest.fixture
def placed(corner_db: Session, ada: Customer) -> Order:
    """Ada's open order of a lamp ($39.99) and a kettle ($25.50), sent to Home, 10 % off, $20 by gift card."""
    ada.coupon_code = "TEN"
    choose_address(corner_db, ada, 1)
    choose_delivery(corner_db, ada, Delivery.STANDARD, None)
    choose_card(corner_db, ada, 1, THURSDAY.date())
    use_gift_card(corner_db, ada, "GIFT-SMALL")
    order = place_order(corner_db, ada, World(corner_db), agreed_cents=5894)
    corner_db.commit()
    return order


@pytest.fixture
def delivered(corner_db: Session, placed: Order) -> Order:
    """The same order, delivered two days ago."""
    placed.status = OrderStatus.DELIVERED
    placed.shipped_at, placed.delivered_at = THURSDAY - timedelta(days=4), THURSDAY - timedelta(days=2)
    corner_db.commit()
    return placed


@pytest.fixture
def heard(corner: sqlite3.Connection) -> list[tuple[str, Mapping[str, Any]]]:
    """The shop's signals, as another app of the world hears them."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    listeners = {
        kind: (Subscriber("probe", lambda _, payload, kind=kind: found.append((kind, payload))),)
        for kind in vars(signals).values()
        if isinstance(kind, str) and kind.startswith("shop.")
    }
    corner.handlers = replace(Handlers.of([SHOP]), signals=listeners)  # type: ignore[attr-defined]
    return found


@pytest.fixture(scope="session")
def corner_app() -> Flask:
    return create_app()


@pytest.fixture
def shopper(corner_app: Flask, corner: sqlite3.Connection) -> FlaskClient:
    """Ada's browser in the small shop."""
    return corner_app.test_client()


@pytest.fixture
def look(corner: sqlite3.Connection) -> Look:
    """Committed rows, read with SQL past the ORM."""
    return lambda sql: corner.execute(sql).fetchall()


@pytest.fixture
def arrange(corner: sqlite3.Connection) -> Callable[[str], None]:
    """Change committed rows with SQL, as set-up."""

    def run(sql: str) -> None:
        corner.execute(sql)
        corner.commit()

    return run


# Controls whose middle, once scrolled to, belongs to something else.
COVERED = """() => [...document.querySelectorAll("a[href], button, input, select, summary")].filter((e) => {
  if (!e.checkVisibility()) return false;
  e.scrollIntoView({ block: "center" });
  const box = e.getClientRects()[0];
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(hit && (e.contains(hit) || [...(e.labels ?? [])].some((label) => label.contains(hit))));
}).map((e) => "covered: " + e.outerHTML.slice(0, 120))"""
# Tables, forms and controls that stick out of what holds them, where nothing can be scrolled to them.
STICKING_OUT = """() => [
  ...document.querySelectorAll("main :is(table, form, button, input, select, a)")
].filter((e) => {
  if (!e.checkVisibility() || getComputedStyle(e).position === "absolute") return false;
  for (let p = e.parentElement; p && p.tagName !== "MAIN"; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== "visible") return false;
  let p = e.parentElement;
  while (["inline", "contents"].includes(getComputedStyle(p).display)) p = p.parentElement;
  return e.getBoundingClientRect().right > p.getBoundingClientRect().right + 1;
}).map((e) => "sticks out: " + e.outerHTML.slice(0, 120))"""
# Texts with a word that is wider than their box.
CUT = """() => [...document.querySelectorAll("main :is(h1, h2, h3, p, dd, th, td)")].filter((e) => {
  const { display, overflowX } = getComputedStyle(e);
  const isBox = e.checkVisibility() && display !== "inline" && overflowX === "visible";
  return isBox && e.scrollWidth > e.clientWidth + 1;
}).map((e) => "too long: " + e.outerHTML.slice(0, 120))"""
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth ? ["the page is too wide"] : []"""


@pytest.fixture(scope="session")
def layout_faults(evaluate: Callable[..., list[str]]) -> Callable[[WebEnv], list[str]]:
    """What lies over something, or over an edge, on the page that an environment shows."""
    return lambda env: [
        fault for script in (TOO_WIDE, COVERED, STICKING_OUT, CUT) for fault in evaluate(env, script)
    ]


class Play:
    """One episode after another of a family."""

    def __init__(self, task: str) -> None:
        self.env = WebEnv(task, engine="dom")

    def start(self, seed: int) -> "Play":
        self.env.reset(seed=seed)
        return self

    @property
    def terms(self):
        return self.env.runner.episode.task.terms

    @property
    def goal(self) -> str:
        return self.env.runner.episode.task.goal

    def act(self, *actions: str) -> "Play":
        for action in actions:
            observation, *_ = self.env.step(action)
            assert observation["error"] == "", (action, observation["error"])
        return self

    def click(self, role: str, name) -> "Play":
        node = first(self.env.runner.outline(), role, name)
        assert node is not None, (role, name, self.env.runner.observation()["aria"])
        return self.act(f"click {node.ref}")

    def fill(self, name, text: str, role: str = "textbox") -> "Play":
        node = first(self.env.runner.outline(), role, name)
        assert node is not None, (name, self.env.runner.observation()["aria"])
        return self.act(f"fill {node.ref} {quoted(text)}")

    def oracle(self, until: Callable[[str], bool] = lambda action: False) -> str:
        """Let the oracle play until it would take such an action or says `done`; returns that action."""
        for _ in range(80):
            action = self.env.oracle()
            if action.partition(" ")[0] in {"done", "answer", "give_up"} or until(action):
                return action
            self.act(action)
        raise AssertionError("The oracle did not come to an end.")

    def end(self, action: str = "done") -> Verdict:
        *_, info = self.env.step(action)
        assert info["infra_error"] is None, info["infra_error"].traceback
        return info["verdict"]

    def failed(self, action: str = "done") -> set[str]:
        """The names of the checks that fail if the episode ends like this."""
        return {check.name for check in self.end(action).checks if not check.passed}

    def is_lost(self) -> bool:
        try:
            self.env.oracle()
        except Unwinnable:
            return True
        return False


@pytest.fixture(scope="module")
def play() -> Iterator[Callable[[str, int], Play]]:
    made: dict[str, Play] = {}

    def start(task: str, seed: int) -> Play:
        return made.setdefault(task, Play(task)).start(seed)

    yield start
    for each in made.values():
        each.env.close()
