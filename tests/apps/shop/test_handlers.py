"""Orders are shipped and delivered by events; the agent's diff holds none of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.shop import APP
from gristmill.apps.shop.handlers import DELIVER, DELIVERED_AT
from gristmill.apps.shop.models import Customer, Delivery, Order, OrderStatus
from gristmill.apps.shop.services.checkout import choose_address, choose_card, choose_delivery
from gristmill.apps.shop.services.orders import SHIPS_AFTER, place_order
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.models import Clock
from gristmill.apps.world.world import World


@pytest.fixture
def live(session_pool: SessionPool, corner_image: bytes) -> Iterator[LiveSession]:
    session = session_pool.open(corner_image, ["shop"], handlers=Handlers.of([APP]))
    yield session
    session_pool.close(session)


def place(session: LiveSession) -> None:
    with session.orm_session() as db:
        world, ada = World(db), db.get_one(Customer, 1)
        choose_address(db, ada, 2)
        choose_delivery(db, ada, Delivery.STANDARD, None)
        choose_card(db, ada, 1, world.now.date())
        place_order(db, ada, world, agreed_cents=6549)
        db.commit()


def status(session: LiveSession) -> OrderStatus:
    with session.orm_session() as db:
        return db.scalars(select(Order).order_by(Order.id.desc())).first().status  # type: ignore[union-attr]


def advance(session: LiveSession, to: datetime) -> None:
    with session.orm_session() as db:
        clock = db.scalars(select(Clock)).one()
        steps = -(-(to - clock.now) // timedelta(seconds=clock.tick_s))
    session.tick(steps)


def test_an_order_is_shipped_and_delivered_in_time(live: LiveSession) -> None:
    place(live)
    with live.orm_session() as db:
        order = db.scalars(select(Order).order_by(Order.id.desc())).first()
        assert order is not None
        ships, arrives = order.placed_at + SHIPS_AFTER, datetime.combine(order.arrives_from, DELIVERED_AT)
    assert status(live) is OrderStatus.PROCESSING
    advance(live, ships - timedelta(minutes=1))
    assert status(live) is OrderStatus.PROCESSING
    advance(live, ships)
    assert status(live) is OrderStatus.SHIPPED
    advance(live, arrives)
    assert status(live) is OrderStatus.DELIVERED


def test_a_cancelled_order_is_not_shipped(live: LiveSession) -> None:
    place(live)
    with live.orm_session() as db:
        order = db.scalars(select(Order).order_by(Order.id.desc())).first()
        assert order is not None
        order.status, ships = OrderStatus.CANCELLED, order.placed_at + SHIPS_AFTER
        db.commit()
    advance(live, ships)
    assert status(live) is OrderStatus.CANCELLED


def test_shipping_is_a_change_of_the_world(live: LiveSession) -> None:
    place(live)
    with live.orm_session() as db:
        ships = World(db).now + SHIPS_AFTER
    advance(live, ships)
    changes = [(change.table, change.columns) for change in live.world_changes()]
    assert ("shop_order", ("status", "shipped_at")) in changes
    with live.orm_session() as db:
        pending = db.connection().exec_driver_sql("SELECT kind FROM world_event WHERE status = 'pending'")
        assert pending.scalars().all() == [DELIVER]
