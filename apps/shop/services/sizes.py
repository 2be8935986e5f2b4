"""Natural order of sizes: S before L, 9 before 10, 500 ml before 1 l, A5 before A4."""

import re
from collections.abc import Sequence

NAMED = {
    name: rank
    for rank, names in enumerate(
        (
            ("XXS",), ("XS",), ("S", "Small", "S/M", "Mini", "Short", "Pocket", "Fine"),
            ("M", "Medium", "Standard", "Regular"), ("L", "Large", "L/XL", "Long", "Broad"),
            ("XL",), ("XXL",),
        )
    )
    for name in names
}  # fmt: skip
UNITS = {"ml": 1, "l": 1000, "g": 1, "kg": 1000, "mm": 1, "cm": 10, "m": 1000}
MEASURE = re.compile(r"(?:[A-Za-z]+ )?([0-9]+(?:\.[0-9]+)?)(?: ?x [0-9.]+)?(?: ?([A-Za-z]+))?")


def in_size_order(sizes: Sequence[str]) -> list[str]:
    """Sizes in ascending order; unchanged if one of them is not recognised."""
    ranks = {size: rank(size) for size in sizes}
    return sorted(sizes, key=lambda size: ranks[size] or 0) if all(ranks.values()) else list(sizes)


def rank(size: str) -> float | None:
    """A size's rank among those of its product, above zero; None if not recognised."""
    if size in NAMED:
        return NAMED[size] + 1
    if paper := re.fullmatch(r"A([0-9])", size):  # a higher number means a smaller sheet
        return 10 - int(paper[1])
    measure = MEASURE.fullmatch(size)
    return float(measure[1]) * UNITS.get(measure[2] or "", 1) if measure else None
