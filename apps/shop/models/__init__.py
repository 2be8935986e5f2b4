"""The shop's tables. Money is integer cents; times come from the world's clock.

`Viewed` and `Compared` are bookkeeping: looking at products is no change.
"""

from gristmill.apps.shop.models.buying import CartItem, Checkout, Delivery
from gristmill.apps.shop.models.customers import (
    Address,
    Card,
    ContactMessage,
    Coupon,
    CouponKind,
    Customer,
    GiftCard,
    PickupPoint,
)
from gristmill.apps.shop.models.goods import Brand, Department, Product, Variant
from gristmill.apps.shop.models.lists import Compared, Viewed, WishItem, WishList
from gristmill.apps.shop.models.orders import (
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentKind,
    RefundMethod,
    Return,
    ReturnKind,
    ReturnLine,
)
from gristmill.apps.shop.models.reviews import HelpfulVote, Review

__all__ = [
    "Address",
    "Brand",
    "Card",
    "CartItem",
    "Checkout",
    "Compared",
    "ContactMessage",
    "Coupon",
    "CouponKind",
    "Customer",
    "Delivery",
    "Department",
    "GiftCard",
    "HelpfulVote",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "PaymentKind",
    "PickupPoint",
    "Product",
    "RefundMethod",
    "Return",
    "ReturnKind",
    "ReturnLine",
    "Review",
    "Variant",
    "Viewed",
    "WishItem",
    "WishList",
]
