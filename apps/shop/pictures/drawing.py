"""Puts a product's shape on its background, with a soft shadow."""

from collections.abc import Mapping
from types import MappingProxyType

from gristmill.apps.kit import svg
from gristmill.apps.kit.svg import mixed, oval, rect
from gristmill.apps.shop.catalogue.colours import colour_hex
from gristmill.apps.shop.pictures import (
    desk,
    devices,
    furnishings,
    garden,
    kitchenware,
    outdoors,
    playthings,
    wear,
)
from gristmill.apps.shop.pictures.paint import PATTERNS, Paint
from gristmill.apps.shop.pictures.shape import Shape
from gristmill.errors import UnknownNameError

_MODULES = (kitchenware, furnishings, garden, wear, devices, outdoors, desk, playthings)
SHAPES: Mapping[str, Shape] = MappingProxyType(
    {shape.name: shape for module in _MODULES for shape in module.SHAPES}
)


VIEWS: Mapping[str, str] = MappingProxyType({"front": "Front", "side": "Other side", "detail": "Close up"})


def draw(picture: Mapping[str, str], *, kind: str, colour: str | None = None, view: str = "front") -> str:
    """An SVG of 400 by 400 units, the same for the same arguments.

    Args:
        picture: a product's `picture`: shape, base, accent, pattern, form, background.
        kind: what the product is; becomes the picture's title.
        colour: the colour of the chosen variant, instead of the product's own.
        view: a key of `VIEWS`; any other is the front.

    Raises:
        UnknownNameError: the shape, the pattern or a colour does not exist.
    """
    name, pattern = picture.get("shape", ""), picture.get("pattern", "plain")
    if name not in SHAPES:
        raise UnknownNameError("shape", name, SHAPES)
    if pattern not in PATTERNS:
        raise UnknownNameError("pattern", pattern, PATTERNS)
    paint = _paint(picture, pattern, colour)
    shape = SHAPES[name]
    ground = colour_hex(picture.get("background", "Linen"))
    standing = rect(0, 0, 400, 400, ground) + _seen(_floor(ground, shape) + shape.draw(paint), view)
    return svg.document(400, 400, kind, f"<defs>{paint.pattern_definition()}</defs>{standing}")


def _seen(scene: str, view: str) -> str:
    """A scene mirrored, or two and a quarter times as large."""
    turns = {"side": "matrix(-1 0 0 1 400 0)", "detail": "translate(-250 -262) scale(2.25)"}
    return f'<g transform="{turns[view]}">{scene}</g>' if view in turns else scene


def _paint(picture: Mapping[str, str], pattern: str, colour: str | None) -> Paint:
    base = colour_hex(colour or picture.get("base", "Slate"))
    accent = colour_hex(picture.get("accent", "Cream"))
    if accent == base:
        accent = mixed(base, "#ffffff" if int(base[1:3], 16) < 128 else "#1d2030", 0.55)
    return Paint(base=base, accent=accent, pattern=pattern, is_second_form=picture.get("form") == "b")


def _floor(ground: str, shape: Shape) -> str:
    """Standing things throw a shadow on the floor, hanging ones on the wall."""
    shade = mixed(ground, "#4a4038", 0.2)
    soft = mixed(ground, "#4a4038", 0.1)
    if not shape.shadow:
        return oval(200, 205, 165, 165, mixed(ground, "#ffffff", 0.5))
    floor = rect(0, 300, 400, 100, mixed(ground, "#4a4038", 0.05))
    return floor + oval(200, 330, shape.shadow * 1.15, 15, soft) + oval(200, 329, shape.shadow, 9, shade)
