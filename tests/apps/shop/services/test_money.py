"""Whatever becomes of an order, nobody gets back more than they paid, and every sum that is shown adds up."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop import handlers
from gristmill.apps.shop.models import (
    Card,
    CartItem,
    Customer,
    Delivery,
    GiftCard,
    Order,
    OrderStatus,
    RefundMethod,
    ReturnKind,
    Variant,
)
from gristmill.apps.shop.services import changes, checkout, payments, returns
from gristmill.apps.shop.services.errors import ShopError
from gristmill.apps.shop.services.orders import place_order
from gristmill.apps.shop.services.payments import signed
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

Means = tuple[int | None, int | None]
STEPS = 14


class Shopper:
    """A customer who does at random what the shop allows, and keeps their own books."""

    def __init__(self, db: Session, sampler: Sampler) -> None:
        self.db, self.world, self.sampler = db, World(db), sampler
        self.customer = db.get_one(Customer, 1)
        self.paid: Counter[Means] = Counter()
        self.seen: set[int] = set()
        db.get_one(Card, 2).expiry_year = 2030
        for variant in db.scalars(select(Variant)):
            variant.stock = 50
        self.order = self.buy()
        self.balances = self.gift_cards()

    def buy(self) -> Order:
        sampler, today = self.sampler, self.world.now.date()
        for item in self.db.scalars(select(CartItem).where(CartItem.customer_id == 1)):
            item.quantity, item.is_saved = sampler.between(1, 4), False
        self.customer.coupon_code = sampler.pick((None, "TEN", "LAMPS", "FREESHIP", "TODAY"))
        checkout.choose_address(self.db, self.customer, 1)
        checkout.choose_delivery(
            self.db, self.customer, sampler.pick((Delivery.STANDARD, Delivery.EXPRESS)), None
        )
        checkout.choose_card(self.db, self.customer, sampler.pick((1, 2, 3)), today)
        checkout.choose_gift(self.db, self.customer, is_gift=sampler.chance(30), note="")
        if code := sampler.pick(("", "", "GIFT-SMALL", "GIFT-LARGE")):
            checkout.use_gift_card(self.db, self.customer, code)
        basket = checkout.basket(self.db, self.customer, today)
        by_card, by_gift_card = basket.due_cents, basket.gift_card_cents
        order = place_order(self.db, self.customer, self.world, agreed_cents=basket.price.total_cents)
        self.paid[order.card_id, None] += by_card
        self.paid[None, order.gift_card_id] += by_gift_card
        return order

    def gift_cards(self) -> dict[int, int]:
        return {card.id: card.balance_cents for card in self.db.scalars(select(GiftCard))}

    def act(self) -> None:
        """One thing at random; what the shop refuses changes nothing."""
        acts: tuple[Callable[[], object], ...] = (
            self.change, self.change, self.pay_otherwise, self.move_price, self.be_refunded, self.advance,
            self.cancel, self.send_back, self.send_back, self.exchange, self.receive, self.receive,
        )  # fmt: skip
        self.db.commit()
        try:
            self.sampler.pick(acts)()
        except (ShopError, TargetGone):
            self.db.rollback()
        self.db.flush()
        for row in self.order.payments:
            if row.id not in self.seen:
                self.seen.add(row.id)
                self.paid[row.card_id, row.gift_card_id] += signed(row)
                if row.gift_card_id is not None:
                    self.balances[row.gift_card_id] = self.balances.get(row.gift_card_id, 0) - signed(row)

    def change(self) -> None:
        line, source = self.sampler.pick(self.order.lines), self.source()
        changes.change_line(self.world, self.order, line, self.other(line.variant), source)

    def exchange(self) -> None:
        line, wish = self.sampler.pick(self.order.lines), self.wish()
        returns.open_exchange(self.world, self.order, line, self.other(line.variant), wish, self.source())

    def send_back(self) -> None:
        lines = self.sampler.some(self.order.lines, self.sampler.between(1, len(self.order.lines)))
        chosen = {line: self.sampler.between(1, line.quantity) for line in lines}
        returns.open_return(self.world, self.order, chosen, self.wish())

    def pay_otherwise(self) -> None:
        before = self.order.card_id
        card = self.db.get_one(Card, self.sampler.pick((1, 2, 3)))
        changes.change_card(self.world, self.order, card)
        self.paid[card.id, None] += self.paid.pop((before, None))

    def move_price(self) -> None:
        variant = self.sampler.pick(list(self.db.scalars(select(Variant))))
        cents = variant.price_cents * self.sampler.pick((5, 50, 90, 110, 200, 900)) // 100
        handlers.change_price(self.world, {"variant_id": variant.id, "price_cents": cents})

    def be_refunded(self) -> None:
        cents = self.sampler.pick((1, 500, self.order.total_cents))
        handlers.refund_order(self.world, {"order_id": self.order.id, "cents": cents})

    def cancel(self) -> None:
        if self.sampler.chance(30):
            changes.cancel(self.world, self.order, "late")

    def advance(self) -> None:
        if self.order.status is OrderStatus.PROCESSING:
            self.order.status, self.order.delivered_at = OrderStatus.DELIVERED, self.world.now

    def receive(self) -> None:
        for opened in self.order.returns:
            if opened.received_at is None:
                returns.receive(self.world, opened)
                assert opened.refund_cents == sum(
                    row.cents for row in self.order.payments if row.return_id == opened.id and signed(row) < 0
                )

    def source(self) -> payments.Source | None:
        sources = changes.sources(self.db, self.world.now.date(), self.customer, self.order)
        return self.sampler.pick(list(sources.values()))

    def wish(self) -> returns.Wish:
        return returns.Wish(reason="faulty", method=self.sampler.pick(tuple(RefundMethod)))

    def other(self, variant: Variant) -> int:
        return next(each.id for each in variant.product.variants if each.id != variant.id)


def require_sums(shopper: Shopper) -> None:
    order = shopper.order
    goods = sum(line.unit_price_cents * line.quantity for line in order.lines)
    assert order.subtotal_cents == goods
    assert 0 <= order.discount_cents <= goods
    assert order.total_cents == goods - order.discount_cents + order.delivery_cents + order.wrap_cents
    assert sum(cents for _, cents in payments.parts_of_total(order)) == order.total_cents
    held = {(each.card_id, each.gift_card_id): cents for each, cents in payments.holdings(order).items()}
    assert {means: cents for means, cents in held.items() if cents} == {
        means: cents for means, cents in shopper.paid.items() if cents
    }
    assert sum(held.values()) == payments.left_cents(order)
    credit = payments.find_store_credit(shopper.db, shopper.customer)
    for means, cents in held.items():
        assert cents >= 0 or (credit is not None and means == (None, credit.id))
    assert shopper.gift_cards() == shopper.balances
    assert min(shopper.balances.values()) >= 0
    due = sum(opened.refund_cents for opened in order.returns if opened.kind is ReturnKind.REFUND)
    assert due <= goods - order.discount_cents
    if order.status is OrderStatus.CANCELLED:
        assert not payments.left_cents(order)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gets_back_more_than_they_paid(corner_db: Session, seed: int) -> None:
    shopper = Shopper(corner_db, Sampler(np.random.default_rng(seed)))
    require_sums(shopper)
    for _ in range(STEPS):
        shopper.act()
        require_sums(shopper)
