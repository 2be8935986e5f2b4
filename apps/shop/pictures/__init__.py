"""Drawings of the shop's products: flat illustrations made from a product's own data."""

from gristmill.apps.shop.pictures.drawing import SHAPES, VIEWS, draw

__all__ = ["SHAPES", "VIEWS", "draw"]
