"""The shop's errors. Messages are shown to shoppers."""

from gristmill.errors import GristmillError


class ShopError(GristmillError):
    """An operation that the shop rejects; the message says why and what would help."""


class CartError(ShopError):
    """An invalid cart line."""


class CouponError(ShopError):
    """A coupon that does not apply to this cart."""


class CheckoutError(ShopError):
    """An invalid choice in the checkout, or an order that cannot be placed."""


class TotalChangedError(CheckoutError):
    """The order's total differs from the one that the shopper agreed to."""


class CardDeclinedError(CheckoutError):
    """A card whose bank declines."""


class OrderError(ShopError):
    """Something that cannot be done with an order in its present state."""


class ReviewError(ShopError):
    """A review or vote that the shop does not take."""


class WishError(ShopError):
    """A change of wish lists that the shop rejects."""


class CompareError(ShopError):
    """A comparison of too many products."""
