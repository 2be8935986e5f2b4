"""The shop's task families."""

from gristmill.apps.shop.tasks import (
    add_to_cart,
    cancel_pending,
    card_declined,
    checkout,
    coupon,
    exchange,
    find_and_buy,
    modify_address,
    modify_item,
    not_allowed,
    order_again,
    order_fact,
    return_some,
    spend,
    stock_out,
    wish_move,
    write_review,
)
from gristmill.apps.shop.tasks.registry import TASKS

__all__ = [
    "TASKS",
    "add_to_cart",
    "cancel_pending",
    "card_declined",
    "checkout",
    "coupon",
    "exchange",
    "find_and_buy",
    "modify_address",
    "modify_item",
    "not_allowed",
    "order_again",
    "order_fact",
    "return_some",
    "spend",
    "stock_out",
    "wish_move",
    "write_review",
]
