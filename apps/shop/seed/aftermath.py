"""What became of past orders: when they moved, why they were cancelled, what came back."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import OrderStatus, PaymentKind, RefundMethod, ReturnKind
from gristmill.apps.shop.services.changes import CANCEL_REASONS
from gristmill.apps.shop.services.returns import REASONS, TRAVELS

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

    def __init__(self, sampler: Sampler, now: datetime, number: Callable[[], str]) -> None:
        self._sampler, self._now, self._number = sampler, now, number
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

    def _send_back(self, order: Row, lines: Rows) -> None:
        chosen = self._sampler.some(lines, self._sampler.between(1, len(lines)))
        goods = sum(_whole(each["unit_price_cents"]) * _whole(each["quantity"]) for each in chosen)
        share = _half_up(_whole(order["discount_cents"]) * goods, _whole(order["subtotal_cents"]))
        opened_at = _time(order["delivered_at"]) + timedelta(days=self._sampler.between(1, 9), hours=3)
        key, number = len(self.returns) + 1, self._number()
        self.returns.append(
            {
                "id": key, "number": number, "order_id": order["id"], "kind": ReturnKind.REFUND,
                "reason": self._sampler.pick(tuple(REASONS.values())[:4]), "method": RefundMethod.ORIGINAL,
                "refund_cents": goods - share, "opened_at": opened_at, "received_at": opened_at + TRAVELS,
            }
        )  # fmt: skip
        for line in chosen:
            self.lines.append(
                {
                    "id": len(self.lines) + 1, "return_id": key, "order_line_id": line["id"],
                    "quantity": line["quantity"],
                }
            )  # fmt: skip
        is_all = len(chosen) == len(lines)
        order["status"] = OrderStatus.RETURNED if is_all else OrderStatus.PARTLY_RETURNED
        self._refund(order, goods - share, opened_at + TRAVELS, f"return {number}", key)

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


def _half_up(value: int, by: int) -> int:
    return (2 * value + by) // (2 * by) if by else 0


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
