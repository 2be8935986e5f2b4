"""What a shape is."""

from collections.abc import Callable
from dataclasses import dataclass

from gristmill.apps.shop.pictures.paint import Paint


@dataclass(frozen=True, slots=True)
class Shape:
    """A silhouette: its name, how to draw it, and half the width of its shadow (0 for hanging things)."""

    name: str
    draw: Callable[[Paint], str]
    shadow: int
