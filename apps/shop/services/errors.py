"""The shop's refusals: each message is a sentence for shoppers."""

from gristmill.errors import GristmillError


class ShopError(GristmillError):
    """Something the shop will not do; the message says why and what would help."""


class CartError(ShopError):
    """A cart line that cannot be as asked."""


class CouponError(ShopError):
    """A coupon that does not apply to this cart."""


class CheckoutError(ShopError):
    """A choice of the checkout that cannot be made, or an order that cannot be placed."""


class TotalChangedError(CheckoutError):
    """The order's total is not the one that the shopper agreed to."""
