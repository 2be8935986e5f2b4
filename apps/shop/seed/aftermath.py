"""What became of past orders: when they moved, why they were cancelled, what came back."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import OrderStatus, PaymentKind, RefundMethod, ReturnKind
from gristmill.apps.shop.services.changes import CANCEL_REASONS
from gristmill.apps.shop.services.numbers import share_cents
from gristmill.apps.shop.services.returns import REASONS, TRAVELS
from gristmill.apps.world.chronicle import RefundRequest

SHIPS_AFTER, DELIVERED_AT, CANCELLED_AFTER = timedelta(hours=20), time(hour=15), timedelta(hours=3)
RETURNED_PERCENT = 8
SETTLED = timedelta(days=45)  # younger orders are left to stories and tasks

Row = dict[str, object]
Rows = list[Row]


def add_times(sampler: Sampler, orders: Rows, now: datetime) -> None:
    """When each order was shipped, delivered or cancelled, and why."""
    for order in orders:
        placed_at, status = _time(order["placed_at"]), order["status"]
        arrived_at = datetime.combine(_date(order["arrives_from"]), DELIVERED_AT)
        is_sent = status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
        is_cancelled = status is OrderStatus.CANCELLED
        order |= {
            "shipped_at": min(placed_at + SHIPS_AFTER, now, arrived_at) if is_sent else None,
            "delivered_at": min(arrived_at, now) if status is OrderStatus.DELIVERED else None,
            "cancelled_at": min(placed_at + CANCELLED_AFTER, now) if is_cancelled else None,
            "cancel_reason": sampler.pick(tuple(CANCEL_REASONS.values())) if is_cancelled else None,
        }


class Aftermath:
    """The rows of returns and payments that follow from orders. Orders that came back change their status."""

    def __init__(
        self, sampler: Sampler, now: datetime, number: Callable[[], str], first_ids: tuple[int, int] = (1, 1)
    ) -> None:
        self._sampler, self._now, self._number = sampler, now, number
        self._first_return, self._first_line = first_ids
        self.returns: Rows = []
        self.lines: Rows = []
        self.payments: Rows = []

    def follow(self, orders: Rows, lines: Rows, *, can_return: bool = True) -> None:
        """Refund what was cancelled; some old orders came back, in whole or in part."""
        own: dict[object, Rows] = {}
        for line in lines:
            own.setdefault(line["order_id"], []).append(line)
        for order in orders:
            if order["status"] is OrderStatus.CANCELLED:
                self._refund(
                    order, _whole(order["total_cents"]), _time(order["cancelled_at"]), "order cancelled"
                )
            elif can_return and self._is_old(order) and self._sampler.chance(RETURNED_PERCENT):
                self._send_back(order, own[order["id"]])

    def _is_old(self, order: Row) -> bool:
        is_there = order["status"] is OrderStatus.DELIVERED
        return is_there and self._now - _time(order["placed_at"]) > SETTLED

    def pay_back(self, request: RefundRequest, order: Row, lines: Rows) -> None:
        """Pay back pieces of an order's first line, as a story says, and how much it was."""
        line, quantity = lines[0], request.quantity
        goods = quantity * _whole(line["unit_price_cents"])
        share = _share(order, goods)
        due = goods - share
        request.cents = due - share if request.is_short else due
        key = None
        if request.opened_at is not None:
            is_all = len(lines) == 1 and quantity == line["quantity"]
            pieces = [(line, quantity)]
            key, _ = self._open(order, pieces, due, request.opened_at, request.at, is_all=is_all)
        self._refund(order, request.cents, request.at, request.reason, key)

    def _send_back(self, order: Row, lines: Rows) -> None:
        chosen = self._sampler.some(lines, self._sampler.between(1, len(lines)))
        is_all = len(chosen) == len(lines)
        goods = [_whole(each["unit_price_cents"]) * _whole(each["quantity"]) for each in chosen]
        shares = _whole(order["discount_cents"]) if is_all else sum(_share(order, each) for each in goods)
        due = sum(goods) - shares
        opened_at = _time(order["delivered_at"]) + timedelta(days=self._sampler.between(1, 9), hours=3)
        pieces = [(each, _whole(each["quantity"])) for each in chosen]
        back_at = opened_at + TRAVELS
        key, number = self._open(order, pieces, due, opened_at, back_at, is_all=is_all)
        self._refund(order, due, back_at, f"return {number}", key)

    def _open(
        self, order: Row, pieces: list[tuple[Row, int]], cents: int, opened_at: datetime, back_at: datetime,
        *, is_all: bool,
    ) -> tuple[int, str]:  # fmt: skip
        key, number = self._first_return + len(self.returns), self._number()
        self.returns.append(
            {
                "id": key, "number": number, "order_id": order["id"], "kind": ReturnKind.REFUND,
                "reason": self._sampler.pick(tuple(REASONS.values())[:4]), "method": RefundMethod.ORIGINAL,
                "refund_cents": cents, "opened_at": opened_at, "received_at": back_at,
            }
        )  # fmt: skip
        for line, quantity in pieces:
            self.lines.append(
                {
                    "id": self._first_line + len(self.lines), "return_id": key, "order_line_id": line["id"],
                    "quantity": quantity,
                }
            )  # fmt: skip
        order["status"] = OrderStatus.RETURNED if is_all else OrderStatus.PARTLY_RETURNED
        return key, number

    def _refund(
        self, order: Row, cents: int, at: datetime, reason: str, return_id: int | None = None
    ) -> None:
        by_card = min(cents, _whole(order["total_cents"]) - _whole(order["gift_card_cents"]))
        for part, method, card_id, gift_card_id in (
            (by_card, order["card_label"], order["card_id"], None),
            (cents - by_card, "gift card", None, order["gift_card_id"]),
        ):
            if part > 0:
                self.payments.append(
                    {
                        "order_id": order["id"], "return_id": return_id,
                        "kind": PaymentKind.REFUND, "cents": part, "card_id": card_id,
                        "gift_card_id": gift_card_id, "method": method, "reason": reason, "made_at": at,
                    }
                )  # fmt: skip


def _share(order: Row, goods_cents: int) -> int:
    return share_cents(_whole(order["discount_cents"]), goods_cents, _whole(order["subtotal_cents"]))


def _whole(value: object) -> int:
    return int(str(value))


def _time(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} should be a time")
    return value


def _date(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} should be a day")
    return value
