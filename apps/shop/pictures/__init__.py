"""Drawings of the shop's products: flat illustrations made from a product's own data."""

from gristmill.apps.shop.pictures.drawing import SHAPES, draw

__all__ = ["SHAPES", "draw"]
