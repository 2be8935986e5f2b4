"""What the shop calls its controls, in each wording; see `gristmill.apps.kit.labels`."""

from gristmill.apps.kit.labels import Labels

LABELS: Labels = {
    "account": ("Your account", "My account", "Profile and settings"),
    "add-to-cart": ("Add to cart", "Add to basket", "Put in bag"),
    "apply-filters": ("Apply filters", "Update results", "Show matches"),
    "cart": ("cart", "basket", "bag"),
    "check-out": ("Proceed to checkout", "Go to checkout", "Check out now"),
    "orders": ("Your orders", "My orders", "Purchases"),
    "place-order": ("Place order", "Buy now", "Complete purchase"),
    "remove": ("Remove", "Delete", "Take out"),
    "remove-coupon": ("Remove coupon", "Delete coupon", "Take off coupon"),
    "remove-gift-card": ("Remove gift card", "Delete gift card", "Take off gift card"),
    "save-for-later": ("Save for later", "Keep for later", "Set aside"),
    "save-this-for-later": ("Save {} for later", "Keep {} for later", "Set {} aside"),
    "search": ("Search", "Find", "Go"),
    "search-box": ("Search the store", "What are you looking for?", "Find a product"),
    "show-filters": ("Show filters", "Refine", "Narrow down"),
    "sort": ("Sort", "Reorder", "Apply order"),
    "sort-by": ("Sort by", "Order by", "Show first"),
    "to-payment": ("Continue to payment", "Next: payment", "On to payment"),
    "to-review": ("Continue to review", "Next: review", "On to the last check"),
    "update": ("Update", "Change", "Set"),
    "use-address": ("Deliver to this address", "Send it here", "Use this address"),
}
