"""Prices per unit: per 100 ml or 100 g, or per piece, for things whose size says how much one gets."""

import re

from gristmill.apps.kit.jinja_filters import money
from gristmill.apps.shop.catalogue import DEPARTMENTS
from gristmill.apps.shop.models import Variant

CONTENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) (ml|l|g|kg|pieces)")
SMALL_UNITS = {"l": ("ml", 1000), "kg": ("g", 1000)}
SOLD_BY_CONTENT = frozenset(
    kind.name for department in DEPARTMENTS for kind in department.kinds if kind.scale.is_content
)


def unit_price(variant: Variant) -> str | None:
    """A variant's price per unit, such as `$4.40 per 100 ml`; None if its size says nothing of the kind."""
    found = CONTENT.fullmatch(variant.size or "") if variant.product.kind in SOLD_BY_CONTENT else None
    if found is None:
        return None
    amount, unit = float(found[1]), found[2]
    if unit in SMALL_UNITS:
        unit, factor = SMALL_UNITS[unit]
        amount *= factor
    if unit == "pieces":
        return f"{money(round_half_up(variant.price_cents / amount))} per piece"
    return f"{money(round_half_up(100 * variant.price_cents / amount))} per 100 {unit}"


def round_half_up(value: float) -> int:
    """The nearest whole number."""
    return int(value + 0.5)
